// lockstep breaking: the wire gate alone.
import { wire } from "../checks/wire/wire.js";
import { type Call, judgeAndPlan, type Outcome, openToJudge } from "./pipeline.js";

/** What the change breaks for peers that speak the baselines. */
export async function breaking(call: Call): Promise<Outcome> {
  const run = await openToJudge(call);
  const { findings, troubles } = await judgeAndPlan(run, [wire], undefined);
  return { findings, troubles, steps: run.steps.done, sources: run.sources };
}
