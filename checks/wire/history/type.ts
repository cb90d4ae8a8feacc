// The type of a field as people write it, from its descriptor; and whether two such mean the same.
import { type DescExtension, type DescField, ScalarType } from "@bufbuild/protobuf";

/** Such as `string`, `repeated a.v1.Endpoint`, `map<string, int32>`; `group a.M.G` where it is delimited. */
export function typeOf(field: DescField | DescExtension): string {
  switch (field.fieldKind) {
    case "scalar":
      return scalar(field.scalar);
    case "enum":
      return field.enum.typeName;
    case "message":
      return `${field.delimitedEncoding ? "group " : ""}${field.message.typeName}`;
    case "map":
      return `map<${scalar(field.mapKey)}, ${elementOf(field)}>`;
    case "list":
      return `repeated ${
        field.listKind === "message" && field.delimitedEncoding ? "group " : ""
      }${elementOf(field)}`;
  }
}

function elementOf(field: (DescField | DescExtension) & { fieldKind: "map" | "list" }): string {
  if (field.scalar !== undefined) return scalar(field.scalar);
  return (field.enum ?? field.message)?.typeName as string;
}

function scalar(type: ScalarType): string {
  return ScalarType[type].toLowerCase();
}

/** Whether two types are the same, though one is written in full and the other from within a scope. */
export function sameType(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const [a, b] = [partsOf(one), partsOf(other)];
  if (a.around !== b.around) return false;
  return a.name === b.name || a.name.endsWith(`.${b.name}`) || b.name.endsWith(`.${a.name}`);
}

/** `map<string, .a.B>` as what is around the name, `map<string, >`, and the name, `a.B`. */
function partsOf(type: string): { around: string; name: string } {
  const [, before = "", name = "", after = ""] = /^(.*?)\.?([\w.]+)(>?)$/.exec(type) ?? [];
  return { around: `${before}|${after}`, name };
}
