// What `import { check, generate } from "lockstep"` gives: commands as functions that resolve to the report
// that --format json prints. What a command needs is loaded when it is called.
import { resolve } from "node:path";
import type { Report } from "../core/report/contract.js";
import type { Trouble } from "../core/trouble.js";
import type * as Commands from "./commands.js";
import type { Call, Outcome } from "./pipeline.js";

export type {
  Coverage,
  Evidence,
  Fate,
  Finding,
  Position,
  Reader,
  Report,
  Severity,
  Step,
  Waived,
} from "../core/report/contract.js";

export interface Options {
  /** A folder of the workspace. Default: the current folder of the process. */
  readonly cwd?: string | undefined;
  /** The configuration to use, relative to `cwd`. Default: lockstep.yaml beside buf.yaml. */
  readonly config?: string | undefined;
  /** Ends the run early. It then rejects with a LockstepError whose code is STOPPED. */
  readonly signal?: AbortSignal | undefined;
  /** Whether results of earlier runs are used, and kept. Default: true. */
  readonly cache?: boolean | undefined;
}

export interface CheckOptions extends Options {
  /** The names of the checks to run, as `lockstep check --only` takes them. Default: all. */
  readonly only?: readonly string[] | undefined;
}

export interface BreakingOptions extends Options {
  /**
   * Git refs, folders or image files to judge against; folders and files are relative to `cwd`. Default:
   * `baseline` in lockstep.yaml, else the merge base with the remote's default branch, else HEAD.
   */
  readonly against?: string | readonly string[] | undefined;
}

/** Why the run could not be done. */
export interface Reason {
  /** Names the kind of trouble, such as CONFIGURATION_INVALID or WORKSPACE_MISSING. */
  readonly code: string;
  /** What is wrong, and why. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
  /** The file that it is about, where there is one. Lines and columns count from 1. */
  readonly where: {
    readonly path: string;
    readonly line?: number;
    readonly column?: number;
  } | null;
}

/** The run itself could not be done: where the command has exit code 2. */
export class LockstepError extends Error implements Reason {
  override readonly name: string = "LockstepError";
  readonly code: string;
  readonly help: string;
  readonly where: Reason["where"];
  /** All that kept the run from being done; the error itself tells the first. */
  readonly reasons: readonly Reason[];
  /** What was found all the same; `ok` is false. */
  readonly report: Report;

  constructor(reasons: readonly [Reason, ...Reason[]], report: Report, cause: unknown) {
    const { code, message, help, where } = reasons[0];
    super(message, { cause });
    this.code = code;
    this.help = help;
    this.where = where;
    this.reasons = reasons;
    this.report = report;
  }
}

/**
 * Every check, drift included; writes nothing. Resolves to what it found, also where that is errors. Rejects
 * with a LockstepError where the run could not be done.
 */
export async function check(options: CheckOptions = {}): Promise<Report> {
  return reported("check", options, (call, commands) => commands.check(call, options.only));
}

/**
 * Checks the protos and brings everything generated from them in step; writes nothing while an error stands.
 * Resolves to what it found, also where that is errors. Rejects with a LockstepError where the run could not
 * be done.
 */
export async function generate(options: Options = {}): Promise<Report> {
  return reported("generate", options, (call, commands) => commands.generate(call));
}

/**
 * The wire gate alone: what the change breaks for peers that speak an earlier version. Resolves to what it
 * found, also where that is errors. Rejects with a LockstepError where the run could not be done.
 */
export async function breaking(options: BreakingOptions = {}): Promise<Report> {
  return reported("breaking", options, (call, commands) => {
    const { against } = options;
    const named = against === undefined ? undefined : { names: [against].flat(), from: call.cwd };
    return commands.breaking({ ...call, against: named });
  });
}

async function reported(
  name: string,
  options: Options,
  run: (call: Call, commands: typeof Commands) => Promise<Outcome>,
): Promise<Report> {
  const commands = await import("./commands.js");
  const { reportObject } = await import("../core/report/json.js");
  const { reportOf } = await import("../core/report/report.js");
  const outcome = commands.troubled(callOf(name, options).then((call) => run(call, commands)));
  const { findings, troubles, steps, coverage } = await outcome;
  const report = reportObject(reportOf(findings, steps, troubles.length > 0, coverage));
  const [first, ...others] = troubles;
  if (first === undefined) return report;
  throw new LockstepError([reasonOf(first), ...others.map(reasonOf)], report, first.cause);
}

async function callOf(name: string, options: Options): Promise<Call> {
  const { silent } = await import("../core/report/progress.js");
  const { validateOptions } = await import("./api-options.js");
  validateOptions(name, options);
  const cwd = resolve(options.cwd ?? "");
  const config = options.config === undefined ? undefined : resolve(cwd, options.config);
  const { signal, cache: cached } = options;
  return { cwd, config, env: process.env, watcher: silent, signal, cached };
}

function reasonOf({ code, message, help, where }: Trouble): Reason {
  return { code, message, help, where: where ?? null };
}
