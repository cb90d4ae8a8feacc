// lockstep doctor: symptoms of what commonly goes wrong, with their cause and remedy. Writes nothing.
import type { Check } from "../checks/check.js";
import { count } from "../core/count.js";
import { codeOf } from "./code.js";
import { type Call, judgeAndPlan, type Outcome, openRun, type Run } from "./pipeline.js";

/** What can be wrong, by what somebody notices of it. Its findings say the cause and the remedy. */
interface Diagnosis {
  readonly symptom: string;
  readonly check: (run: Run) => Check;
}

const DIAGNOSES: readonly Diagnosis[] = [
  {
    symptom: "a status shows wrong after a value was added",
    check: (run) => codeOf(run, false).untagged,
  },
];

/** Looks for every symptom and reports what explains it. */
export async function doctor(call: Call): Promise<Outcome> {
  const run = await openRun(call);
  const diagnoses = DIAGNOSES.map(({ symptom, check }) => ({ symptom, check: check(run) }));
  const checks = diagnoses.map(({ check }) => check);
  const { findings, troubles } = await judgeAndPlan(run, checks, undefined);
  for (const { symptom, check } of diagnoses) {
    const causes = findings.filter(({ rule }) => check.rules.some(({ id }) => id === rule.id));
    if (causes.length > 0) run.steps.note(`${symptom}: ${count(causes.length, "likely cause")}`);
  }
  return { findings, troubles, steps: run.steps.done, sources: run.sources };
}
