// What an edit of a schema is, and what edits are made of.
import type { Random } from "../random.js";
import {
  type Enum,
  enumsOf,
  type Field,
  type Message,
  messagesOf,
  type Schema,
  word,
} from "./random-schema.js";

/** Changes the schema, if there is something in it that the edit fits. */
export type Edit = (schema: Schema, random: Random) => void;

/** One of those, if there is one. */
export function some<T>(from: readonly T[], random: Random, act: (one: T) => void): void {
  if (from.length > 0) act(random.pick(from));
}

export const open = <T extends Enum | Message>(types: T[]): T[] =>
  types.filter((type) => !type.fixed);

/** Applies the edit to one of the enums or messages that may be edited. */
export const inEnum =
  (act: (type: Enum, random: Random, schema: Schema) => void): Edit =>
  (schema, random) =>
    some(open(enumsOf(schema)), random, (type) => {
      type.edited = true;
      act(type, random, schema);
    });

export const inMessage =
  (act: (type: Message, random: Random, schema: Schema) => void): Edit =>
  (schema, random) =>
    some(open(messagesOf(schema)), random, (type) => {
      type.edited = true;
      act(type, random, schema);
    });

/** Applies the edit to a field for which it makes sense. */
export const inField = (
  fits: (field: Field, schema: Schema, message: Message) => boolean,
  act: (field: Field, random: Random, schema: Schema, message: Message) => void,
): Edit =>
  inMessage((message, random, schema) =>
    some(
      message.fields.filter((field) => fits(field, schema, message)),
      random,
      (field) => act(field, random, schema, message),
    ),
  );

export const highest = (of: readonly { readonly number: number }[]): number =>
  Math.max(0, ...of.map(({ number }) => number));

/** The numbers up to one beyond the highest that are not taken; from `low`. */
export function freeNumber(
  of: readonly { readonly number: number }[],
  low: number,
  random: Random,
): number {
  const taken = of.map(({ number }) => number);
  const free = Array.from({ length: highest(of) + 3 }, (_, i) => i + low).filter(
    (number) => !taken.includes(number),
  );
  return random.pick(free);
}

/** Another name with the first word kept, as a person renames. */
export function rename(element: { name: string; moved?: boolean }, schema: Schema): void {
  const [stem = ""] = element.name.split("_");
  const tail = word(schema.count++);
  const isUpper = stem === stem.toUpperCase();
  element.name = `${stem}_${isUpper ? tail.toUpperCase() : tail}`;
  element.moved = true;
}

export function swap(list: readonly { number: number; moved?: boolean }[], random: Random): void {
  const free = list.filter(({ moved }) => !moved);
  const [one, other] = random.shuffled(free);
  if (one === undefined || other === undefined || one.number === other.number) return;
  [one.number, other.number] = [other.number, one.number];
  one.moved = true;
  other.moved = true;
}

/** Those at that number and above move up by one; false where one of them has been moved already. */
export function shift(list: readonly { number: number; moved?: boolean }[], from: number): boolean {
  const behind = list.filter(({ number }) => number >= from);
  if (behind.some(({ moved }) => moved)) return false;
  for (const one of behind) {
    one.number++;
    one.moved = true;
  }
  return true;
}

export function reserve(
  type: Enum | Message,
  gone: { number: number; name: string },
  random: Random,
): void {
  const how = random.pick(["both", "both", "number", "name", "neither"] as const);
  if (how === "both" || how === "number") type.reserved.numbers.push(gone.number);
  if (how === "both" || how === "name") type.reserved.names.push(gone.name);
}
