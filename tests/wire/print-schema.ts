// The text of a proto for a schema of the model. Editions say each feature at the element itself.
import {
  type Enum,
  type Field,
  fullName,
  isPackable,
  type Message,
  type Schema,
  typeOf,
} from "./random-schema.js";

export function printSchema(schema: Schema, package_: string): string {
  const syntax = schema.syntax === "2023" ? 'edition = "2023";' : `syntax = "${schema.syntax}";`;
  const types = schema.types.filter((type) => type.parent === undefined);
  const texts = types.map((type) => printType(schema, package_, type));
  return `${syntax}\npackage ${package_};\n\n${texts.join("\n")}`;
}

function printType(schema: Schema, package_: string, type: Enum | Message): string {
  const lines =
    type.kind === "enum" ? enumLines(schema, type) : messageLines(schema, package_, type);
  const body = lines.map((line) => line.replace(/^/gm, "  ")).join("\n");
  return `// ${type.doc}\n${type.kind} ${type.name} {\n${body}\n}\n`;
}

function enumLines(schema: Schema, type: Enum): string[] {
  const numbers = type.values.map(({ number }) => number);
  return [
    ...(new Set(numbers).size < numbers.length ? ["option allow_alias = true;"] : []),
    ...(schema.syntax === "2023" && type.closed ? ["option features.enum_type = CLOSED;"] : []),
    ...reservedLines(schema, type, numbers),
    ...type.values.map(({ name, number, doc }) => `// ${doc}\n${name} = ${number};`),
  ];
}

function messageLines(schema: Schema, package_: string, message: Message): string[] {
  const inner = schema.types.filter((type) => type.parent === message.id);
  const printed = new Set<string>();
  const fields = message.fields.flatMap((field) => {
    if (field.oneof === undefined) return [fieldLine(schema, package_, field)];
    if (printed.has(field.oneof)) return [];
    printed.add(field.oneof);
    const members = message.fields.filter(({ oneof }) => oneof === field.oneof);
    const lines = members.map((one) => fieldLine(schema, package_, one).replace(/^/gm, "  "));
    return [`oneof ${field.oneof} {\n${lines.join("\n")}\n}`];
  });
  return [
    ...inner.map((type) => printType(schema, package_, type).trimEnd()),
    ...reservedLines(
      schema,
      message,
      message.fields.map(({ number }) => number),
    ),
    ...fields,
  ];
}

function reservedLines(schema: Schema, type: Enum | Message, used: readonly number[]): string[] {
  const numbers = type.reserved.numbers.filter((number) => !used.includes(number));
  const names = type.reserved.names.map((name) => (schema.syntax === "2023" ? name : `"${name}"`));
  return [numbers, names]
    .filter((reserved) => reserved.length > 0)
    .map((reserved) => `reserved ${[...new Set<string | number>(reserved)].join(", ")};`);
}

function fieldLine(schema: Schema, package_: string, field: Field): string {
  const own = typeOf(schema, field.type);
  const type = own === undefined ? field.type : `.${package_}.${fullName(schema, own)}`;
  const options = optionsOf(schema, field);
  const list = options.length === 0 ? "" : ` [${options.join(", ")}]`;
  const declared =
    field.shape === "map" ? `map<${field.key}, ${type}>` : `${label(schema, field)}${type}`;
  return `// ${field.doc}\n${declared} ${field.name} = ${field.number}${list};`;
}

function label(schema: Schema, field: Field): string {
  if (field.shape === "list") return "repeated ";
  if (field.oneof !== undefined || schema.syntax === "2023") return "";
  if (schema.syntax === "proto2") return field.presence === "required" ? "required " : "optional ";
  return field.presence === "explicit" && typeOf(schema, field.type)?.kind !== "message"
    ? "optional "
    : "";
}

function optionsOf(schema: Schema, field: Field): string[] {
  const options: string[] = [];
  const isMessage = typeOf(schema, field.type)?.kind === "message";
  const isPacked = field.shape === "list" && isPackable(field.type, schema);
  if (field.jsonName !== undefined) options.push(`json_name = "${field.jsonName}"`);
  if (field.default !== undefined) options.push(`default = ${field.default.text}`);
  if (schema.syntax !== "2023") {
    if (isPacked && field.packed !== (schema.syntax === "proto3"))
      options.push(`packed = ${field.packed}`);
    return options;
  }
  if (isPacked)
    options.push(`features.repeated_field_encoding = ${field.packed ? "PACKED" : "EXPANDED"}`);
  if (field.shape === "one" && !isMessage && field.oneof === undefined) {
    const presence =
      field.presence === "required" ? "LEGACY_REQUIRED" : field.presence.toUpperCase();
    options.push(`features.field_presence = ${presence}`);
  }
  if (!field.utf8 && [field.type, field.key].includes("string"))
    options.push("features.utf8_validation = NONE");
  if (isMessage && field.delimited && field.shape !== "map")
    options.push("features.message_encoding = DELIMITED");
  return options;
}
