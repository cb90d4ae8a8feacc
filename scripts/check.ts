// lockstep check: every check, drift and imports included; writes nothing.

import { driftFindings } from "../checks/drift.js";
import { CHECKS } from "../checks/table.js";
import { allEnded } from "../core/all-ended.js";
import { count } from "../core/count.js";
import type { Finding } from "../core/finding.js";
import { suggestion } from "../core/nearest.js";
import type { Difference } from "../core/plan.js";
import { applySeverity } from "../core/policy.js";
import { unifiedDiff } from "../core/report/diff.js";
import { trouble } from "../core/trouble.js";
import { editSources } from "../sync/edit-sources.js";
import { prepareThread } from "../sync/plugin-threads.js";
import { type Code, codeOf } from "./code.js";
import { notePlan } from "./notes.js";
import { openRun } from "./open-run.js";
import { type Call, judgeAndPlan, type Outcome, type Plan, type Run } from "./pipeline.js";
import { planView } from "./plan.js";
import { verifyImports } from "./verify-imports.js";

export interface CheckOptions {
  /** The names of the checks to run; all of them where it is undefined. */
  readonly only: readonly string[] | undefined;
}

/** What `--only` takes. */
export const CHECK_NAMES: readonly string[] = [
  ...CHECKS.map((check) => check.name),
  "mirrors",
  "drift",
  "imports",
  "consumers",
];

/** What is wrong with the workspace. */
export async function check(call: Call, { only }: CheckOptions): Promise<Outcome> {
  for (const name of only ?? []) {
    if (!CHECK_NAMES.includes(name)) {
      throw trouble("BAD_FLAG", {
        message: `--only names an unknown check "${name}". ${suggestion(name, CHECK_NAMES)}`,
      });
    }
  }
  const wanted = (name: string): boolean => only === undefined || only.includes(name);
  const run = await openRun(call);
  const { steps, sources } = run;
  const withPlan = ["drift", "imports", "consumers"].some(wanted);
  if (withPlan) prepareThread(run.gen, run.ownPlugins());
  const code = codeOf(run, false);
  const judgement = await judgeAndPlan(
    run,
    [...CHECKS, code.mirrors].filter(({ name }) => wanted(name)),
    withPlan ? (view, begun) => planView(run, view, begun) : undefined,
  );
  const { plan, troubles, compiles, coverage, keep } = judgement;
  let { findings } = judgement;
  if (plan !== undefined) findings = findings.concat(await judgePlan(run, plan, code, wanted));
  else
    for (const name of ["drift", "imports", "consumers"].filter(wanted))
      steps.skip(name, compiles ? "it could not be planned" : "the protos do not compile");
  const differences = plan?.comparisons.flatMap((one) => one.differences) ?? [];
  const edits = code.additions().flatMap((addition) => addition.edits);
  const edited = (await editSources(sources, edits)).map(({ path, before, after }) =>
    unifiedDiff(`a/${path}`, `b/${path}`, before, after),
  );
  const diff = [...differences.map(patch), ...edited].join("");
  const read = (): Iterable<string> | undefined => {
    const protos = judgement.read?.();
    return protos && [...protos, ...differences.map(pathOf)];
  };
  return { findings, troubles, steps: steps.done, sources, coverage, diff, again: {}, keep, read };
}

async function judgePlan(
  run: Run,
  plan: Plan,
  code: Code,
  wanted: (name: string) => boolean,
): Promise<Finding[]> {
  notePlan(run, plan);
  const drift = wanted("drift") || wanted("imports") ? await judgeDrift(run, plan) : [];
  const isImported = wanted("imports") && drift.length === 0;
  if (wanted("imports") && !isImported)
    run.steps.skip("imports", "what is generated is out of date");
  const imports = await allEnded([
    isImported ? verifyImports(run, plan) : [],
    wanted("consumers") ? code.judgeImports(plan) : [],
  ]);
  return [...applySeverity(drift, run.workspace.configuration.severity), ...imports.flat()];
}

/** Imports are verified of what is on disk, so drift is judged for them, too. */
async function judgeDrift({ steps }: Run, plan: Plan): Promise<Finding[]> {
  return steps.run(
    "drift",
    async () => plan.comparisons.flatMap(driftFindings),
    (found) =>
      found.length === 0 ? "what is generated is up to date" : count(found.length, "finding"),
    (found) => found.length > 0,
  );
}

function pathOf(difference: Difference): string {
  return difference.kind === "stale" ? difference.path : difference.file.path;
}

function patch(difference: Difference): string {
  const path = pathOf(difference);
  const before = difference.kind === "missing" ? "" : difference.before.toString("utf8");
  const after = difference.kind === "stale" ? "" : difference.file.content.toString("utf8");
  const [from, to] = [
    difference.kind === "missing" ? "/dev/null" : `a/${path}`,
    difference.kind === "stale" ? "/dev/null" : `b/${path}`,
  ];
  return unifiedDiff(from, to, before, after);
}
