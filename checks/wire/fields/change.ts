// A change of a message's fields.
import type { Field, Pairing } from "../pairs.js";
import type { Messages } from "./probes.js";

/** Two versions of a message, their fields paired. */
export interface FieldsChange extends Messages {
  readonly pairing: Pairing<Field>;
  /** The numbers for fields that took those of others. */
  readonly free: ReadonlyMap<Field, number>;
  /** The new fields that took the numbers of fields that moved. */
  readonly intruders: readonly Field[];
  /** What puts the numbers right; undefined where more has to be done than that. */
  readonly restored: ReadonlyMap<Field, number> | undefined;
}

/** What buf calls a field that is gone from its number. */
export const REMOVAL_RULES = [
  "FIELD_NO_DELETE",
  "FIELD_NO_DELETE_UNLESS_NAME_RESERVED",
  "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED",
  "EXTENSION_NO_DELETE",
  "PACKAGE_EXTENSION_NO_DELETE",
  "ONEOF_NO_DELETE",
];
