// lockstep doctor: takes every look there is, and says what causes which symptom. Writes nothing.
import { packageEngine } from "../core/installation.js";
import { asTrouble, type Trouble } from "../core/trouble.js";
import { requireFolder } from "../core/workspace.js";
import {
  type Cause,
  type Diagnosed,
  type Diagnosis,
  type Examined,
  type Looked,
  NotLooked,
} from "./doctor/diagnosis.js";
import { type Asked, Patient } from "./doctor/patient.js";
import { DIAGNOSES } from "./doctor/table.js";
import type { Call } from "./pipeline.js";

/** What one look came to. */
type Look =
  | { readonly kind: "causes"; readonly causes: readonly Cause[] }
  | { readonly kind: "not looked"; readonly why: NotLooked }
  | { readonly kind: "trouble"; readonly trouble: Trouble };

export interface Outcome {
  readonly examined: Examined;
  /** What no diagnosis accounts for. */
  readonly troubles: readonly Trouble[];
}

/** Takes every look. Throws trouble where there is no such folder to look at. */
export async function doctor(
  call: Call,
  asked: Pick<Asked, "ports"> & Partial<Asked>,
): Promise<Outcome> {
  await requireFolder(call.cwd);
  const versions = { node: process.versions.node, oldestNode: packageEngine() };
  const patient = new Patient(call, { ...versions, ...asked });
  const looks = await Promise.all(DIAGNOSES.map((diagnosis) => take(diagnosis, patient)));
  const met = looks.flatMap((look) => (look.kind === "trouble" ? [look.trouble] : []));
  // Several looks may meet the same trouble, each with an error of its own.
  const troubles = [...new Map(met.map((one) => [one.message, one])).values()];
  const rows = DIAGNOSES.map((diagnosis, i) => {
    const look = looks[i] as Look;
    const own = look.kind === "causes" ? look.causes : [];
    const claimed = troubles.filter((one) => claims(diagnosis, one)).map(causeOf);
    return { diagnosis, look, causes: own.length > 0 ? own : claimed };
  });
  const looked = rows.map(({ diagnosis, look, causes }): Looked => {
    const { id } = diagnosis;
    if (causes.length > 0) return { id, state: "wrong" };
    if (look.kind === "causes") return { id, state: "well" };
    return { id, ...stateOf(look) };
  });
  const diagnoses = rows.flatMap(({ diagnosis: { id, symptom, remedy, severity }, causes }) =>
    causes.map((cause): Diagnosed => ({ id, symptom, remedy, severity, ...cause })),
  );
  const unclaimed = troubles.filter((one) => ownerOf(one) === undefined);
  const ok =
    unclaimed.length === 0 &&
    diagnoses.every(({ severity }) => severity !== "error") &&
    looked.every(({ state }) => state !== "blocked");
  return { examined: { ok, diagnoses, looked }, troubles: unclaimed };
}

async function take(diagnosis: Diagnosis, patient: Patient): Promise<Look> {
  try {
    return { kind: "causes", causes: await diagnosis.look(patient) };
  } catch (thrown) {
    if (thrown instanceof NotLooked) return { kind: "not looked", why: thrown };
    return { kind: "trouble", trouble: asTrouble(thrown) };
  }
}

function stateOf(look: Exclude<Look, { kind: "causes" }>): Pick<Looked, "state" | "why"> {
  if (look.kind === "trouble") {
    return { state: "blocked", why: ownerOf(look.trouble)?.id ?? look.trouble.message };
  }
  const { by, message } = look.why;
  return by === undefined ? { state: "off", why: message } : { state: "blocked", why: by };
}

function ownerOf(trouble: Trouble): Diagnosis | undefined {
  return DIAGNOSES.find((diagnosis) => claims(diagnosis, trouble));
}

function claims(diagnosis: Diagnosis, { code }: Trouble): boolean {
  return diagnosis.claims?.includes(code) ?? false;
}

function causeOf({ message, help, where }: Trouble): Cause {
  const remedy = help.replace(/ ?Nothing was changed\.$/, "");
  const place = where && { path: where.path, ...(where.line && { line: where.line }) };
  return { cause: message, ...(remedy !== "" && { remedy }), ...place };
}
