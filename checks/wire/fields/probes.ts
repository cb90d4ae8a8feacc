// The messages that show what a change of a field does.
import { type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Focus } from "../evidence/mark.js";
import type { Sender } from "../evidence/meaning.js";
import type { Probe } from "../evidence/prove.js";
import type { Fields, Value } from "../evidence/runtime.js";
import { elementSamples, fieldSamples, required } from "../evidence/samples.js";
import type { Field, Pair, Pairs } from "../pairs.js";

/** Two versions of a message, among the pairs of their schemas. */
export interface Messages extends Pair<DescMessage> {
  readonly pairs: Pairs;
  /** What shows how two types differ that are no versions of each other. */
  readonly inside: (old: DescMessage, now: DescMessage) => readonly Probe[];
}

/** The versions of one field; of one that came or went, there is only one. */
export interface Versions {
  readonly old: Field | undefined;
  readonly now: Field | undefined;
}

const SENDERS = ["old", "new"] as const;
const NOTHING: Focus = { path: [], part: "value" };

function fieldsOf({ old, now }: Versions): Field[] {
  return [old, now].filter((field) => field !== undefined);
}

/** Each value that matters in the field, sent by whoever has the field. */
export function valueProbes(messages: Messages, versions: Versions, part: Focus["part"]): Probe[] {
  const about = fieldsOf(versions);
  return SENDERS.flatMap((sender) => {
    const [field, other] =
      sender === "old" ? [versions.old, versions.now] : [versions.now, versions.old];
    if (field === undefined) return [];
    const nested =
      versions.old?.message !== undefined && versions.now?.message !== undefined
        ? nestedProbes(messages, versions.old.message, versions.now.message, sender)
        : [];
    const side = sideOf(messages, sender);
    const elements = elementSamples(field, other, side.fieldsOf);
    return [
      ...nested.flatMap(({ value, focus }) =>
        fieldSamples(field, [value])
          .slice(0, 1)
          .map((one) => probe(messages, sender, [[field, one]], focus, about)),
      ),
      ...fieldSamples(field, elements).map((one) =>
        probe(messages, sender, [[field, one]], { path: [], part }, about),
      ),
    ];
  });
}

/** Values of messages that show how their types differ, where those are no versions of each other. */
function nestedProbes(
  { pairs, inside }: Messages,
  old: DescMessage,
  now: DescMessage,
  sender: Sender,
): Probe[] {
  if (pairs.isPair(old, now)) return [];
  return inside(old, now).filter((one) => one.sender === sender && one.raw === undefined);
}

/** Messages with nothing in them but what their sender requires, in both directions. */
export function absentProbes(messages: Messages, versions: Versions): Probe[] {
  const about = fieldsOf(versions);
  return SENDERS.map((sender) => probe(messages, sender, [], NOTHING, about));
}

/** Messages in which both fields are set, sent by each version. */
export function togetherProbes(messages: Messages, one: Pair<Field>, other: Pair<Field>): Probe[] {
  return SENDERS.map((sender) => {
    const fields = sender === "old" ? [one.old, other.old] : [one.now, other.now];
    const side = sideOf(messages, sender);
    const values = fields.flatMap((field): [Field, Value][] => {
      const [value] = fieldSamples(field, elementSamples(field, undefined, side.fieldsOf));
      return value === undefined ? [] : [[field, value]];
    });
    return probe(messages, sender, values, NOTHING, [...fieldsOf(one), ...fieldsOf(other)]);
  });
}

/** Strings that are no UTF-8, as a sender that does not check puts them on the wire. */
export function rawProbes(messages: Messages, { old, now }: Pair<Field>): Probe[] {
  const invalid = Uint8Array.of(0xff, 0xfe);
  return SENDERS.flatMap((sender) => {
    const field = sender === "old" ? old : now;
    const made = probe(messages, sender, [], { path: [field.number], part: "value" }, [old, now]);
    return stringPaths(field).map((inEntry) => {
      const writer = new BinaryWriter().tag(field.number, WireType.LengthDelimited);
      if (inEntry === undefined) writer.bytes(invalid);
      else writer.fork().tag(inEntry, WireType.LengthDelimited).bytes(invalid).join();
      return { ...made, raw: writer.finish() };
    });
  });
}

/** Where a field has strings: in itself, or in the key (1) or the value (2) of a map's entries. */
function stringPaths(field: Field): (number | undefined)[] {
  if (field.fieldKind !== "map") return [undefined];
  const [key, value] = [field.mapKey, field.scalar].map((type) => type === ScalarType.STRING);
  return [...(key ? [1] : []), ...(value ? [2] : [])];
}

function probe(
  messages: Messages,
  sender: Sender,
  values: readonly (readonly [Field, Value])[],
  focus: Focus,
  about: readonly Field[],
): Probe {
  const side = sideOf(messages, sender);
  const fields: Fields = required(side.message, side.fieldsOf);
  for (const [field, value] of values) fields.set(field.number, value);
  const first = values[0]?.[0].number;
  const path = first === undefined ? focus.path : [first, ...focus.path];
  const { old, now } = messages;
  return { sender, old, now, value: fields, focus: { ...focus, path }, about };
}

function sideOf(
  { old, now, pairs }: Messages,
  sender: Sender,
): { message: DescMessage; fieldsOf: (desc: DescMessage) => readonly Field[] } {
  const [message, names] = sender === "old" ? [old, pairs.old] : [now, pairs.now];
  return { message, fieldsOf: (desc) => names.fieldsOf(desc) };
}
