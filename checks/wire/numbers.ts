// Which numbers are taken, reserved or free.
import type { DescEnum, DescEnumValue, DescMessage } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";
import type { Field, Pair, Type } from "./pairs.js";

/** The largest field number, and those that Protobuf keeps for itself (descriptor.proto, language spec). */
const MAX_FIELD = 2 ** 29 - 1;
const INTERNAL = [19_000, 19_999] as const;
const MAX_VALUE = 2 ** 31 - 1;

/**
 * For each new element that has taken a number from another one, a free number. Elements that have a
 * number of their own are left out, and extensions, whose numbers are handed out elsewhere.
 */
export function freeFor<T extends Field | DescEnumValue>(
  old: Type,
  now: Type,
  added: readonly T[],
  left: ReadonlySet<number>,
  taken: ReadonlySet<number>,
): ReadonlyMap<T, number> {
  const needing = added.filter(({ kind, number }) => kind !== "extension" && left.has(number));
  const free = freeNumbers(old, now, needing.length, taken);
  return new Map(
    needing.flatMap((element, i) => {
      const number = free[i];
      return number === undefined ? [] : [[element, number] as const];
    }),
  );
}

/**
 * The numbers that put a shift right: the old ones for what moved, free ones for what took theirs.
 * Undefined where the compiler would not have it.
 */
export function restoredNumbers<T extends Field | DescEnumValue>(
  type: Type,
  elements: readonly T[],
  moved: readonly Pair<T>[],
  intruders: readonly T[],
  free: ReadonlyMap<T, number>,
): ReadonlyMap<T, number> | undefined {
  const numbers = new Map(moved.map(({ old, now }) => [now, old.number]));
  for (const element of intruders) {
    const number = free.get(element);
    if (number === undefined) return undefined;
    numbers.set(element, number);
  }
  return canHave(type, elements, numbers) ? numbers : undefined;
}

/** Whether the compiler takes the type's elements under those numbers. */
export function canHave<T extends Field | DescEnumValue>(
  type: Type,
  elements: readonly T[],
  numbers: ReadonlyMap<T, number>,
): boolean {
  const all = elements.map((element) => numbers.get(element) ?? element.number);
  const hasAliases = new Set(all).size < all.length;
  if (hasAliases !== (type.kind === "enum" && type.proto.options?.allowAlias === true))
    return false;
  if (type.kind === "enum" && type.open && all[0] !== 0) return false;
  return [...numbers].every(
    ([element, number]) =>
      !isReserved(type, number) &&
      (type.kind === "enum" || isForExtensions(type, number) === (element.kind === "extension")),
  );
}

/** Whether the type reserves that number. */
export function isReserved(type: Type, number: number): boolean {
  return reservedRanges(type).some(([start, end]) => number >= start && number <= end);
}

/** Whether a type can reserve that number, and does not yet. */
export function isReservable(type: Type, number: number): boolean {
  return !isReserved(type, number) && (type.kind === "enum" || !isForExtensions(type, number));
}

/**
 * Numbers that neither version of the type uses or reserves, nor anything that is `taken`: the lowest
 * beyond all of them first.
 */
export function freeNumbers(
  old: Type,
  now: Type,
  many: number,
  taken: ReadonlySet<number> = new Set(),
): number[] {
  const numbers = [...[old, now].flatMap(used), ...taken];
  const blocked = [
    ...numbers.map((number): Range => [number, number]),
    ...[old, now].flatMap(reservedRanges),
    ...[old, now].flatMap((type) => (type.kind === "enum" ? [] : extensionRanges(type))),
    ...(now.kind === "enum" ? [] : [INTERNAL]),
  ].sort(([a], [b]) => a - b);
  const top = Math.max(0, ...numbers);
  const found = gaps(top + 1, now.kind === "enum" ? MAX_VALUE : MAX_FIELD, blocked, many);
  // With the top taken, whatever gap there is.
  return [...found, ...gaps(1, top, blocked, many - found.length)];
}

/** The first and the last of several numbers. */
type Range = readonly [first: number, last: number];

/** The first numbers from one to another that no range has. */
function gaps(from: number, to: number, ranges: readonly Range[], many: number): number[] {
  const found: number[] = [];
  let number = from;
  for (const [first, last] of [...ranges, [to + 1, to + 1] as const]) {
    while (number < Math.min(first, to + 1) && found.length < many) found.push(number++);
    number = Math.max(number, last + 1);
  }
  return found;
}

function used(type: Type): number[] {
  return type.kind === "enum"
    ? type.values.map(({ number }) => number)
    : type.fields.map(({ number }) => number);
}

function reservedRanges(type: Type): Range[] {
  // The end of a message's range is exclusive, that of an enum's is not (descriptor.proto).
  return type.kind === "enum"
    ? type.proto.reservedRange.map(({ start, end }) => [start, end])
    : type.proto.reservedRange.map(({ start, end }) => [start, end - 1]);
}

function extensionRanges(message: DescMessage): Range[] {
  return message.proto.extensionRange.map(({ start, end }) => [start, end - 1]);
}

function isForExtensions(message: DescMessage, number: number): boolean {
  return extensionRanges(message).some(([start, end]) => number >= start && number <= end);
}

/** The names that a type reserves. */
export function reservedNames(type: DescEnum | DescMessage): ReadonlySet<string> {
  return new Set(type.proto.reservedName);
}

/** The statements that reserve those numbers and names in a type, as its syntax writes them. */
export function reservations(
  type: Type,
  numbers: readonly number[],
  names: readonly string[],
): string[] {
  // Editions reserve names as identifiers, proto2 and proto3 as strings.
  const isEdition = type.file.edition >= Edition.EDITION_2023;
  const written = [...new Set(names)].map((name) => (isEdition ? name : JSON.stringify(name)));
  return [
    ...(numbers.length === 0
      ? []
      : [`reserved ${[...new Set(numbers)].sort((a, b) => a - b).join(", ")};`]),
    ...(written.length === 0 ? [] : [`reserved ${written.join(", ")};`]),
  ];
}
