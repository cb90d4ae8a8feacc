// A change of an enum, and the messages that show what becomes of its values.
import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { hasPresence, type Sender } from "../evidence/meaning.js";
import type { Probe } from "../evidence/prove.js";
import type { Fields, Format, Value } from "../evidence/runtime.js";
import { fieldSamples, required } from "../evidence/samples.js";
import type { Field, Pair, Pairing, Pairs } from "../pairs.js";
import type { Also } from "../suspect.js";
import type { Carrier } from "./carriers.js";

/** Two versions of an enum, their values paired, and the fields that carry it. */
export interface EnumChange extends Pair<DescEnum> {
  readonly pairing: Pairing<DescEnumValue>;
  /** The numbers for values that took those of others. */
  readonly free: ReadonlyMap<DescEnumValue, number>;
  /** The new values that took the numbers of values that moved. */
  readonly intruders: readonly DescEnumValue[];
  /** What puts the numbers right; undefined where more has to be done than that. */
  readonly restored: ReadonlyMap<DescEnumValue, number> | undefined;
  readonly carriers: readonly Carrier[];
  readonly pairs: Pairs;
}

/** What buf calls a value that is gone from its number. */
export const REMOVAL_RULES = [
  "ENUM_VALUE_NO_DELETE",
  "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED",
  "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED",
];

/** The values that have another number. */
export function movedIn({ pairing }: EnumChange): Pair<DescEnumValue>[] {
  return pairing.both.filter((pair) => pair.old.number !== pair.now.number);
}

/** What shows a change of a value: the old number sent to new peers, and the new one to old peers. */
export function valueProbes(
  { carriers, pairs }: EnumChange,
  old: number | undefined,
  now: number | undefined,
): Probe[] {
  return carriers.flatMap((carrier) => [
    ...(old === undefined ? [] : probesOf(carrier, BigInt(old), "old", pairs)),
    ...(now === undefined ? [] : probesOf(carrier, BigInt(now), "new", pairs)),
  ]);
}

/** That number in the field, as that version sends it. */
export function probesOf(carrier: Carrier, number: bigint, sender: Sender, pairs: Pairs): Probe[] {
  const field = sender === "old" ? carrier.field.old : carrier.field.now;
  const [value] = fieldSamples(field, [number]);
  return value === undefined ? [] : [probe(carrier, value, sender, pairs)];
}

/** A message with that value in the field, or with nothing in it. */
export function probe(
  { message, field }: Carrier,
  value: Value | undefined,
  sender: Sender,
  pairs: Pairs,
): Probe {
  const [names, writer, own] =
    sender === "old" ? [pairs.old, message.old, field.old] : [pairs.now, message.now, field.now];
  const fields: Fields = required(writer, (desc) => names.fieldsOf(desc));
  // A zero without presence is the same as nothing, and is not sent.
  if (value !== undefined && (value !== 0n || hasPresence(own))) fields.set(own.number, value);
  return {
    sender,
    ...message,
    value: fields,
    focus: { path: [own.number], part: "value" },
    about: [own],
    ...(value === undefined ? {} : { formats: formatsOf(field) }),
  };
}

/** The formats in which the field is found by its peer, so that only the enum's change shows. */
function formatsOf({ old, now }: Pair<Field>): Format[] {
  return [
    ...(old.number === now.number ? ["binary" as const] : []),
    ...(old.jsonName === now.jsonName ? ["json" as const] : []),
  ];
}

/** The fields that have the enum; buf says of them that their default changed. */
export function carriersOf({ carriers }: EnumChange): Also[] {
  return carriers.map(({ field }) => ({ now: field.now }));
}
