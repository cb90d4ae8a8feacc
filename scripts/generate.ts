// lockstep generate: compile, judge, plan, apply, and verify the imports.

import { CHECKS } from "../checks/table.js";
import { allEnded } from "../core/all-ended.js";
import { count } from "../core/count.js";
import { type Lock, lock } from "../core/lock.js";
import { isInside } from "../core/workspace.js";
import { apply } from "../sync/apply.js";
import { editSources, stageSources } from "../sync/edit-sources.js";
import { prepareThread } from "../sync/plugin-threads.js";
import { codeOf } from "./code.js";
import { notePlan } from "./notes.js";
import { openRun } from "./open-run.js";
import {
  type Call,
  hasErrors,
  judgeAndPlan,
  type Outcome,
  type Plan,
  type Run,
} from "./pipeline.js";
import { planView } from "./plan.js";
import { prepareImports, verifyImports } from "./verify-imports.js";

/** Brings the generated folders in step with the protos. Writes nothing while an error stands. */
export async function generate(call: Call): Promise<Outcome> {
  const run = await openRun(call);
  const onWait = (owner: string): void =>
    run.steps.note(`waiting for another run (${owner}) to end`);
  const held = await lock(run.workspace.root, run.generated[0] as string, onWait, call.signal);
  try {
    return await locked(run, held);
  } finally {
    await held.release();
  }
}

async function locked(run: Run, held: Lock): Promise<Outcome> {
  const { steps, sources } = run;
  prepareThread(run.gen, run.ownPlugins());
  const prepared = (plan: Plan): Plan => {
    prepareImports(run, plan);
    return plan;
  };
  const code = codeOf(run, true);
  let untagged = 0;
  const { findings, troubles, compiles, plan, coverage, keep, read } = await judgeAndPlan(
    run,
    [...CHECKS, code.mirrors],
    async (view, begun) => {
      // Looked for while plugins are at work.
      const [planned, found] = await allEnded([
        planView(run, view, begun).then(prepared),
        code.discoveries(view.whole),
      ]);
      untagged = found.length;
      return planned;
    },
  );
  if (plan === undefined || troubles.length > 0 || hasErrors(findings)) {
    const why = compiles ? "an error stands, so nothing was written" : "the protos do not compile";
    const left = compiles
      ? ["apply", "imports", "consumers"]
      : ["bindings", "index", "apply", "imports", "consumers"];
    for (const step of left) steps.skip(step, why);
    return { findings, troubles, steps: steps.done, sources, coverage, again: {}, keep, read };
  }
  const edits = code.additions().flatMap((addition) => addition.edits);
  const edited = await editSources(sources, edits);
  const staged = await stageSources(run.workspace.root, edited);
  let written: ReadonlyMap<string, string | undefined> = new Map();
  try {
    held.verify();
    await steps.run(
      "apply",
      async () => {
        written = await applyAll(run, plan);
        // After the bindings, which they refer to.
        await staged.replace();
        return appliedSummary(plan);
      },
      (summary) =>
        edited.length === 0 ? summary : `${summary}; ${count(edited.length, "mirror file")} edited`,
    );
  } finally {
    await staged.close();
  }
  for (const { mirror, names, place } of code.additions()) {
    steps.note(`${place.path}:${place.line}: ${mirror} has ${names.join(", ")} now`);
  }
  if (untagged > 0) {
    const look = untagged === 1 ? "looks like a copy" : "look like copies";
    steps.note(`${count(untagged, "declaration")} ${look} of an enum: lockstep doctor tells more`);
  }
  notePlan(run, plan);
  const imports = await allEnded([verifyImports(run, plan), code.judgeImports(plan)]);
  return {
    findings: [...findings, ...imports.flat()],
    troubles,
    steps: steps.done,
    sources,
    coverage,
    keep,
    read,
    written,
    edited,
    // Mirrors that were edited are judged anew.
    ...(edited.length === 0
      ? {
          again: {
            bindings: plan.bindingsAgain,
            apply: applied(0, 0, plannedFiles(plan)),
          },
        }
      : {}),
  };
}

function plannedFiles({ comparisons }: Plan): number {
  return comparisons.reduce((sum, one) => sum + one.planned.length, 0);
}

function applied(written: number, removed: number, unchanged: number): string {
  return `${count(written, "file")} written, ${removed} removed, ${unchanged} unchanged`;
}

/** Writes the plan; the files that were written and removed, with their hashes. */
async function applyAll(
  { workspace }: Run,
  { comparisons, indexes }: Plan,
): Promise<Map<string, string | undefined>> {
  const written = new Map<string, string | undefined>();
  for (const comparison of comparisons) {
    const own = indexes.filter((one) => isInside(one.folder, comparison.folder));
    for (const [path, hash] of await apply(workspace.root, comparison, own))
      written.set(path, hash);
  }
  return written;
}

function appliedSummary(plan: Plan): string {
  const differences = plan.comparisons.flatMap((one) => one.differences);
  const removed = differences.filter((one) => one.kind === "stale").length;
  const written = differences.length - removed;
  return applied(written, removed, plannedFiles(plan) - written);
}
