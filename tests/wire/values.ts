// Values in one line of text, and random values of any message.
import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescOneof,
  ScalarType,
} from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { Fields, type MapKey, type Value } from "../../checks/wire/evidence/runtime.js";

export function fieldsOf(fields: Readonly<Record<number, Value>>): Fields {
  return new Fields(Object.entries(fields).map(([number, value]) => [Number(number), value]));
}

/** `{1: 2n}` for fields, `<"k": 1n>` for a map, `[1n]` for a list, `x00ff` for bytes. */
export function shown(value: Value): string {
  if (value instanceof Fields) return `{${entries(value).join(", ")}}`;
  if (value instanceof Map) return `<${entries(value).join(", ")}>`;
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  return Object.is(value, -0) ? "-0" : String(value);
}

function entries(map: ReadonlyMap<MapKey | number, Value>): string[] {
  return Array.from(map, ([key, value]) => `${shown(key)}: ${shown(value)}`).sort();
}

/** What the action returns, or that the runtime refuses it. */
export function attempt(action: () => string): string {
  try {
    return action();
  } catch (error) {
    const { message } = error as Error;
    // Our own complaints are no refusal of a runtime.
    if (/ has no field |^protobufjs: /.test(message)) throw error;
    return "refused";
  }
}

/** The rows of a table whose cells are separated by bars. */
export function rowsOf(table: string): string[][] {
  const lines = table.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => line.split("|").map((cell) => cell.trim()));
}

/**
 * Values that have the same meaning everywhere: -0 only where `negativeZero`, since JSON has none here;
 * no byte order mark in front, which protobuf-es drops; no map key `__proto__`, which it loses.
 */
export function anyFields(
  desc: DescMessage,
  negativeZero: boolean,
  depth = 0,
): fc.Arbitrary<Fields> {
  const fields = desc.fields.filter((field) => field.message === undefined || depth < 2);
  if (fields.length === 0) return fc.constant(new Fields());
  const one = fc
    .constantFrom(...fields)
    .chain((field) => anyValue(field, negativeZero, depth).map((value) => [field, value] as const));
  return fc.array(one, { maxLength: depth === 0 ? 6 : 3 }).map((chosen) => {
    const made = new Fields();
    const taken = new Set<DescOneof>();
    for (const [field, value] of chosen) {
      if (field.oneof !== undefined && taken.has(field.oneof)) continue;
      if (field.oneof !== undefined) taken.add(field.oneof);
      if (!isAbsent(field, value)) made.set(field.number, value);
    }
    return made;
  });
}

/** Whether the field is absent with that value, since it has no presence. */
function isAbsent(field: DescField, value: Value): boolean {
  if (field.presence !== FeatureSet_FieldPresence.IMPLICIT) return false;
  if (value instanceof Uint8Array) return value.length === 0;
  return [0n, "", false].includes(value as bigint) || Object.is(value, 0);
}

function anyValue(field: DescField, negativeZero: boolean, depth: number): fc.Arbitrary<Value> {
  const single =
    field.message !== undefined
      ? anyFields(field.message, negativeZero, depth + 1)
      : field.enum !== undefined
        ? anyNumber(field.enum)
        : anyScalar(field.scalar as ScalarType, negativeZero);
  if (field.fieldKind === "list") return fc.array(single, { minLength: 1, maxLength: 3 });
  if (field.fieldKind !== "map") return single;
  const key = anyScalar(field.mapKey, false).filter((one) => one !== "__proto__");
  return fc
    .array(fc.tuple(key, single), { minLength: 1, maxLength: 3 })
    .map((pairs) => new Map(pairs as [MapKey, Value][]));
}

function anyNumber(desc: DescEnum): fc.Arbitrary<bigint> {
  const known = fc.constantFrom(...desc.values.map((value) => BigInt(value.number)));
  return desc.open ? fc.oneof(known, integer(-(2n ** 31n), 2n ** 31n - 1n)) : known;
}

function anyScalar(type: ScalarType, negativeZero: boolean): fc.Arbitrary<Value> {
  switch (type) {
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.STRING:
      return fc.string({ unit: "binary", maxLength: 12 }).filter((text) => text[0] !== "\uFEFF");
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 12 });
    case ScalarType.DOUBLE:
      return fc.double().filter((value) => negativeZero || !Object.is(value, -0));
    case ScalarType.FLOAT:
      return fc.float().filter((value) => negativeZero || !Object.is(value, -0));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return integer(0n, 2n ** 32n - 1n);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return integer(0n, 2n ** 64n - 1n);
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return integer(-(2n ** 31n), 2n ** 31n - 1n);
    default:
      return integer(-(2n ** 63n), 2n ** 63n - 1n);
  }
}

function integer(min: bigint, max: bigint): fc.Arbitrary<bigint> {
  const edges = [min, max, 0n, 1n, max / 2n + 1n, 2n ** 53n + 1n].filter((one) => one <= max);
  return fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min, max }));
}
