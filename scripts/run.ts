// The command line: parses it, runs the command, reports, and returns the exit code.
import { Command, CommanderError } from "commander";
import { packageVersion } from "../core/installation.js";
import { troubleText } from "../core/report/trouble.js";
import { asTrouble } from "../core/trouble.js";
import { breakingCommand } from "./command-line/breaking.js";
import { checkCommand } from "./command-line/check.js";
import type { End, ExitCode, Surroundings } from "./command-line/command.js";
import { doctorCommand } from "./command-line/doctor.js";
import { explainCommand } from "./command-line/explain.js";
import { fixCommand } from "./command-line/fix.js";
import { generateCommand } from "./command-line/generate.js";
import { hookCommands } from "./command-line/hook.js";
import { initCommand } from "./command-line/init.js";
import { rulesCommand } from "./command-line/rules.js";

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

function programOf(surroundings: Surroundings, end: End): Command {
  const { stdout, stderr } = surroundings;
  const program = new Command("lockstep")
    .description(
      "Keeps generated code, indexes and status maps in step with Protocol Buffers schemas.",
    )
    .version(packageVersion())
    .helpCommand(false)
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
  hookCommands(program, surroundings, end);
  doctorCommand(program, surroundings, end);
  initCommand(program, surroundings);
  explainCommand(program, surroundings);
  rulesCommand(program, surroundings);
  return program;
}
