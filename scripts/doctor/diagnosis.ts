// What a diagnosis is: a symptom that somebody notices, and a look at what may cause it.
import type { Severity } from "../../core/finding.js";
import type { TroubleName } from "../../core/trouble.js";
import type { Patient } from "./patient.js";

export interface Diagnosis {
  readonly id: string;
  /** What somebody notices. */
  readonly symptom: string;
  /** What to do about a cause that says nothing better. */
  readonly remedy: string;
  /** `error` for what keeps a program or a command from its work, or has a status shown wrong. */
  readonly severity: Severity;
  /** Troubles that are causes of this symptom, whichever look meets them. */
  readonly claims?: readonly TroubleName[];
  /** What causes the symptom here. Throws `NotLooked`, and trouble where something keeps it from looking. */
  look(patient: Patient): Promise<readonly Cause[]>;
}

/** What causes a symptom, and where. */
export interface Cause {
  readonly cause: string;
  readonly remedy?: string;
  readonly severity?: Severity;
  /** Relative to the workspace, with `/`. */
  readonly path?: string;
  readonly line?: number;
}

/** A look that was not taken: because nobody asked for it, or because of what another diagnosis found. */
export class NotLooked extends Error {
  constructor(
    why: string,
    /** The id of that other diagnosis. */
    readonly by?: string,
  ) {
    super(why);
  }
}

/** One cause of one symptom, as it is reported. */
export interface Diagnosed extends Cause {
  readonly id: string;
  readonly symptom: string;
  readonly remedy: string;
  readonly severity: Severity;
}

/** What became of a diagnosis: `blocked` where it could not look, `off` where it was not asked to. */
export interface Looked {
  readonly id: string;
  readonly state: "well" | "wrong" | "blocked" | "off";
  /** Why it is blocked or off. */
  readonly why?: string;
}

export interface Examined {
  /** Whether no cause is an error, every look that was asked for was taken, and there was no trouble. */
  readonly ok: boolean;
  readonly diagnoses: readonly Diagnosed[];
  readonly looked: readonly Looked[];
}
