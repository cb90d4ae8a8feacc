// The values that matter: those at which types, widths, signs, presence and enums part ways.
import { type DescEnum, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { Field } from "../pairs.js";
import { hasPresence, isRequired } from "./meaning.js";
import { Fields, type MapKey, type Value } from "./runtime.js";

const INT32_MIN = -(2n ** 31n);
const INT64_MIN = -(2n ** 63n);

/** Where widths end and signs turn; 2^53 + 1 is the first integer that a double has not. */
const INTEGERS = [
  1n,
  -1n,
  2n ** 31n - 1n,
  INT32_MIN,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  INT64_MIN,
  2n ** 63n,
  2n ** 64n - 1n,
];

type Range = readonly [bigint, bigint];
const INT32: Range = [INT32_MIN, 2n ** 31n - 1n];
const INT64: Range = [INT64_MIN, 2n ** 63n - 1n];
const UINT32: Range = [0n, 2n ** 32n - 1n];
const UINT64: Range = [0n, 2n ** 64n - 1n];

const RANGES: Readonly<Partial<Record<ScalarType, Range>>> = {
  [ScalarType.INT32]: INT32,
  [ScalarType.SINT32]: INT32,
  [ScalarType.SFIXED32]: INT32,
  [ScalarType.UINT32]: UINT32,
  [ScalarType.FIXED32]: UINT32,
  [ScalarType.INT64]: INT64,
  [ScalarType.SINT64]: INT64,
  [ScalarType.SFIXED64]: INT64,
  [ScalarType.UINT64]: UINT64,
  [ScalarType.FIXED64]: UINT64,
};

/** The values of a scalar type, the plainest first; zero is not among them. */
function scalars(type: ScalarType): Value[] {
  const range = RANGES[type];
  if (range !== undefined) return INTEGERS.filter((n) => n >= range[0] && n <= range[1]);
  switch (type) {
    case ScalarType.BOOL:
      return [true];
    case ScalarType.STRING:
      return ["abc", "é日本", "123", "YWJj"];
    case ScalarType.BYTES:
      return [Buffer.from("abc"), Uint8Array.of(0xff, 0xfe), Uint8Array.of(8, 1)];
    case ScalarType.FLOAT:
      return [1.5, -2, 2 ** 40, Number.NaN];
    default:
      return [1.5, -2, 2 ** 40, 1e300, 0.1, Number.NaN];
  }
}

/** The numbers of an enum that code may send: its values', and of an open one a number without a name. */
function enumNumbers(desc: DescEnum, others: readonly DescEnum[]): bigint[] {
  const declared = [...new Set(desc.values.map(({ number }) => number))].filter((n) => n !== 0);
  return [...declared, ...(desc.open ? [unnamedNumber([desc, ...others])] : [])].map(BigInt);
}

/** A number that none of the enums has a name for, far from those that they have. */
export function unnamedNumber(enums: readonly DescEnum[]): number {
  const taken = new Set(enums.flatMap(({ values }) => values.map(({ number }) => number)));
  let number = Math.min(Math.max(...taken) + 1000, 2 ** 31 - 1);
  while (taken.has(number)) number--;
  return number;
}

/** What a message is filled with so that a runtime agrees to write it: its required fields. */
export function required(
  desc: DescMessage,
  fieldsOf: (desc: DescMessage) => readonly Field[],
): Fields {
  return filled(desc, fieldsOf, 0);
}

function filled(
  desc: DescMessage,
  fieldsOf: (desc: DescMessage) => readonly Field[],
  depth: number,
): Fields {
  const fields = new Fields();
  for (const field of fieldsOf(desc)) {
    if (!isRequired(field)) continue;
    if (field.message !== undefined) {
      if (depth < 8) fields.set(field.number, filled(field.message, fieldsOf, depth + 1));
    } else fields.set(field.number, oneOf(field));
  }
  return fields;
}

/** The plainest value that a required scalar or enum may have. */
function oneOf(field: Field): Value {
  if (field.enum !== undefined) return BigInt(field.enum.values[0]?.number ?? 0);
  return scalars(field.scalar as ScalarType)[0] as Value;
}

/**
 * The values of one element of the field: of a scalar, an enum, or a message without its own values.
 * `other` is the field that reads it, whose enum may have names for other numbers.
 */
export function elementSamples(
  field: Field,
  other: Field | undefined,
  fieldsOf: (desc: DescMessage) => readonly Field[],
): Value[] {
  if (field.message !== undefined) return [required(field.message, fieldsOf)];
  if (field.enum !== undefined) {
    return enumNumbers(field.enum, other?.enum === undefined ? [] : [other.enum]);
  }
  return scalars(field.scalar as ScalarType);
}

/** The values of a whole field that has these elements: one, two, and for a map under each kind of key. */
export function fieldSamples(field: Field, elements: readonly Value[]): Value[] {
  const [first] = elements;
  if (first === undefined) return [];
  const zero = zeroOf(field);
  if (field.fieldKind === "list") {
    const all = zero === undefined ? elements : [...elements, zero];
    return [...all.map((one) => [one]), [first, elements[1] ?? first], ...duplicateKeys(field)];
  }
  if (field.fieldKind === "map") {
    const keys = scalars(field.mapKey) as MapKey[];
    const [key] = keys;
    return [
      ...elements.map((one) => new Map([[key as MapKey, one]])),
      ...keys.slice(1).map((one) => new Map([[one, first]])),
      ...(zero === undefined ? [] : [new Map([[key as MapKey, zero]])]),
    ];
  }
  // A zero is only sent where it differs from nothing.
  return zero !== undefined && hasPresence(field) ? [...elements, zero] : [...elements];
}

/** Two entries of the same key: what a list of entries can have, and a map cannot. */
function duplicateKeys(field: Field): Value[] {
  if (field.fieldKind !== "list" || field.message === undefined) return [];
  const key = field.message.fields.find(({ number }) => number === 1);
  const value = field.message.fields.find(({ number }) => number === 2);
  if (key?.fieldKind !== "scalar" || value === undefined || value.message !== undefined) return [];
  const entry = (one: Value | undefined): Fields => {
    const fields = new Fields([[1, scalars(key.scalar)[0] as Value]]);
    return one === undefined ? fields : fields.set(2, one);
  };
  const values = value.enum === undefined ? scalars(value.scalar as ScalarType) : [1n];
  return [[entry(values[0]), entry(values[1] ?? values[0])]];
}

function zeroOf(field: Field): Value | undefined {
  if (field.message !== undefined) return undefined;
  if (field.enum !== undefined) {
    return field.enum.open || field.enum.values.some(({ number }) => number === 0) ? 0n : undefined;
  }
  switch (field.scalar) {
    case ScalarType.BOOL:
      return false;
    case ScalarType.STRING:
      return "";
    case ScalarType.BYTES:
      return new Uint8Array();
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return 0;
    default:
      return 0n;
  }
}
