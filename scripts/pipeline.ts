// The way that generate and check share: compile once, judge, and plan what ought to exist.

import type { DescFile } from "@bufbuild/protobuf";
import type { Check, Judged, Verdict } from "../checks/check.js";
import { compileFindings } from "../checks/compile.js";
import { summed } from "../checks/docstrings/docstrings.js";
import type { Against, Baseline } from "../core/baseline.js";
import type { Annotation, Buf } from "../core/buf.js";
import { count } from "../core/count.js";
import type { FileHashes } from "../core/file-hashes.js";
import type { Finding } from "../core/finding.js";
import type { Git } from "../core/git.js";
import type { OwnPlugin } from "../core/own-plugins.js";
import type { PendingFiles } from "../core/pending-files.js";
import type { Comparison } from "../core/plan.js";
import { applySeverity, countBySeverity, dropRepeated } from "../core/policy.js";
import type { Coverage } from "../core/report/report.js";
import type { Decoded, Schema } from "../core/schema.js";
import type { Sources } from "../core/sources.js";
import type { Step, Steps, Watcher } from "../core/steps.js";
import { asTrouble, type Trouble } from "../core/trouble.js";
import type { BufGenYaml, Workspace } from "../core/workspace.js";
import type { EditedFile } from "../sync/edit-sources.js";
import type { FolderIndex } from "../sync/index.js";
import { deltaView } from "./delta/delta.js";
import { fullView } from "./delta/full.js";
import type { View } from "./delta/view.js";
import type { Fingerprint } from "./fingerprint.js";

/** How a command was called. */
export interface Call {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly config: string | undefined;
  /** What to judge against, whatever lockstep.yaml names. */
  readonly against?: Against | undefined;
  /** What a copy of the workspace is of, when one is judged. */
  readonly copyOf?: CopyOf | undefined;
  /** Whether HEAD is being replaced by another commit. */
  readonly amends?: boolean | undefined;
  readonly watcher: Watcher;
  readonly signal: AbortSignal | undefined;
  /** Whether what earlier runs kept is used, and kept; it is where that is not said. */
  readonly cached?: boolean | undefined;
  /** What the run reads, where it was looked at before: only what changed since an earlier run is done then. */
  readonly inputs?: Fingerprint | undefined;
  /** What files contain, and what git says of them, as far as it was looked at before the run. */
  readonly hashes?: FileHashes | undefined;
  readonly git?: Git | undefined;
  /** buf, where it is at work already. */
  readonly buf?: Buf | undefined;
}

export interface CopyOf {
  /** Where the workspace itself is, and git's environment for it. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Protos that are in the copy once they are laid out. */
  readonly pending: PendingFiles;
}

/** What a run that judges works with. */
export interface Judging extends Judged {
  /** The descriptors of files, shared by all versions that have them. */
  readonly decoded: Decoded;
  readonly steps: Steps;
  readonly inputs: Fingerprint | undefined;
  /** `present` is what all protos compile to, where that is known: it spares compiling a commit with the same. */
  baselines(present?: Schema): Promise<readonly Baseline[]>;
  /** Protos that have to be laid out before anything but `sources` reads them. */
  readonly pending: PendingFiles;
}

/** What a run that generates works with, too. */
export interface Run extends Judging {
  /** What files contain. */
  hashes(): Promise<FileHashes>;
  readonly gen: BufGenYaml;
  /** The plugins of this package, where no others run, for all that there is. */
  ownPlugins(): readonly OwnPlugin[] | undefined;
}

/** What ought to exist, and how each generated folder differs from it. */
export interface Plan {
  /** The protos that were planned anew. */
  readonly schema: Schema;
  /** All protos. */
  whole(): Promise<Schema>;
  /** The files that the bindings are generated from. */
  readonly files: readonly DescFile[];
  readonly indexes: readonly FolderIndex[];
  readonly comparisons: readonly Comparison[];
  /** What the bindings' step says where nothing has changed. */
  readonly bindingsAgain: string;
  /** The digests of indexes by their paths; undefined where nobody knows all that they load. */
  readonly digests: ReadonlyMap<string, string> | undefined;
  /** The paths of indexes that export what is not in the schema, because it is not affected. */
  readonly outside: ReadonlySet<string>;
}

/** What a command reports in the end. */
export interface Outcome {
  readonly findings: readonly Finding[];
  /** What could not be done, so that the command fails whatever the findings are. */
  readonly troubles: readonly Trouble[];
  readonly steps: readonly Step[];
  /** The files that the findings are about. */
  readonly sources: Sources | undefined;
  /** What was or would be changed, as a unified diff. */
  readonly diff?: string;
  /** How much is documented; undefined where that was not judged. */
  readonly coverage?: readonly Coverage[] | undefined;
  /** The hand-written files that the run wrote, with what it wrote. */
  readonly edited?: readonly EditedFile[];
  /**
   * What steps say instead when the run is done again at once, by their names; undefined where that is not
   * known.
   */
  readonly again?: Readonly<Record<string, string>>;
  /** Keeps what the next run may take for what did not change. */
  readonly keep?: (() => Promise<void>) | undefined;
  /**
   * The protos and generated files that the run has read, beside those in `sources`; undefined where that may be
   * all.
   */
  readonly read?: (() => Iterable<string> | undefined) | undefined;
  /** The generated files that it wrote, with their SHA-256 in hexadecimal, and without one those that it removed. */
  readonly written?: ReadonlyMap<string, string | undefined>;
}

/** What came of compiling, judging and planning. */
export interface Judgement {
  readonly findings: readonly Finding[];
  /** What kept a check or a plan from being done. */
  readonly troubles: readonly Trouble[];
  readonly compiles: boolean;
  /** Undefined where the protos do not compile, where it was not asked for, and in trouble. */
  readonly plan: Plan | undefined;
  /** What the protos compile to, where they do. */
  readonly whole: (() => Promise<Schema>) | undefined;
  /** Keeps what the next run may take for what did not change; undefined where that is not known. */
  readonly keep: (() => Promise<void>) | undefined;
  /** The paths of the protos that were compiled; undefined where these may be all. */
  readonly read: (() => Iterable<string> | undefined) | undefined;
  /** How much is documented; undefined where that was not judged. */
  readonly coverage: readonly Coverage[] | undefined;
}

/**
 * Compiles once, then judges with those checks and plans, where there is a planner, all side by side. What others do
 * comes first: buf's checks, and what the planner has begun when it calls its second argument.
 */
export async function judgeAndPlan(
  run: Judging,
  checks: readonly Check[],
  planner: ((view: View, begun: () => void) => Promise<Plan>) | undefined,
): Promise<Judgement> {
  const { steps, workspace } = run;
  const compiled = await steps.run(
    "compile",
    () => viewOf(run, checks),
    (result) =>
      "annotations" in result ? count(result.annotations.length, "error") : result.summary,
    (result) => "annotations" in result,
  );
  const view = "annotations" in compiled ? undefined : compiled;
  let plan: Plan | undefined;
  let coverage: readonly Coverage[] | undefined;
  const work: Promise<readonly Finding[]>[] = [];
  const doing = (one: Promise<readonly Finding[]>): void => {
    work.push(one);
    // What it throws is told once all have ended.
    one.catch(() => {});
  };
  const add = (check: Check, verdict: () => Promise<Verdict>): void =>
    doing(
      judge(run, check, verdict).then(({ findings, documented }) => {
        if (documented !== undefined) coverage = summed([...documented.values()].flat());
        return findings;
      }),
    );
  if ("annotations" in compiled) doing(compileFindings(compiled.annotations, run));
  let begun: Promise<void> | undefined;
  if (planner !== undefined && view !== undefined) {
    begun = new Promise((resolve) => {
      const planning = planner(view, resolve).then((made) => {
        plan = made;
        return [];
      });
      doing(planning);
      void Promise.allSettled([planning]).then(() => resolve());
    });
  }
  for (const check of checks) {
    if (check.isElsewhere !== true) await begun;
    if (isOff(check, workspace)) steps.skip(check.name, "its rules are off in lockstep.yaml");
    else if (check.reads === "workspace") add(check, () => check.judge(run));
    else if (view === undefined) steps.skip(check.name, "the protos do not compile");
    else if (check.reads === "whole") add(check, () => check.judge(run, view.whole));
    else add(check, () => view.judge(check));
  }
  let findings: readonly Finding[] = [];
  const troubles: Trouble[] = [];
  for (const result of await Promise.allSettled(work)) {
    if (result.status === "fulfilled") findings = findings.concat(result.value);
    else troubles.push(asTrouble(result.reason));
  }
  return {
    findings: dropRepeated(applySeverity(findings, workspace.configuration.severity)),
    troubles,
    compiles: view !== undefined,
    whole: view?.whole,
    keep: view?.keep,
    read: view?.read,
    plan,
    coverage,
  };
}

/** What the checks are given: of what did not change since the last run, what that one found. */
async function viewOf(
  run: Judging,
  checks: readonly Check[],
): Promise<View | { readonly annotations: readonly Annotation[] }> {
  const { inputs, workspace } = run;
  const wanted = checks.filter((check) => !isOff(check, workspace));
  const names = wanted
    .filter(({ reads }) => reads === "files" || reads === "facts")
    .map(({ name }) => name);
  const key = JSON.stringify([inputs?.setting, names]);
  const comparesVersions = wanted.some(({ reads }) => reads === "changes");
  const view = inputs && (await deltaView(run, inputs, key, comparesVersions));
  return view ?? fullView(run, inputs, key);
}

/** Whether lockstep.yaml switches off every rule of the check. */
export function isOff(check: Pick<Check, "rules">, workspace: Workspace): boolean {
  const { severity } = workspace.configuration;
  return check.rules.length > 0 && check.rules.every((rule) => severity[rule.id] === "off");
}

function judge(run: Judging, check: Check, verdict: () => Promise<Verdict>): Promise<Verdict> {
  return run.steps.run(
    check.name,
    verdict,
    ({ findings, summary }) => {
      const standing = findings.filter((one) => one.waived === undefined).length;
      const waived = findings.length - standing;
      return [
        ...(standing > 0 ? [count(standing, "finding")] : []),
        ...(waived > 0 ? [`${waived} waived`] : []),
        summary,
      ].join("; ");
    },
    ({ findings }) => findings.some((one) => one.waived === undefined),
  );
}

/** Whether an error is among the findings. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return countBySeverity(findings).error > 0;
}
