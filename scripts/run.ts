// The command line: parses it, runs the command, reports, and returns the exit code.
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { openGit } from "../core/git.js";
import { packageVersion } from "../core/installation.js";
import { RENDER, type Setting } from "../core/report/formats.js";
import { progress, silent, type Terminal } from "../core/report/progress.js";
import { FORMATS, reportOf } from "../core/report/report.js";
import { troubleText } from "../core/report/trouble.js";
import { asTrouble, type Trouble, trouble } from "../core/trouble.js";
import type { InitFlags } from "./init.js";
import { addOutput, DEFAULT_OUTPUTS, type Outputs, writeReport } from "./outputs.js";
import type { Call, Outcome } from "./pipeline.js";

/** What a process gives to the command line. */
export interface Surroundings {
  /** The arguments, without the program. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  /** Where answers to a question come from; without it nobody is asked. */
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly signal?: AbortSignal;
}

/** 0: clean. 1: findings of severity error. 2: the run itself could not be done. */
export type ExitCode = 0 | 1 | 2;

interface Flags {
  readonly format: Outputs;
  readonly config?: string;
  readonly cwd?: string;
  readonly color: boolean;
}

/** Runs the command line and returns its exit code. It writes to the streams and ends no process. */
export async function run(surroundings: Surroundings): Promise<ExitCode> {
  const { argv } = surroundings;
  let code: ExitCode = 0;
  const program = commandLine(surroundings, (ended) => {
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

function commandLine(surroundings: Surroundings, end: (code: ExitCode) => void): Command {
  const { env, stdout, stderr } = surroundings;
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

  command(program, "generate")
    .description("Check the protos and bring everything generated from them in step.")
    .addHelpText("after", examples(["lockstep generate", "lockstep generate --cwd schemas"]))
    .action(async (flags: Flags) => {
      const { generate } = await import("./generate.js");
      end(await report(await troubled(generate(callOf(surroundings, flags))), flags, surroundings));
    });

  command(program, "check")
    .description("Run every check, and say what generate would change. Writes nothing.")
    .option("--only <names>", "run only these checks, separated by commas", (names) =>
      names.split(","),
    )
    .option("--diff", "print what generate would change, as a unified diff")
    .addHelpText(
      "after",
      examples([
        "lockstep check",
        "lockstep check --only lint,drift --format json",
        "lockstep check --format text --format sarif:report.sarif",
        "lockstep check --only drift --diff",
      ]),
    )
    .action(async (flags: Flags & { only?: string[]; diff?: boolean }) => {
      const { check } = await import("./check.js");
      const outcome = await troubled(check(callOf(surroundings, flags), { only: flags.only }));
      if (flags.diff === true && flags.format.stdout === "text") stdout.write(outcome.diff ?? "");
      end(await report(outcome, flags, surroundings));
    });

  command(program, "breaking")
    .description("Judge what the change breaks for peers that speak an earlier version.")
    .option(
      "--against <baseline>",
      "a git ref, a folder or an image file to judge against (default: `baseline` in lockstep.yaml, else the merge base with the remote's default branch, else HEAD); may be given several times",
      (name: string, names: string[] = []) => [...names, name],
    )
    .addHelpText(
      "after",
      examples([
        "lockstep breaking",
        "lockstep breaking --against origin/main",
        "lockstep breaking --against main --against 'v*'",
        "lockstep breaking --against ../released/proto --format json",
      ]),
    )
    .action(async (flags: Flags & { against?: string[] }) => {
      const { breaking } = await import("./breaking.js");
      const call = callOf(surroundings, flags);
      const against = flags.against && { names: flags.against, from: surroundings.cwd };
      end(await report(await troubled(breaking({ ...call, against })), flags, surroundings));
    });

  command(program, "fix")
    .description("Put right what can be put right without a doubt, and report what is left.")
    .option("--dry-run", "print the changes as a unified diff, and write nothing")
    .option("--tag", "tag the code that looks like a mirror of an enum, too")
    .addHelpText(
      "after",
      examples(["lockstep fix --dry-run", "lockstep fix", "lockstep fix --tag"]),
    )
    .action(async (flags: Flags & { dryRun?: boolean; tag?: boolean }) => {
      const { fix } = await import("./fix.js");
      const options = { dryRun: flags.dryRun === true, tag: flags.tag === true };
      const outcome = await troubled(fix(callOf(surroundings, flags), options));
      if (flags.dryRun === true && flags.format.stdout === "text") stdout.write(outcome.diff ?? "");
      end(await report(outcome, flags, surroundings));
    });

  const hook = program
    .command("hook")
    .description("The pre-commit hook: judges what is staged before it is committed.")
    .showHelpAfterError('See "lockstep hook --help".')
    .addHelpText(
      "after",
      examples(["lockstep hook install", "lockstep hook install --fix", "lockstep hook uninstall"]),
    );
  hookCommand(hook, "install")
    .description("Add the hook to git's hooks, or to those of husky, lefthook or pre-commit.")
    .option("--fix", "have the hook put right what can be, and stage it")
    .addHelpText("after", examples(["lockstep hook install", "lockstep hook install --fix"]))
    .action(async (flags: Pick<Flags, "cwd"> & { fix?: boolean }) => {
      const { installHook } = await import("./hook/install.js");
      stdout.write(await installHook(folderOf(surroundings, flags), env, flags.fix === true));
    });
  hookCommand(hook, "uninstall")
    .description("Take the hook out again, and leave the rest as it was.")
    .addHelpText("after", examples(["lockstep hook uninstall"]))
    .action(async (flags: Pick<Flags, "cwd">) => {
      const { uninstallHook } = await import("./hook/install.js");
      stdout.write(await uninstallHook(folderOf(surroundings, flags), env));
    });
  command(hook, "run", "hook run")
    .description("Judge what is staged, as the hook does before each commit.")
    .option("--fix", "put right what can be, and stage it")
    .addHelpText("after", examples(["lockstep hook run", "lockstep hook run --fix"]))
    .action(async (flags: Flags & { fix?: boolean }) => {
      const { hookRun } = await import("./hook/hook-run.js");
      const { hookWords } = await import("./hook/hook-words.js");
      const call = { ...callOf(surroundings, flags), watcher: silent };
      const outcome = await hookRun(call, { fix: flags.fix === true });
      // A commit that is in order has nothing to tell.
      const isClean = flags.format.stdout === "text" && outcome.findings.length === 0;
      const format = isClean ? { ...flags.format, stdout: undefined } : flags.format;
      const code = await report(outcome, { ...flags, format }, surroundings);
      stderr.write(hookWords(outcome, code));
      end(code === 0 && outcome.unfixed.length > 0 ? 1 : code);
    });

  command(
    program,
    "doctor",
    "doctor",
    new Option("--format <format>", "how to report").choices(["text", "json"]).default("text"),
  )
    .description("Look for what commonly goes wrong: symptom, cause and remedy. Writes nothing.")
    .option(
      "--port <port>",
      "also see whether a server listens on that port of 127.0.0.1; may be repeated",
      addPort,
    )
    .addHelpText(
      "after",
      `\nIt looks at Node, the packages, git, the configuration, the protos, the plugins, what is generated, and\nthe code that uses it. The exit code is 1 where something is wrong.\n${examples(
        ["lockstep doctor", "lockstep doctor --port 50051", "lockstep doctor --format json"],
      )}`,
    )
    .action(async (flags: Omit<Flags, "format"> & { format: "text" | "json"; port?: number[] }) => {
      const { doctor } = await import("./doctor.js");
      const { doctorJson, doctorText } = await import("./doctor/report.js");
      const call = {
        ...callOf(surroundings, { ...flags, format: DEFAULT_OUTPUTS }),
        watcher: silent,
      };
      const { examined, troubles } = await doctor(call, { ports: flags.port ?? [] });
      const color = hasColor(flags, surroundings.env, stdout);
      stdout.write(flags.format === "json" ? doctorJson(examined) : doctorText(examined, color));
      for (const one of troubles) stderr.write(troubleText(one));
      end(troubles.length > 0 ? 2 : examined.ok ? 0 : 1);
    });

  program
    .command("init")
    .description(
      "Set up Lockstep in a repository that has protos: say what is missing, and write it.",
    )
    .option("--yes", "write without asking")
    .option("--dry-run", "print what would be written as a unified diff, and write nothing")
    .option("--ci", "a workflow for GitHub Actions, too")
    .option("--hook", "install the pre-commit hook, too")
    .option("--cwd <folder>", "set up that folder's workspace")
    .allowExcessArguments(false)
    .showHelpAfterError('See "lockstep init --help".')
    .addHelpText(
      "after",
      examples([
        "lockstep init",
        "lockstep init --dry-run",
        "lockstep init --yes --ci --hook",
        "lockstep init --cwd services/billing",
      ]),
    )
    .action(async (flags: InitFlags & { cwd?: string }) => {
      const { init } = await import("./init.js");
      const { cwd, env, stdin, signal } = surroundings;
      const isTerminal = stdin?.isTTY === true && stdout.isTTY === true;
      await init(
        {
          cwd: resolve(cwd, flags.cwd ?? ""),
          env,
          signal,
          write: (text) => stdout.write(text),
          ask: isTerminal ? (question) => ask(question, stdin, stdout, signal) : undefined,
        },
        flags,
      );
    });

  program
    .command("explain")
    .argument("<rule>", "the id of a rule, as findings show it")
    .description("Say why a rule exists, how to follow it, and how to do without it.")
    .addHelpText("after", examples(["lockstep explain DOCSTRING_BEHIND"]))
    .action(async (id: string) => {
      const { explain } = await import("./explain.js");
      stdout.write(explain(id));
    });
  return program;
}

/** A command with the flags that every command has. */
function command(program: Command, name: string, full = name, format = reportFormats()): Command {
  return program
    .command(name)
    .addOption(format)
    .option("--config <file>", "the configuration to use (default: lockstep.yaml beside buf.yaml)")
    .option("--cwd <folder>", "work in that folder's workspace")
    .option("--no-color", "no colours (NO_COLOR does the same)")
    .allowExcessArguments(false)
    .showHelpAfterError(`See "lockstep ${full} --help".`);
}

/** A command of `hook` that reports nothing, so that it takes no format. */
function hookCommand(hook: Command, name: string): Command {
  return hook
    .command(name)
    .option("--cwd <folder>", "work in that folder's workspace")
    .allowExcessArguments(false)
    .showHelpAfterError(`See "lockstep hook ${name} --help".`);
}

function reportFormats(): Option {
  return new Option(
    "--format <format[:file]>",
    `how to report, to standard output or into that file; may be repeated: ${FORMATS.join(", ")}`,
  )
    .default(DEFAULT_OUTPUTS, "text")
    .argParser(addOutput);
}

function addPort(word: string, before: readonly number[] = []): number[] {
  const port = Number(word);
  if (/^\d+$/.test(word) && port >= 1 && port <= 65535) return [...before, port];
  throw new InvalidArgumentError("A port is a number from 1 to 65535.");
}

function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}

/** The line that a person answers with; undefined where the input ends without one. */
async function ask(
  question: string,
  input: NodeJS.ReadableStream,
  output: Terminal,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  output.write(question);
  const lines = createInterface({ input });
  const stop = (): void => lines.close();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for await (const line of lines) return line;
    if (signal?.aborted) throw trouble("STOPPED", {});
    return undefined;
  } finally {
    signal?.removeEventListener("abort", stop);
    lines.close();
  }
}

/** The outcome of a command, also where trouble kept it from having one. */
async function troubled(command: Promise<Outcome>): Promise<Outcome> {
  try {
    return await command;
  } catch (thrown) {
    return { findings: [], troubles: [asTrouble(thrown)], steps: [], sources: undefined };
  }
}

function callOf({ cwd, env, stderr, signal }: Surroundings, flags: Flags): Call {
  return {
    cwd: folderOf({ cwd }, flags),
    config: flags.config === undefined ? undefined : resolve(cwd, flags.config),
    env,
    signal,
    watcher: showsProgress(flags) ? progress(stderr, hasColor(flags, env, stderr)) : silent,
  };
}

function folderOf({ cwd }: Pick<Surroundings, "cwd">, flags: Pick<Flags, "cwd">): string {
  return flags.cwd === undefined ? cwd : resolve(cwd, flags.cwd);
}

function hasColor(flags: Pick<Flags, "color">, env: NodeJS.ProcessEnv, stream: Terminal): boolean {
  return flags.color && stream.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}

/** Not beside a report that a tool reads from standard output: what it shows of errors would have it. */
function showsProgress({ format: { stdout } }: Flags): boolean {
  return stdout === undefined || stdout === "text" || stdout === "github";
}

/** Makes every report that was asked for, tells the troubles, and returns the exit code. */
async function report(
  outcome: Outcome,
  flags: Flags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { cwd, env, stdout, stderr } = surroundings;
  const { findings, steps, coverage, troubles } = outcome;
  const made = reportOf(findings, steps, troubles.length > 0, coverage);
  const setting = settingOf(outcome, flags, surroundings);
  const unreported: Trouble[] = [];
  const attempt = (work: Promise<unknown>): Promise<unknown> =>
    work.catch((thrown: unknown) => unreported.push(asTrouble(thrown)));
  const { stdout: format, files } = flags.format;
  if (format === "text") {
    // Troubles go to standard error, beside which "No findings." would mislead.
    const own = { ...setting, troubles: [], color: hasColor(flags, env, stdout) };
    const isSilent = troubles.length > 0 && findings.length === 0;
    if (!isSilent) await attempt(RENDER.text(made, own).then((text) => stdout.write(text)));
  } else if (format !== undefined) {
    await attempt(RENDER[format](made, setting).then((text) => stdout.write(text)));
  }
  for (const file of files) {
    await attempt(RENDER[file.format](made, setting).then((text) => writeReport(file, cwd, text)));
  }
  const all = [...troubles, ...unreported];
  // What keeps several checks from judging is told once.
  for (const text of new Set(all.map(troubleText))) stderr.write(text);
  return all.length > 0 ? 2 : made.ok ? 0 : 1;
}

function settingOf(
  { troubles, sources }: Outcome,
  flags: Flags,
  surroundings: Surroundings,
): Setting {
  const { cwd, env, signal } = surroundings;
  const root = sources?.root ?? resolve(cwd, flags.cwd ?? "");
  let prefix: Promise<string> | undefined;
  return {
    troubles,
    sources,
    color: false,
    now: new Date(),
    version: packageVersion(),
    prefix: () => (prefix ??= openGit(root, env, signal).prefix()),
  };
}
