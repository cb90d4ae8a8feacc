// Messages and fields in words, much like the text format, for people who read a report.
import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { type Field, nameOf } from "../pairs.js";
import { defaultOf, hasPresence } from "./meaning.js";
import { Fields, type Value } from "./runtime.js";

/** How code sees the fields of a message: `status: PROCESS_STATUS_FAILED, port: 8000`. */
export function messageText(fields: Fields, all: readonly Field[], fieldsOf: FieldsOf): string {
  const parts = all.flatMap((field) => {
    const value = fields.get(field.number);
    return value === undefined ? [] : [`${shownName(field)}: ${valueText(value, field, fieldsOf)}`];
  });
  return parts.join(", ");
}

/** What code reads in a field, whether or not it came: `port: 0`, `name is not set`. */
export function fieldText(value: Value | undefined, field: Field, fieldsOf: FieldsOf): string {
  if (value !== undefined) return `${shownName(field)}: ${valueText(value, field, fieldsOf)}`;
  if (field.fieldKind === "list" || field.fieldKind === "map")
    return `${shownName(field)} is empty`;
  const zero = defaultOf(field);
  if (hasPresence(field) && !hasOwnDefault(field)) return `${shownName(field)} is not set`;
  return zero === undefined
    ? `${shownName(field)} is not set`
    : `${shownName(field)}: ${valueText(zero, field, fieldsOf)}, its default`;
}

/** What code reads in a field that is not set; `nothing` of a message. */
export function defaultText(field: Field): string {
  const value = defaultOf(field);
  return value === undefined ? "nothing" : valueText(value, field, () => []);
}

export type FieldsOf = (desc: DescMessage) => readonly Field[];

function hasOwnDefault(field: Field): boolean {
  return field.proto.defaultValue !== "" || (field.fieldKind === "enum" && !field.enum.open);
}

function shownName(field: Field): string {
  return field.kind === "extension" ? `[${nameOf(field)}]` : field.name;
}

function valueText(value: Value, field: Field, fieldsOf: FieldsOf): string {
  if (value instanceof Fields) {
    return field.message === undefined
      ? "{ ... }"
      : braced(messageText(value, fieldsOf(field.message), fieldsOf));
  }
  if (value instanceof Map) {
    const entries = [...value].map(
      ([key, one]) => `${scalarText(key)}: ${valueText(one as Value, field, fieldsOf)}`,
    );
    return braced(entries.join(", "));
  }
  if (Array.isArray(value)) {
    return `[${value.map((one: Value) => valueText(one, field, fieldsOf)).join(", ")}]`;
  }
  if (field.enum !== undefined && typeof value === "bigint") return numberName(value, field.enum);
  return scalarText(value);
}

function braced(text: string): string {
  return text === "" ? "{}" : `{ ${text} }`;
}

/** The name of an enum's number, or the number and that it has no name. */
export function numberName(number: bigint, desc: DescEnum): string {
  const value = desc.values.find((one) => BigInt(one.number) === number);
  return value === undefined ? `${number} (no name)` : value.name;
}

function scalarText(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Uint8Array) {
    return value.length === 0 ? "no bytes" : `bytes ${hex(value)}`;
  }
  if (typeof value !== "number") return String(value);
  if (Object.is(value, -0)) return "-0";
  // As protos write them.
  return Number.isNaN(value) ? "nan" : String(value).replace("Infinity", "inf");
}

/** Bytes as people write them: `18 06`. */
export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
