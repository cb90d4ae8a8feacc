// lockstep breaking: the wire gate alone.
import { wire } from "../checks/wire/wire.js";
import { trouble } from "../core/trouble.js";
import { openToJudge } from "./open-run.js";
import { type Call, judgeAndPlan, type Outcome } from "./pipeline.js";

/**
 * What the change breaks for peers that speak the baselines. Throws trouble where there is none and
 * cannot be: outside a git repository, unless one is named.
 */
export async function breaking(call: Call): Promise<Outcome> {
  const run = await openToJudge(call);
  const named = call.against?.names ?? [run.workspace.configuration.baseline ?? []].flat();
  if (named.length === 0 && !(await run.git.isRepository())) {
    throw trouble("BASELINE_UNNAMED", { folder: run.workspace.root });
  }
  const { findings, troubles, keep, read } = await judgeAndPlan(run, [wire], undefined);
  const { steps, sources } = run;
  return { findings, troubles, steps: steps.done, sources, again: {}, keep, read };
}
