// What a reader of a run has to know of the plan, though nothing is wrong.
import { posix } from "node:path";
import { count } from "../core/count.js";
import { isInside } from "../core/workspace.js";
import type { Plan, Run } from "./pipeline.js";

/** Tells which names are only in namespaces, and which files in the generated folders are not ours. */
export function notePlan(run: Run, plan: Plan): void {
  for (const { shared, folder } of plan.indexes) {
    const { count: all, first } = shared;
    if (all === 0) continue;
    const shown = first.map(({ name, in: where }) => `${name} (${where.join(", ")})`);
    const more = all > first.length ? `, and ${all - first.length} more` : "";
    run.steps.note(
      `${posix.join(folder, "index")}: ${count(all, "name")} defined more than once, only in ${all === 1 ? "its" : "their"} namespaces: ${shown.join(", ")}${more}`,
    );
  }
  const all = plan.comparisons.flatMap((one) => one.planned);
  for (const { name, out } of run.gen.plugins) {
    if (all.some((file) => isInside(file.path, out))) continue;
    run.steps.note(`${out}/: ${name} generated nothing`);
  }
  for (const { foreign, folder } of plan.comparisons) {
    if (foreign.length === 0) continue;
    const shown = foreign.slice(0, 3).join(", ") + (foreign.length > 3 ? ", ..." : "");
    run.steps.note(
      `${folder}/: ${count(foreign.length, "file")} not written by Lockstep, left alone: ${shown}`,
    );
  }
}
