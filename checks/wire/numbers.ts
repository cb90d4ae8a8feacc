// Which numbers are taken, reserved or free.
import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";
import type { Type } from "./pairs.js";

/** The largest field number, and those that Protobuf keeps for itself (descriptor.proto, language spec). */
const MAX_FIELD = 2 ** 29 - 1;
const INTERNAL = [19_000, 19_999] as const;
const MAX_VALUE = 2 ** 31 - 1;

/**
 * For each new element that has taken a number from another one, a free number. Elements that have a
 * number of their own are left out.
 */
export function freeFor<T extends { readonly number: number }>(
  old: Type,
  now: Type,
  added: readonly T[],
  taken: ReadonlySet<number>,
): ReadonlyMap<T, number> {
  const needing = added.filter(({ number }) => taken.has(number));
  const free = freeNumbers(old, now, needing.length);
  return new Map(
    needing.flatMap((element, i) => {
      const number = free[i];
      return number === undefined ? [] : [[element, number] as const];
    }),
  );
}

/** Whether the type reserves that number. */
export function isReserved(type: Type, number: number): boolean {
  // The end of a message's range is exclusive, that of an enum's is not (descriptor.proto).
  return type.kind === "enum"
    ? type.proto.reservedRange.some(({ start, end }) => number >= start && number <= end)
    : type.proto.reservedRange.some(({ start, end }) => number >= start && number < end);
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
  const top = Math.max(0, ...[old, now].flatMap(used), ...taken);
  const found: number[] = [];
  const most = now.kind === "enum" ? MAX_VALUE : MAX_FIELD;
  for (let number = top + 1; found.length < many && number <= most; number++) {
    if (!taken.has(number) && isFree(number, old, now)) found.push(number);
  }
  // With the top taken, whatever gap there is.
  for (let number = 1; found.length < many && number <= top; number++) {
    if (!taken.has(number) && isFree(number, old, now)) found.push(number);
  }
  return found;
}

function used(type: Type): number[] {
  return type.kind === "enum"
    ? type.values.map(({ number }) => number)
    : type.fields.map(({ number }) => number);
}

function isFree(number: number, ...types: readonly Type[]): boolean {
  return types.every(
    (type) =>
      !used(type).includes(number) &&
      !isReserved(type, number) &&
      (type.kind === "enum" || isForFields(type, number)),
  );
}

function isForFields(message: DescMessage, number: number): boolean {
  const isInternal = number >= INTERNAL[0] && number <= INTERNAL[1];
  return (
    !isInternal &&
    !message.proto.extensionRange.some(({ start, end }) => number >= start && number < end)
  );
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
