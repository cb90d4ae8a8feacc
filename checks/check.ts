// What a check is: a judgement that reads the schema and the workspace, and writes nothing.
import type { Baseline } from "../core/baseline.js";
import type { Buf } from "../core/buf.js";
import type { Cache } from "../core/cache.js";
import type { Finding, OwnRule } from "../core/finding.js";
import type { Git } from "../core/git.js";
import type { Coverage } from "../core/report/report.js";
import type { Schema } from "../core/schema.js";
import type { Sources } from "../core/sources.js";
import type { Workspace } from "../core/workspace.js";

/** What every check is given. */
export interface Judged {
  readonly workspace: Workspace;
  readonly sources: Sources;
  readonly buf: Buf;
  /** The paths of the protos of the workspace that git does not ignore, in modules or not. */
  protoFiles(): Promise<readonly string[]>;
  /** What is kept between runs. */
  readonly cache: Cache;
  readonly git: Git;
  /** What changes are judged against, compiled once; nothing where nothing was committed yet. */
  baselines(): Promise<readonly Baseline[]>;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  /** The folders that generation writes to, relative to the workspace. */
  readonly generated: readonly string[];
}

export interface Verdict {
  readonly findings: readonly Finding[];
  /** What was judged, in a few words: "3 files". */
  readonly summary: string;
  /** How much of each file is documented, by its path. */
  readonly documented?: ReadonlyMap<string, readonly Coverage[]>;
}

interface CheckRow {
  /** What `--only` calls it, and the step in the report. */
  readonly name: string;
  /** Every rule that it can report; empty where the rules are buf's. */
  readonly rules: readonly OwnRule<never>[];
  /** Whether another process does the work. */
  readonly isElsewhere?: boolean;
}

/**
 * A check of what the protos compile to; it cannot run where they do not compile. What it reads is either
 * single files: what it finds in one depends on that file, on what that imports, and on files of the same
 * package or folder. Or it is changes: what it finds is about files that differ from a baseline, and depends on
 * those that import them and those of the same packages.
 */
export interface SchemaCheck extends CheckRow {
  readonly reads: "files" | "changes";
  judge(judged: Judged, schema: Schema): Promise<Verdict>;
}

/**
 * A check of how files hang together, for which it reads a few facts of each: they depend on that file and on
 * what it imports, and are plain data that can be kept.
 */
export interface FactsCheck<Facts> extends CheckRow {
  readonly reads: "facts";
  /** The facts of the schema's own files, by their paths. */
  factsOf(judged: Judged, schema: Schema): Promise<ReadonlyMap<string, Facts>>;
  judge(judged: Judged, facts: ReadonlyMap<string, Facts>): Promise<Verdict>;
}

/** A check of how all that the protos compile to hangs together. */
export interface WholeCheck extends CheckRow {
  readonly reads: "whole";
  judge(judged: Judged, whole: () => Promise<Schema>): Promise<Verdict>;
}

/** A check of the workspace, whether or not the protos compile. */
export interface WorkspaceCheck extends CheckRow {
  readonly reads: "workspace";
  judge(judged: Judged): Promise<Verdict>;
}

export type Check = SchemaCheck | FactsCheck<unknown> | WholeCheck | WorkspaceCheck;

/** What a check says of the workspace with all that the protos compile to, which is asked for only where it is read. */
export async function verdictOf(
  check: Check,
  judged: Judged,
  whole: () => Promise<Schema>,
): Promise<Verdict> {
  if (check.reads === "workspace") return check.judge(judged);
  if (check.reads === "whole") return check.judge(judged, whole);
  const schema = await whole();
  if (check.reads === "facts") return check.judge(judged, await check.factsOf(judged, schema));
  return check.judge(judged, schema);
}
