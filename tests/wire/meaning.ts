// Whether what a reader sees means what the writer meant, as far as both versions know of it.
import {
  type Fields,
  type MapKey,
  sameValue,
  type Value,
} from "../../checks/wire/evidence/runtime.js";
import {
  type Enum,
  type Field,
  type Message,
  type Scalar,
  type Schema,
  typeOf,
} from "./random-schema.js";

/** Compares by the meanings in the model, never by names or numbers. */
export class Meaning {
  constructor(
    private readonly writer: Schema,
    private readonly reader: Schema,
  ) {}

  /** What differs, in words; undefined where nothing that both know does. */
  difference(sent: Message, value: Fields, seen: Message, got: Fields): string | undefined {
    for (const field of sent.fields) {
      const other = seen.fields.find(({ meaning }) => meaning === field.meaning);
      if (other === undefined) continue;
      const what = this.inField(field, value.get(field.number), other, got.get(other.number));
      if (what !== undefined) return `${field.name}: ${what}`;
    }
    const unsent = seen.fields.find(
      (field) =>
        got.has(field.number) && sent.fields.every(({ meaning }) => meaning !== field.meaning),
    );
    return unsent === undefined ? undefined : `${unsent.name}: appeared`;
  }

  private inField(
    sent: Field,
    value: Value | undefined,
    seen: Field,
    got: Value | undefined,
  ): string | undefined {
    if (
      value === undefined &&
      got === undefined &&
      (sent.shape !== "one" || seen.shape !== "one")
    ) {
      return undefined;
    }
    if (sent.shape !== seen.shape) return `a ${sent.shape} read as a ${seen.shape}`;
    if (sent.shape === "list") {
      return this.inList(
        sent,
        (value ?? []) as readonly Value[],
        seen,
        (got ?? []) as readonly Value[],
      );
    }
    if (sent.shape === "map") {
      const none: ReadonlyMap<MapKey, Value> = new Map();
      return this.inMap(sent, (value ?? none) as typeof none, seen, (got ?? none) as typeof none);
    }
    return this.inOne(sent, value, seen, got);
  }

  private inOne(
    sent: Field,
    value: Value | undefined,
    seen: Field,
    got: Value | undefined,
  ): string | undefined {
    const isMessage = [typeOf(this.writer, sent.type), typeOf(this.reader, seen.type)].some(
      (type) => type?.kind === "message",
    );
    const isPresenceKnown = sent.presence !== "implicit" && seen.presence !== "implicit";
    if (value !== undefined && got === undefined) {
      if (this.isUnknown(sent, value, seen)) return undefined;
      if (isMessage || isPresenceKnown) return "lost";
    }
    if (value === undefined && got !== undefined && (isMessage || isPresenceKnown))
      return "appeared";
    if (value === undefined && got === undefined) {
      // A required field is never absent, whatever it would read as.
      if (isMessage || sent.presence === "required" || seen.presence === "required")
        return undefined;
    }
    const read = got ?? defaultOf(this.reader, seen);
    return this.inValue(sent, value ?? defaultOf(this.writer, sent), seen, read);
  }

  /** An element that the reader cannot know may be missing, or be there without a name. */
  private inList(
    sent: Field,
    value: readonly Value[],
    seen: Field,
    got: readonly Value[],
  ): string | undefined {
    const unknown = value.filter((one) => this.isUnknown(sent, one, seen));
    const known = value.filter((one) => !unknown.includes(one));
    const rest = got.filter((one) => !(unknown.includes(one) && isUnnamed(this.reader, seen, one)));
    if (known.length !== rest.length) return `${known.length} elements, and ${rest.length} read`;
    for (const [i, one] of known.entries()) {
      const what = this.inValue(sent, one, seen, rest[i] as Value);
      if (what !== undefined) return `element ${i}: ${what}`;
    }
    return undefined;
  }

  private inMap(
    sent: Field,
    value: ReadonlyMap<MapKey, Value>,
    seen: Field,
    got: ReadonlyMap<MapKey, Value>,
  ): string | undefined {
    for (const [key, one] of value) {
      const other = got.get(key);
      if (other === undefined) {
        if (this.isUnknown(sent, one, seen)) continue;
        return `key ${String(key)}: lost`;
      }
      const what = this.inValue(sent, one, seen, other);
      if (what !== undefined) return `key ${String(key)}: ${what}`;
    }
    for (const key of got.keys()) if (!value.has(key)) return `key ${String(key)}: appeared`;
    return undefined;
  }

  private inValue(sent: Field, value: Value, seen: Field, got: Value): string | undefined {
    const [type, other] = [typeOf(this.writer, sent.type), typeOf(this.reader, seen.type)];
    if (type?.kind === "message" && other?.kind === "message") {
      const [inside, read] = [value, got] as [Fields, Fields];
      if (type.meaning === other.meaning) return this.difference(type, inside, other, read);
      // Messages that have nothing in them say the same.
      return inside.size === 0 && read.size === 0 ? undefined : "another message";
    }
    if (type?.kind === "message" || other?.kind === "message") return "another kind of value";
    if (type !== undefined && other !== undefined) return sameName(type, value, other, got);
    return sameValue(value, got) ? undefined : `${show(value)} read as ${show(got)}`;
  }

  /** Whether it is a value of an enum that only the writer's version has. */
  private isUnknown(sent: Field, value: Value, seen: Field): boolean {
    const [type, other] = [typeOf(this.writer, sent.type), typeOf(this.reader, seen.type)];
    if (type?.kind !== "enum" || other?.kind !== "enum" || type.id !== other.id) return false;
    const named = namesOf(type, value);
    return named.length > 0 && named.every((meaning) => numberOf(other, meaning) === undefined);
  }
}

function sameName(type: Enum, value: Value, other: Enum, got: Value): string | undefined {
  if (type.id !== other.id) return "another enum";
  const named = namesOf(type, value);
  // What has no name means its number.
  if (named.length === 0) return value === got ? undefined : `${show(value)} read as ${show(got)}`;
  const known = named
    .map((meaning) => numberOf(other, meaning))
    .filter((number) => number !== undefined);
  const isRight =
    known.length === 0 ? namesOf(other, got).length === 0 : known.every((number) => number === got);
  return isRight ? undefined : `the value ${show(value)} read as the value ${show(got)}`;
}

const namesOf = (type: Enum, value: Value): number[] =>
  type.values.filter(({ number }) => BigInt(number) === value).map(({ meaning }) => meaning);

function numberOf(type: Enum, meaning: number): bigint | undefined {
  const value = type.values.find((one) => one.meaning === meaning);
  return value === undefined ? undefined : BigInt(value.number);
}

function isUnnamed(schema: Schema, field: Field, value: Value): boolean {
  const type = typeOf(schema, field.type);
  return type?.kind === "enum" && namesOf(type, value).length === 0;
}

/** What an absent field reads as. */
function defaultOf(schema: Schema, field: Field): Value {
  if (field.default !== undefined) return field.default.value;
  const type = typeOf(schema, field.type);
  if (type?.kind === "enum") return BigInt(type.values[0]?.number ?? 0);
  switch (field.type as Scalar) {
    case "bool":
      return false;
    case "string":
      return "";
    case "bytes":
      return new Uint8Array();
    case "float":
    case "double":
      return 0;
    default:
      return 0n;
  }
}

const show = (value: Value): string =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString("hex")
    : typeof value === "string"
      ? JSON.stringify(value)
      : String(value);
