// A schema as a model in which each element has a meaning: what it is for, whatever its name and number.
import type { Random } from "../random.js";

export const SCALARS = [
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "float",
  "double",
  "bool",
  "string",
  "bytes",
] as const;
export type Scalar = (typeof SCALARS)[number];

/** What the keys of a map may be. */
export const KEYS: readonly Scalar[] = SCALARS.filter(
  (type) => !["float", "double", "bytes"].includes(type),
);

/** The type of a field: a scalar, or the id of an enum or a message. */
export type FieldType = Scalar | number;

interface Element {
  /** What it means. The same in both versions, and in a message and its copy, unlike an id. */
  readonly meaning: number;
  name: string;
  readonly doc: string;
}

export interface EnumValue extends Element {
  number: number;
  /** Has another name or number already; with both changed, nobody could tell what it was. */
  moved?: boolean;
}

interface Reserved {
  numbers: number[];
  names: string[];
}

interface Type extends Element {
  readonly id: number;
  /** The id of the message that it is in. */
  parent: number | undefined;
  reserved: Reserved;
  /** May not be edited: it is what other edits are seen through, or it has another name already. */
  fixed: boolean;
  edited?: boolean;
}

export interface Enum extends Type {
  readonly kind: "enum";
  closed: boolean;
  values: EnumValue[];
}

export interface Field extends Element {
  number: number;
  type: FieldType;
  shape: "one" | "list" | "map";
  key: Scalar | undefined;
  /** Of a field of shape "one"; a message and a member of a oneof always have it explicit. */
  presence: "implicit" | "explicit" | "required";
  oneof: string | undefined;
  /** As text of a proto, and as what code reads. */
  default:
    | { readonly text: string; readonly value: bigint | number | string | boolean }
    | undefined;
  packed: boolean;
  delimited: boolean;
  utf8: boolean;
  jsonName: string | undefined;
  moved?: boolean;
}

export interface Message extends Type {
  readonly kind: "message";
  fields: Field[];
}

export interface Schema {
  syntax: "proto2" | "proto3" | "2023";
  types: (Enum | Message)[];
  /** How many meanings, ids and words were given out. */
  count: number;
  /** Whether a type has another name, or the whole file another meaning: not both can be followed. */
  renamed?: boolean;
  converted?: boolean;
}

export const messagesOf = (schema: Schema): Message[] =>
  schema.types.filter((type) => type.kind === "message");
export const enumsOf = (schema: Schema): Enum[] =>
  schema.types.filter((type) => type.kind === "enum");

/** The type with that id, where a field's type is no scalar. */
export function typeOf(schema: Schema, type: FieldType): Enum | Message | undefined {
  return typeof type === "number" ? schema.types.find(({ id }) => id === type) : undefined;
}

export function fullName(schema: Schema, type: Enum | Message): string {
  const parent = type.parent === undefined ? undefined : typeOf(schema, type.parent);
  return parent === undefined ? type.name : `${fullName(schema, parent)}.${type.name}`;
}

const SYLLABLES = [
  "ba",
  "ce",
  "di",
  "fo",
  "gu",
  "ka",
  "le",
  "mi",
  "no",
  "pu",
  "ra",
  "se",
  "ti",
  "vo",
  "zu",
  "xa",
];

/** A word that no other number has, of letters alone, so that two names share one only on purpose. */
export function word(number: number): string {
  let text = "";
  for (let rest = number + 256; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    text += SYLLABLES[rest % SYLLABLES.length];
  }
  return text;
}

/** A name of two words, the first of which a rename keeps, for an element of a new meaning. */
export function newElement(schema: Schema): { meaning: number; name: string; doc: string } {
  const meaning = schema.count++;
  return {
    meaning,
    name: `${word(meaning)}_${word(schema.count++)}`,
    doc: `Tells the ${word(schema.count++)}.`,
  };
}

export const capitalized = (name: string): string =>
  name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The JSON name of a field; where it says none, the compiler makes it from the name. */
export const jsonNameOf = ({ name, jsonName }: Pick<Field, "name" | "jsonName">): string =>
  jsonName ?? name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Whether the compiler takes it. */
export function compiles(schema: Schema): boolean {
  const isUnique = (all: readonly (string | number)[]): boolean => new Set(all).size === all.length;
  const isStartedAtZero = ({ values }: Enum): boolean => values[0]?.number === 0;
  const areFieldsFine = messagesOf(schema).every(
    ({ fields }) =>
      isUnique(fields.map(jsonNameOf)) &&
      isUnique(fields.map(({ number }) => number)) &&
      fields.every(({ type, shape, presence }) => {
        const own = typeOf(schema, type);
        if (own?.kind !== "enum") return true;
        if (shape === "map") return isStartedAtZero(own);
        return shape === "list" || presence !== "implicit" || !own.closed;
      }),
  );
  return areFieldsFine && enumsOf(schema).every((one) => one.closed || isStartedAtZero(one));
}

export function randomSchema(random: Random): Schema {
  for (;;) {
    const schema = anySchema(random);
    if (compiles(schema)) return schema;
  }
}

function anySchema(random: Random): Schema {
  const syntax = random.pick(["proto2", "proto3", "proto3", "2023", "2023"] as const);
  const schema: Schema = { syntax, types: [], count: 0 };
  for (let i = random.between(1, 2); i > 0; i--) schema.types.push(randomEnum(schema, random));
  for (let i = random.between(1, 3); i > 0; i--) schema.types.push(newMessage(schema));
  const messages = messagesOf(schema);
  for (const type of schema.types) {
    const outer = random.pick(messages);
    if (random.chance(0.3) && outer !== type && outer.parent === undefined) type.parent = outer.id;
  }
  for (const message of messages) {
    for (let i = random.between(1, 6); i > 0; i--) addField(schema, message, random);
    const free = message.fields.filter((field) => canBeInOneof(field));
    if (random.chance(0.4) && free.length > 0) {
      const oneof = newElement(schema).name;
      for (const field of random.shuffled(free).slice(0, random.between(1, 3)))
        Object.assign(field, { oneof, presence: "explicit", default: undefined });
    }
  }
  if (random.chance(0.4)) schema.types.push(copyOf(schema, random.pick(messages)));
  for (const one of enumsOf(schema)) schema.types.push(holderOf(schema, one, random));
  return schema;
}

export function newMessage(schema: Schema): Message {
  const { name, ...element } = newElement(schema);
  return {
    kind: "message",
    ...element,
    name: capitalized(name),
    id: schema.count++,
    parent: undefined,
    reserved: { numbers: [], names: [] },
    fixed: false,
    fields: [],
  };
}

function randomEnum(schema: Schema, random: Random): Enum {
  const { name, ...element } = newElement(schema);
  const closed = schema.syntax === "proto2" || (schema.syntax === "2023" && random.chance(0.3));
  const values: EnumValue[] = [];
  let number = closed ? random.pick([0, 1]) : 0;
  for (let i = random.between(2, 5); i > 0; i--) {
    values.push(newValue(schema, number));
    number += random.chance(0.8) ? 1 : random.between(2, 4);
  }
  if (random.chance(0.2)) values.push(newValue(schema, -random.between(1, 9)));
  if (random.chance(0.2)) values.push(newValue(schema, random.pick(values).number));
  return {
    kind: "enum",
    ...element,
    name: capitalized(name),
    id: schema.count++,
    parent: undefined,
    reserved: { numbers: [], names: [] },
    fixed: false,
    closed,
    values,
  };
}

export function newValue(schema: Schema, number: number): EnumValue {
  const element = newElement(schema);
  return { ...element, name: element.name.toUpperCase(), number };
}

/** A message of another name with the same fields: what a field's type can be replaced by. */
function copyOf(schema: Schema, message: Message): Message {
  const copy = newMessage(schema);
  return { ...structuredClone(message), id: copy.id, name: copy.name, parent: undefined };
}

/** A message through which every change of the enum can be seen. */
function holderOf(schema: Schema, one: Enum, random: Random): Message {
  const holder = { ...newMessage(schema), fixed: true };
  for (const shape of random.pick([["one", "list"], ["list"], ["list", "map"]] as const)) {
    const field = addField(schema, holder, random);
    Object.assign(field, {
      ...{ type: one.id, shape, default: undefined, delimited: false },
      key: shape === "map" ? "string" : undefined,
      presence: schema.syntax === "proto3" ? "implicit" : "explicit",
    });
  }
  return holder;
}

export const isPackable = (type: FieldType, schema: Schema): boolean =>
  typeOf(schema, type)?.kind !== "message" && type !== "string" && type !== "bytes";

export const canBeInOneof = (field: Field): boolean =>
  field.shape === "one" && field.oneof === undefined && field.presence !== "required";

export function addField(schema: Schema, message: Message, random: Random): Field {
  const number =
    Math.max(0, ...message.fields.map((field) => field.number)) + random.pick([1, 1, 1, 2, 20]);
  const type = randomType(schema, random);
  const shape = random.pick(["one", "one", "one", "list", "map"] as const);
  const field: Field = {
    ...newElement(schema),
    ...{ number, type, shape, oneof: undefined, default: undefined },
    key: shape === "map" ? random.pick(KEYS) : undefined,
    presence: "explicit",
    packed: schema.syntax !== "proto2" && random.chance(0.8),
    delimited: schema.syntax === "2023" && random.chance(0.15),
    utf8: schema.syntax !== "proto2",
    jsonName: random.chance(0.1) ? `${word(schema.count++)}Json` : undefined,
  };
  message.fields.push(field);
  if (shape === "one") {
    const own = typeOf(schema, type);
    if (own?.kind !== "message") {
      const canBeImplicit = schema.syntax !== "proto2" && !(own?.kind === "enum" && own.closed);
      if (canBeImplicit && random.chance(0.6)) field.presence = "implicit";
      else if (schema.syntax !== "proto3" && random.chance(0.15)) field.presence = "required";
      else if (schema.syntax !== "proto3" && random.chance(0.3)) {
        field.default = randomDefault(schema, type, random);
      }
    }
  }
  return field;
}

export function randomType(schema: Schema, random: Random): FieldType {
  const types = schema.types.filter((type) => !type.fixed).map(({ id }) => id);
  return random.chance(0.4) && types.length > 0 ? random.pick(types) : random.pick(SCALARS);
}

/** A default that is not the zero of the type. */
export function randomDefault(schema: Schema, type: FieldType, random: Random): Field["default"] {
  const own = typeOf(schema, type);
  if (own?.kind === "enum") {
    const value = random.pick(own.values);
    return { text: value.name, value: BigInt(value.number) };
  }
  const number = random.between(1, 3);
  if (type === "bool") return { text: "true", value: true };
  if (type === "string") return { text: `"d${number}"`, value: `d${number}` };
  if (type === "bytes") return undefined;
  if (type === "float" || type === "double") return { text: `${number}.5`, value: number + 0.5 };
  return { text: String(number), value: BigInt(number) };
}
