// The type of a field: as people write it, and whether two are the same.
import { ScalarType } from "@bufbuild/protobuf";
import type { Field, Pairs } from "../pairs.js";

/** The type as a proto has it, with full names: `repeated int32`, `map<string, a.v1.B>`, `group a.v1.C`. */
export function typeText(field: Field): string {
  const named = field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar);
  const element = isDelimited(field) ? `group ${named}` : named;
  if (field.fieldKind === "map") return `map<${scalarName(field.mapKey)}, ${element}>`;
  return field.fieldKind === "list" ? `repeated ${element}` : element;
}

function scalarName(scalar: ScalarType | undefined): string {
  return scalar === undefined ? "" : (ScalarType[scalar] ?? "").toLowerCase();
}

export type Cardinality = "singular" | "list" | "map";

export function cardinalityOf({ fieldKind }: Field): Cardinality {
  return fieldKind === "list" || fieldKind === "map" ? fieldKind : "singular";
}

/** Whether the elements of both have one type: the same scalar, or versions of one enum or message. */
export function isSameType(old: Field, now: Field, pairs: Pairs): boolean {
  if (old.fieldKind === "map" && now.fieldKind === "map" && old.mapKey !== now.mapKey) return false;
  if (old.message !== undefined && now.message !== undefined)
    return pairs.isPair(old.message, now.message);
  if (old.enum !== undefined && now.enum !== undefined) return pairs.isPair(old.enum, now.enum);
  return (
    old.message === undefined &&
    now.message === undefined &&
    old.enum === undefined &&
    now.enum === undefined &&
    old.scalar === now.scalar
  );
}

/** Whether a field's messages end with a tag of their own instead of being preceded by their length. */
export function isDelimited(field: Field): boolean {
  return "delimitedEncoding" in field && field.delimitedEncoding === true;
}
