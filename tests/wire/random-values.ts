// Values of a message that show what a change does: the bounds of each type, absent and zero, one and two.
import { Fields, type MapKey, type Value } from "../../checks/wire/evidence/runtime.js";
import type { Random } from "../random.js";
import { type Field, type Message, type Scalar, type Schema, typeOf } from "./random-schema.js";

/**
 * Stands for text that is not UTF-8, which no string of JavaScript can hold: these bytes are replaced in
 * what was written.
 */
export const NOT_UTF8 = "\u0001\u0002\u0003\u0004\u0005\u0006\u0007";

const INT32 = [1n, -1n, 2n ** 31n - 1n, -(2n ** 31n)];
const UINT32 = [1n, 2n ** 31n, 2n ** 32n - 1n];
const INT64 = [1n, -1n, 2n ** 31n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
const UINT64 = [1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n];

const BOUNDS: Readonly<Record<Scalar, readonly Value[]>> = {
  int32: INT32,
  sint32: INT32,
  sfixed32: INT32,
  uint32: UINT32,
  fixed32: UINT32,
  int64: INT64,
  sint64: INT64,
  sfixed64: INT64,
  uint64: UINT64,
  fixed64: UINT64,
  float: [
    0.5,
    Math.fround(0.1),
    -Math.fround(3.4028234663852886e38),
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ],
  double: [0.1, 1e300, -0.5, Number.NaN, Number.NEGATIVE_INFINITY],
  bool: [true],
  string: ["a", "12", "zö€😀"],
  bytes: [Uint8Array.of(1), Uint8Array.of(0xff, 0xfe, 0x80)],
};

/** Numbers without a name in any enum of the model. */
export const UNNAMED = [99n, -99n];

/** The values of a message to try; each has what is required in it. */
export function valuesOf(
  schema: Schema,
  message: Message,
  together: readonly (readonly [Field, Field])[],
  random: Random,
): Fields[] {
  const maker = new Maker(schema, random);
  return [
    maker.least(message),
    ...message.fields.flatMap((field) =>
      maker.choices(field).map((value) => maker.least(message, [[field, value]])),
    ),
    ...together.map((pair) =>
      maker.least(
        message,
        pair.map((field) => [field, random.pick(maker.choices(field))] as const),
      ),
    ),
    ...Array.from({ length: 3 }, () => maker.any(message, 2)),
  ];
}

class Maker {
  constructor(
    private readonly schema: Schema,
    private readonly random: Random,
  ) {}

  /** With those fields, and no others than have to be there. */
  least(message: Message, values: readonly (readonly [Field, Value])[] = []): Fields {
    const fields = new Fields();
    for (const field of message.fields) {
      if (field.presence === "required" && field.shape === "one") {
        fields.set(field.number, this.random.pick(this.ones(field, 0)));
      }
    }
    for (const [field, value] of values) fields.set(field.number, value);
    return fields;
  }

  /** With some of its fields, of each oneof one at most. */
  any(message: Message, depth: number): Fields {
    const fields = this.least(message);
    const oneofs = new Set<string>();
    for (const field of this.random.shuffled(message.fields)) {
      if (this.random.chance(0.4) || (field.oneof !== undefined && oneofs.has(field.oneof)))
        continue;
      if (field.oneof !== undefined) oneofs.add(field.oneof);
      fields.set(field.number, this.random.pick(this.choices(field, depth - 1)));
    }
    return fields;
  }

  /** Every value of the field that is worth a try. */
  choices(field: Field, depth = 1): Value[] {
    const ones = this.ones(field, depth);
    if (field.shape === "one") {
      return field.presence === "implicit" ? ones : [...ones, ...this.zero(field)];
    }
    const inside = [...ones, ...this.zero(field)];
    if (field.shape === "list") return [inside.slice(0, 1), inside, [...inside].reverse()];
    const keys = this.keys(field);
    const rounds = Math.ceil(Math.max(keys.length, inside.length) / keys.length);
    return Array.from(
      { length: rounds },
      (_, round) =>
        new Map(
          keys.map((key, i) => [key, inside[(round * keys.length + i) % inside.length] as Value]),
        ),
    );
  }

  /** Values that are not the zero of the field's type. */
  private ones(field: Field, depth: number): Value[] {
    const own = typeOf(this.schema, field.type);
    if (own === undefined) {
      const isRaw = field.type === "string" && !field.utf8;
      return [...BOUNDS[field.type as Scalar], ...(isRaw ? [NOT_UTF8] : [])];
    }
    if (own.kind === "enum") {
      const numbers = own.values.map(({ number }) => BigInt(number));
      const isZeroAbsent = field.shape === "one" && field.presence === "implicit";
      return [...new Set(numbers), ...(own.closed ? [] : UNNAMED)].filter(
        (number) => number !== 0n || !isZeroAbsent,
      );
    }
    const made = [this.least(own)];
    if (depth > 0) made.push(this.any(own, depth), this.any(own, depth));
    return made;
  }

  private zero(field: Field): Value[] {
    const own = typeOf(this.schema, field.type);
    if (own !== undefined) return [];
    if (field.type === "string") return [""];
    if (field.type === "bytes") return [new Uint8Array()];
    if (field.type === "bool") return [false];
    return [field.type === "float" || field.type === "double" ? 0 : 0n];
  }

  private keys(field: Field): MapKey[] {
    if (field.key === "string") return ["", "a", "zö€😀", "12", ...(field.utf8 ? [] : [NOT_UTF8])];
    if (field.key === "bool") return [true, false];
    return [0n, ...(BOUNDS[field.key as Scalar] as readonly bigint[])];
  }
}
