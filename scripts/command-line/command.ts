// What the commands of the command line share: flags, surroundings, the way into a run.
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { progress, silent, type Terminal } from "../../core/report/progress.js";
import { FORMATS } from "../../core/report/report.js";
import { addOutput, DEFAULT_OUTPUTS, type Outputs } from "../outputs.js";
import type { Call } from "../pipeline.js";

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
  /** Aborted once nobody can read standard output any more. */
  readonly unread?: AbortSignal;
}

/** Takes the exit code of the command that ran. */
export type End = (code: ExitCode) => void;

/** 0: clean. 1: findings of severity error. 2: the run itself could not be done. */
export type ExitCode = 0 | 1 | 2;

export interface Flags {
  readonly format: Outputs;
  readonly config?: string;
  readonly cwd?: string;
  readonly color: boolean;
  /** Whether results of earlier runs are used; only commands that can do without have the flag. */
  readonly cache?: boolean;
  /** Only of the commands that take it. */
  readonly against?: readonly string[];
}

/** A command with the flags that every command has. */
export function command(
  program: Command,
  name: string,
  full = name,
  format = reportFormats(),
): Command {
  return program
    .command(name)
    .addOption(format)
    .option("--config <file>", "the configuration to use (default: lockstep.yaml beside buf.yaml)")
    .option("--cwd <folder>", "work in that folder's workspace")
    .option("--no-color", "no colours (NO_COLOR does the same)")
    .allowExcessArguments(false)
    .showHelpAfterError(`See "lockstep ${full} --help".`);
}

export function reportFormats(): Option {
  return new Option(
    "--format <format[:file]>",
    `how to report, to standard output or into that file; may be repeated: ${FORMATS.join(", ")}`,
  )
    .default(DEFAULT_OUTPUTS, "text")
    .argParser(addOutput);
}

/** The option of the commands that judge a change. */
export function againstOption(): Option {
  return new Option(
    "--against <baseline>",
    "a git ref, a folder or an image file to judge against (default: `baseline` in lockstep.yaml, else the merge base with the branch that a pull request goes to or the remote's default branch, else HEAD); may be given several times",
  ).argParser((name: string, names: readonly string[] = []) => [...names, name]);
}

export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}

/** The flag of commands that use results of earlier runs. */
export function cacheFlag(): Option {
  return new Option("--no-cache", "do everything anew, without the results of earlier runs");
}

export function callOf({ cwd, env, stderr, signal }: Surroundings, flags: Flags): Call {
  return {
    cwd: folderOf({ cwd }, flags),
    config: flags.config === undefined ? undefined : resolve(cwd, flags.config),
    against: flags.against && { names: flags.against, from: cwd },
    env,
    signal,
    cached: flags.cache,
    watcher: showsProgress(flags) ? progress(stderr, hasColor(flags, env, stderr)) : silent,
  };
}

export function folderOf({ cwd }: Pick<Surroundings, "cwd">, flags: Pick<Flags, "cwd">): string {
  return flags.cwd === undefined ? cwd : resolve(cwd, flags.cwd);
}

export function hasColor(
  flags: Pick<Flags, "color">,
  env: NodeJS.ProcessEnv,
  stream: Terminal,
): boolean {
  return flags.color && stream.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}

/** Not beside a report that a tool reads from standard output: what it shows of errors would have it. */
export function showsProgress({ format: { stdout } }: Flags): boolean {
  return stdout === undefined || stdout === "text" || stdout === "github";
}
