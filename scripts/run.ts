// The command line: parses it, runs the command, reports, and returns the exit code.
import { Command, CommanderError } from "commander";
import { packageVersion } from "../core/installation.js";
import { troubleText } from "../core/report/trouble.js";
import { asTrouble } from "../core/trouble.js";
import { breakingCommand } from "./command-line/breaking.js";
import { cacheCommand } from "./command-line/cache.js";
import { checkCommand } from "./command-line/check.js";
import { type End, type ExitCode, examples, type Surroundings } from "./command-line/command.js";
import { completionCommands } from "./command-line/completion.js";
import { doctorCommand } from "./command-line/doctor.js";
import { explainCommand } from "./command-line/explain.js";
import { fixCommand } from "./command-line/fix.js";
import { generateCommand } from "./command-line/generate.js";
import { helpCommand } from "./command-line/help.js";
import { hookCommands } from "./command-line/hook.js";
import { initCommand } from "./command-line/init.js";
import { rulesCommand } from "./command-line/rules.js";
import { watchCommand } from "./command-line/watch.js";

const HELP = `${examples([
  "lockstep init                               # set up a repository that has protos",
  "lockstep generate                           # check the protos, bring what is generated in step",
  "lockstep check                              # the same without writing, as in CI",
  "lockstep breaking --against origin/main     # what the change breaks for peers",
  "lockstep explain ENUM_VALUE_RENUMBERED",
])}

Exit codes:
  0  all is well
  1  a finding is an error
  2  the run itself could not be done: a bad flag, a bad configuration, a plugin that fails

The documentation is in docs/ of the package; docs/checks.md has every rule.`;

/** Runs the command line and returns its exit code. It writes to the streams and ends no process. */
export async function run(surroundings: Surroundings): Promise<ExitCode> {
  const { argv } = surroundings;
  let code: ExitCode = 0;
  const program = programOf(surroundings, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    surroundings.stderr.write(troubleText(asTrouble(thrown)));
    return 2;
  }
}

/** The command line, with what carries out each command; `end` takes the exit code of the one that ran. */
export function programOf(surroundings: Surroundings, end: End): Command {
  const { stdout, stderr } = surroundings;
  const program = new Command("lockstep")
    .description(
      "Keeps generated code, indexes and status maps in step with Protocol Buffers schemas.",
    )
    .version(packageVersion())
    .helpCommand(false)
    .addHelpText("after", HELP)
    .showHelpAfterError('See "lockstep --help".')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    });

  generateCommand(program, surroundings, end);
  checkCommand(program, surroundings, end);
  breakingCommand(program, surroundings, end);
  fixCommand(program, surroundings, end);
  watchCommand(program, surroundings);
  hookCommands(program, surroundings, end);
  doctorCommand(program, surroundings, end);
  cacheCommand(program, surroundings);
  initCommand(program, surroundings);
  explainCommand(program, surroundings);
  rulesCommand(program, surroundings);
  completionCommands(program, surroundings);
  helpCommand(program);
  return program;
}
