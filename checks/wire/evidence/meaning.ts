// What a reader makes of what a sender meant: the fields and enum values that both versions know have to
// come back the same, and what only the sender knows must not pass for something else.
import { type DescEnum, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { Fate } from "../../../core/finding.js";
import { isReserved } from "../numbers.js";
import type { Field, Pairing, Pairs, Type } from "../pairs.js";
import { Fields, type MapKey, sameValue, type Value } from "./runtime.js";

/** Which version sends; the other one reads. */
export type Sender = "old" | "new";

/** The worse of two fates. */
export function worse(one: Fate, other: Fate): Fate {
  const order: readonly Fate[] = ["unaffected", "refused", "lost", "misread"];
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}

/** Compares what was sent with what was seen, by meaning. */
export class Meaning {
  constructor(
    private readonly pairs: Pairs,
    private readonly sender: Sender,
  ) {}

  /** What became of a message: of all its fields, or of those that it is about. */
  ofMessage(
    sent: Fields,
    seen: Fields,
    writer: DescMessage,
    reader: DescMessage,
    about?: readonly Field[],
  ): Fate {
    const { both, unknownHere } = this.#fields(writer, reader);
    let fate: Fate = "unaffected";
    for (const [from, to] of both) {
      // Whoever has the number of a field that it is about reads that field's bytes.
      const isAbout = about?.some((one) => one === from || one === to || one.number === to.number);
      if (isAbout === false) continue;
      fate = worse(fate, this.#ofField(sent.get(from.number), seen.get(to.number), from, to));
    }
    // A type that took another one's place has not removed what it lacks, unless it reserves it: that is lost.
    // Beside fields that both have, what the new one has more is an addition.
    const isAddition = this.sender === "new" && both.length > 0;
    if (!isAddition && !this.#areVersions(writer, reader)) {
      const numbers = new Set(both.map(([from]) => from.number));
      const lost = [...sent.keys()].some(
        (number) => !numbers.has(number) && !isReserved(reader, number),
      );
      if (lost) fate = worse(fate, "lost");
    }
    // Nobody sent a field that only the reader knows.
    if (unknownHere.some((field) => seen.has(field.number))) fate = "misread";
    return fate;
  }

  #areVersions(writer: Type, reader: Type): boolean {
    return this.sender === "old"
      ? this.pairs.isPair(writer, reader)
      : this.pairs.isPair(reader, writer);
  }

  #fields(
    writer: DescMessage,
    reader: DescMessage,
  ): { both: (readonly [Field, Field])[]; unknownHere: readonly Field[] } {
    return this.sender === "old"
      ? oriented(this.pairs.fields(writer, reader), false)
      : oriented(this.pairs.fields(reader, writer), true);
  }

  #ofField(sent: Value | undefined, seen: Value | undefined, from: Field, to: Field): Fate {
    if (from.fieldKind === "map" && to.fieldKind === "map") {
      return this.#ofMap(asMap(sent), asMap(seen), from, to);
    }
    if (isSingular(from) && isSingular(to)) return this.#ofSingular(sent, seen, from, to);
    return this.#ofList(asList(sent, from), asList(seen, to), from, to);
  }

  #ofSingular(sent: Value | undefined, seen: Value | undefined, from: Field, to: Field): Fate {
    if (sent !== undefined && this.#isUnknownValue(sent, from, to)) {
      // A reader that does not know the value has no name for it, or nothing at all.
      return seen === undefined || !this.#isDeclared(seen, to) ? "unaffected" : "misread";
    }
    // A required field is never absent, whatever it would read as.
    const isAbsent = sent === undefined && seen === undefined;
    if (isAbsent && (isRequired(from) || isRequired(to))) return "unaffected";
    if (hasPresence(from) && hasPresence(to)) {
      if (sent !== undefined && seen === undefined) return "lost";
      if (sent === undefined && seen !== undefined) return "misread";
    }
    const [meant, understood] = [sent ?? defaultOf(from), seen ?? defaultOf(to)];
    if (meant === undefined && understood === undefined) return "unaffected";
    if (meant === undefined) return "misread";
    if (understood === undefined) return "lost";
    const fate = this.#ofElement(meant, understood, from, to);
    return fate === "misread" && seen === undefined && sent !== undefined ? "lost" : fate;
  }

  #ofList(sent: readonly Value[], seen: readonly Value[], from: Field, to: Field): Fate {
    const known = sent.filter((value) => !this.#isUnknownValue(value, from, to));
    const understood =
      known.length === sent.length
        ? seen
        : seen.filter((value) => !isEnumNumber(value, to) || this.#isDeclared(value, to));
    if (understood.length < known.length) return "lost";
    if (understood.length > known.length) return "misread";
    const isEntry = from.fieldKind === "map" || to.fieldKind === "map";
    const ofOne = (value: Value, other: Value): Fate =>
      isEntry
        ? sameValue(value, other)
          ? "unaffected"
          : "misread"
        : this.#ofElement(value, other, from, to);
    return known.reduce<Fate>(
      (fate, value, i) => worse(fate, ofOne(value, understood[i] as Value)),
      "unaffected",
    );
  }

  #ofMap(
    sent: ReadonlyMap<MapKey, Value>,
    seen: ReadonlyMap<MapKey, Value>,
    from: Field,
    to: Field,
  ): Fate {
    let fate: Fate = "unaffected";
    const left = new Map([...seen].map(([key, value]) => [keyText(key), value]));
    for (const [key, value] of sent) {
      const understood = left.get(keyText(key));
      left.delete(keyText(key));
      if (this.#isUnknownValue(value, from, to)) {
        if (understood !== undefined && this.#isDeclared(understood, to)) fate = "misread";
      } else if (understood === undefined) fate = worse(fate, "lost");
      else fate = worse(fate, this.#ofElement(value, understood, from, to));
    }
    return left.size > 0 ? "misread" : fate;
  }

  /** What became of a value, an element of a list, or a value of a map. */
  #ofElement(sent: Value, seen: Value, from: Field, to: Field): Fate {
    if (from.message !== undefined && to.message !== undefined) {
      return this.ofMessage(asFields(sent), asFields(seen), from.message, to.message);
    }
    if (from.enum !== undefined && to.enum !== undefined) {
      return this.#meansTheSame(sent as bigint, seen as bigint, from.enum, to.enum)
        ? "unaffected"
        : "misread";
    }
    // That a value is 1 and true is written 1 does not make the one the other.
    const isNamed = (field: Field): boolean => field.enum !== undefined;
    const isTruth = (field: Field): boolean => field.scalar === ScalarType.BOOL;
    if ((isNamed(from) && isTruth(to)) || (isTruth(from) && isNamed(to))) return "misread";
    return sameContent(unwrapped(sent, from), unwrapped(seen, to)) ? "unaffected" : "misread";
  }

  #meansTheSame(sent: bigint, seen: bigint, from: DescEnum, to: DescEnum): boolean {
    const expected = this.#numbersFor(sent, from, to);
    // Names that shared a number and do so no more are several things.
    if (expected.length > 0) return expected.every((one) => one === Number(seen));
    const isDeclaredBySender = from.values.some(({ number }) => BigInt(number) === sent);
    const isDeclaredByReader = to.values.some(({ number }) => BigInt(number) === seen);
    if (!isDeclaredBySender) return sent === seen;
    return this.#areVersions(from, to) && !isDeclaredByReader;
  }

  /** The reader's numbers for what the sender's number means; none where the reader does not know it. */
  #numbersFor(number: bigint, from: DescEnum, to: DescEnum): number[] {
    const pairing =
      this.sender === "old"
        ? oriented(this.pairs.values(from, to), false)
        : oriented(this.pairs.values(to, from), true);
    return pairing.both
      .filter(([sent]) => BigInt(sent.number) === number)
      .map(([, seen]) => seen.number);
  }

  /** Whether it is an enum value that the sender declares and the reader does not. */
  #isUnknownValue(value: Value, from: Field, to: Field): boolean {
    if (from.enum === undefined || to.enum === undefined || typeof value !== "bigint") return false;
    if (!this.#areVersions(from.enum, to.enum)) return false;
    const isDeclared = from.enum.values.some(({ number }) => BigInt(number) === value);
    return isDeclared && this.#numbersFor(value, from.enum, to.enum).length === 0;
  }

  #isDeclared(value: Value, field: Field): boolean {
    return field.enum?.values.some(({ number }) => BigInt(number) === value) ?? true;
  }
}

function oriented<T>(
  { both, removed, added }: Pairing<T>,
  fromNew: boolean,
): { both: (readonly [T, T])[]; unknownHere: readonly T[] } {
  return fromNew
    ? { both: both.map(({ old, now }) => [now, old] as const), unknownHere: removed }
    : { both: both.map(({ old, now }) => [old, now] as const), unknownHere: added };
}

function isSingular(field: Field): boolean {
  return field.fieldKind !== "list" && field.fieldKind !== "map";
}

/** Whether code can tell that a singular field is not set. */
export function hasPresence(field: Field): boolean {
  return field.presence !== FeatureSet_FieldPresence.IMPLICIT;
}

/** Whether a message without the field is none. */
export function isRequired(field: Field): boolean {
  return field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
}

/** What code reads where a singular field is not set; undefined for a message. */
export function defaultOf(field: Field): Value | undefined {
  if (field.fieldKind === "enum") {
    return BigInt(field.getDefaultValue() ?? field.enum.values[0]?.number ?? 0);
  }
  if (field.fieldKind !== "scalar") return undefined;
  const value = field.getDefaultValue();
  switch (field.scalar) {
    case ScalarType.BOOL:
      return value ?? false;
    case ScalarType.STRING:
      return value ?? "";
    case ScalarType.BYTES:
      return value ?? new Uint8Array();
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return value ?? 0;
    default:
      return BigInt((value as bigint | number | string | undefined) ?? 0);
  }
}

function isEnumNumber(value: Value, field: Field): boolean {
  return field.enum !== undefined && typeof value === "bigint";
}

function asMap(value: Value | undefined): ReadonlyMap<MapKey, Value> {
  return value instanceof Map ? (value as unknown as ReadonlyMap<MapKey, Value>) : new Map();
}

function asFields(value: Value): Fields {
  return value instanceof Fields ? value : new Fields();
}

/** The elements of a field, whatever its cardinality; a map's are messages with a key and a value. */
function asList(value: Value | undefined, field: Field): readonly Value[] {
  if (value === undefined) return [];
  if (field.fieldKind === "list") return value as readonly Value[];
  if (field.fieldKind !== "map") return [value];
  return [...asMap(value)].map(([key, one]) => new Fields([...entryOf(key, one)]));
}

/** The fields of a map's entry: 1 is its key, 2 its value (the encoding of maps). */
function entryOf(key: MapKey, value: Value): [number, Value][] {
  const entries: [number, Value][] = [
    [1, key],
    [2, value],
  ];
  return entries.filter(([, one]) => !isZero(one));
}

function isZero(value: Value): boolean {
  return value === 0n || value === 0 || value === false || value === "";
}

function keyText(key: MapKey): string {
  return String(typeof key === "boolean" ? BigInt(key) : key);
}

/** Whether two values of scalars, perhaps of different types, are the same to code that reads them. */
function sameContent(sent: Value, seen: Value): boolean {
  const [one, other] = [plain(sent), plain(seen)];
  if (typeof one === "bigint" && typeof other === "number") return isNumber(one, other);
  if (typeof one === "number" && typeof other === "bigint") return isNumber(other, one);
  return sameValue(one, other);
}

/** What a wrapper of google/protobuf/wrappers.proto is around, which is all that JSON has of it. */
function unwrapped(value: Value, { message }: Field): Value {
  const isWrapper = /^google\.protobuf\.(\w+)Value$/.test(message?.typeName ?? "");
  const field = isWrapper ? message?.fields[0] : undefined;
  if (field === undefined || !(value instanceof Fields)) return value;
  return value.get(field.number) ?? defaultOf(field) ?? value;
}

function isNumber(integer: bigint, float: number): boolean {
  return Number.isInteger(float) && BigInt(float) === integer;
}

/** Text as its bytes, true and false as 1 and 0: what casts between them keep. */
function plain(value: Value): Value {
  if (typeof value === "string") return Buffer.from(value);
  return typeof value === "boolean" ? BigInt(value) : value;
}
