// Random edits of a schema, as people make them. Each does nothing where there is nothing that it fits.
import { Random } from "../random.js";
import {
  addField,
  canBeInOneof,
  compiles,
  type Enum,
  type EnumValue,
  enumsOf,
  type Field,
  isPackable,
  jsonNameOf,
  KEYS,
  type Message,
  messagesOf,
  newElement,
  newMessage,
  newValue,
  randomDefault,
  randomType,
  type Schema,
  typeOf,
  word,
} from "./random-schema.js";

type Edit = (schema: Schema, random: Random) => void;

/** An edit and what its choices follow from, so that it can be left out and the others stay the same. */
export interface Step {
  readonly edit: string;
  readonly seed: number;
}

export function randomSteps(random: Random): Step[] {
  const count = random.pick([1, 1, 1, 2, 2, 3]);
  return Array.from({ length: count }, () => ({
    edit: random.pick(Object.keys(EDITS)),
    seed: random.between(0, 2 ** 31 - 1),
  }));
}

/** The schema after those edits; the one that is given stays as it is. */
export function edited(schema: Schema, steps: readonly Step[]): Schema {
  let current = schema;
  for (const { edit, seed } of steps) {
    const copy = structuredClone(current);
    // What an edit makes is new whichever other edits are left out.
    copy.count += 1000;
    EDITS[edit]?.(copy, new Random(seed));
    if (compiles(copy)) current = copy;
  }
  return current;
}

/** One of those, if there is one. */
function some<T>(from: readonly T[], random: Random, act: (one: T) => void): void {
  if (from.length > 0) act(random.pick(from));
}

const open = <T extends Enum | Message>(types: T[]): T[] => types.filter((type) => !type.fixed);

/** Applies the edit to one of the enums or messages that may be edited. */
const inEnum =
  (act: (type: Enum, random: Random, schema: Schema) => void): Edit =>
  (schema, random) =>
    some(open(enumsOf(schema)), random, (type) => {
      type.edited = true;
      act(type, random, schema);
    });

const inMessage =
  (act: (type: Message, random: Random, schema: Schema) => void): Edit =>
  (schema, random) =>
    some(open(messagesOf(schema)), random, (type) => {
      type.edited = true;
      act(type, random, schema);
    });

/** Applies the edit to a field for which it makes sense. */
const inField = (
  fits: (field: Field, schema: Schema, message: Message) => boolean,
  act: (field: Field, random: Random, schema: Schema, message: Message) => void,
): Edit =>
  inMessage((message, random, schema) =>
    some(
      message.fields.filter((field) => fits(field, schema, message)),
      random,
      (field) => act(field, random, schema, message),
    ),
  );

const highest = (of: readonly { readonly number: number }[]): number =>
  Math.max(0, ...of.map(({ number }) => number));

/** The numbers up to one beyond the highest that are not taken; from `low`. */
function freeNumber(
  of: readonly { readonly number: number }[],
  low: number,
  random: Random,
): number {
  const taken = of.map(({ number }) => number);
  const free = Array.from({ length: highest(of) + 3 }, (_, i) => i + low).filter(
    (number) => !taken.includes(number),
  );
  return random.pick(free);
}

/** Another name with the first word kept, as a person renames. */
function rename(element: { name: string; moved?: boolean }, schema: Schema): void {
  const [stem = ""] = element.name.split("_");
  const tail = word(schema.count++);
  const isUpper = stem === stem.toUpperCase();
  element.name = `${stem}_${isUpper ? tail.toUpperCase() : tail}`;
  element.moved = true;
}

function swap(list: readonly { number: number; moved?: boolean }[], random: Random): void {
  const free = list.filter(({ moved }) => !moved);
  const [one, other] = random.shuffled(free);
  if (one === undefined || other === undefined || one.number === other.number) return;
  [one.number, other.number] = [other.number, one.number];
  one.moved = true;
  other.moved = true;
}

/** Those at that number and above move up by one; false where one of them has been moved already. */
function shift(list: readonly { number: number; moved?: boolean }[], from: number): boolean {
  const behind = list.filter(({ number }) => number >= from);
  if (behind.some(({ moved }) => moved)) return false;
  for (const one of behind) {
    one.number++;
    one.moved = true;
  }
  return true;
}

function reserve(
  type: Enum | Message,
  gone: { number: number; name: string },
  random: Random,
): void {
  const how = random.pick(["both", "both", "number", "name", "neither"] as const);
  if (how === "both" || how === "number") type.reserved.numbers.push(gone.number);
  if (how === "both" || how === "name") type.reserved.names.push(gone.name);
}

/** Values whose number no other has, and which an enum can do without. */
const alone = ({ values, closed }: Enum): EnumValue[] =>
  values.filter(
    ({ number }) =>
      values.filter((value) => value.number === number).length === 1 &&
      (closed ? values.length > 1 : number !== 0),
  );

/** Sees to it that no default names a value that is gone. */
function dropDefaults(schema: Schema): void {
  for (const { fields } of messagesOf(schema)) {
    for (const field of fields) {
      const own = typeOf(schema, field.type);
      if (own?.kind !== "enum" || field.default === undefined) continue;
      const { value } = field.default;
      const named = own.values.find(({ number }) => BigInt(number) === value);
      field.default = named === undefined ? undefined : { text: named.name, value };
    }
  }
}

/** Defaults follow the names of the values that they are: those have other numbers, or other names. */
function followDefaults(schema: Schema, one: Enum, act: () => void): void {
  const fields = messagesOf(schema).flatMap((message) =>
    message.fields.filter((field) => field.type === one.id && field.default !== undefined),
  );
  const values = fields.map((field) => one.values.find(({ name }) => name === field.default?.text));
  act();
  fields.forEach((field, i) => {
    const value = values[i];
    if (value !== undefined) field.default = { text: value.name, value: BigInt(value.number) };
  });
  dropDefaults(schema);
}

const inValues = (act: (type: Enum, random: Random, schema: Schema) => void): Edit =>
  inEnum((type, random, schema) => followDefaults(schema, type, () => act(type, random, schema)));

const VALUE_EDITS: Readonly<Record<string, Edit>> = {
  appendValue: inValues((type, _random, schema) => {
    type.values.push(newValue(schema, highest(type.values) + 1));
  }),
  insertValue: inValues((type, random, schema) => {
    const at = random.between(1, type.values.length);
    const number = type.values[at]?.number ?? highest(type.values) + 1;
    if (number > 0 && shift(type.values, number))
      type.values.splice(at, 0, newValue(schema, number));
  }),
  moveValue: inValues((type, random) =>
    some(
      alone(type).filter(({ moved }) => !moved),
      random,
      (value) => {
        value.number = freeNumber(type.values, 1, random);
        value.moved = true;
      },
    ),
  ),
  swapValues: inValues((type, random) =>
    swap(
      type.values.filter(({ number }) => type.closed || number !== 0),
      random,
    ),
  ),
  renameValue: inValues((type, random, schema) =>
    some(
      type.values.filter(({ moved }) => !moved),
      random,
      (value) => rename(value, schema),
    ),
  ),
  removeValue: inValues((type, random) =>
    some(alone(type), random, (value) => {
      type.values.splice(type.values.indexOf(value), 1);
      reserve(type, value, random);
    }),
  ),
  replaceValue: inValues((type, random, schema) =>
    some(alone(type), random, (value) => {
      type.values.splice(type.values.indexOf(value), 1, newValue(schema, value.number));
    }),
  ),
  addAlias: inValues((type, random, schema) => {
    const value = random.pick(type.values);
    const alias = newValue(schema, value.number);
    type.values.splice(type.values.indexOf(value) + random.pick([0, 1]), 0, alias);
  }),
  reorderValues: inValues((type, random) => {
    const [first, ...rest] = type.values;
    if (first === undefined) return;
    type.values = type.closed ? random.shuffled(type.values) : [first, ...random.shuffled(rest)];
  }),
  openOrClose: (schema, random) => {
    if (schema.syntax !== "2023") return;
    inEnum((type) => {
      const isUsedImplicitly = messagesOf(schema).some(({ fields }) =>
        fields.some((field) => field.type === type.id && isImplicit(field)),
      );
      if (type.closed ? type.values[0]?.number === 0 : !isUsedImplicitly)
        type.closed = !type.closed;
    })(schema, random);
  },
};

const isImplicit = ({ shape, presence }: Field): boolean =>
  shape === "one" && presence === "implicit";

const FIELD_EDITS: Readonly<Record<string, Edit>> = {
  appendField: inMessage((message, random, schema) => void addField(schema, message, random)),
  insertField: inMessage((message, random, schema) => {
    const number = random.pick(message.fields).number;
    if (!shift(message.fields, number)) return;
    addField(schema, message, random).number = number;
  }),
  moveField: inField(
    ({ moved }) => !moved,
    (field, random, _schema, message) => {
      field.number = freeNumber(message.fields, 1, random);
      field.moved = true;
    },
  ),
  swapFields: inMessage((message, random) => swap(message.fields, random)),
  renameField: inField(
    ({ moved }) => !moved,
    (field, random, schema) => {
      const before = jsonNameOf(field);
      rename(field, schema);
      if (random.chance(0.4)) field.jsonName = before;
    },
  ),
  jsonName: inField(
    () => true,
    (field, random, schema) => {
      field.jsonName = random.pick([
        undefined,
        jsonNameOf(field),
        field.name,
        `${word(schema.count++)}Json`,
      ]);
    },
  ),
  swapJsonNames: inMessage((message, random) => {
    const [one, other] = random.shuffled(message.fields);
    if (one === undefined || other === undefined) return;
    const names = [one, other].map((field) => jsonNameOf(field));
    [other.jsonName, one.jsonName] = names;
  }),
  removeField: inField(
    (_, __, message) => message.fields.length > 1,
    (field, random, _schema, message) => {
      message.fields.splice(message.fields.indexOf(field), 1);
      reserve(message, field, random);
    },
  ),
  replaceField: inField(
    () => true,
    (field, random, schema, message) => {
      const added = addField(schema, message, random);
      const isAlike = random.chance(0.5);
      message.fields.pop();
      const { meaning, name, doc } = added;
      // A JSON name that was said and stays would tell that the meaning stayed, too.
      const replacement = isAlike ? { ...field, meaning, name, doc, jsonName: undefined } : added;
      replacement.number = field.number;
      message.fields.splice(message.fields.indexOf(field), 1, replacement);
    },
  ),
  retypeField: inField(
    () => true,
    (field, random, schema) => retype(field, randomType(schema, random), schema),
  ),
  replaceMessage: inField(
    (field, schema) => typeOf(schema, field.type)?.kind === "message",
    (field, random, schema) => retype(field, random.pick(open(messagesOf(schema))).id, schema),
  ),
  retypeKey: inField(
    ({ shape }) => shape === "map",
    (field, random) => {
      field.key = random.pick(KEYS);
    },
  ),
  presence: inField(
    (field, schema) =>
      field.shape === "one" &&
      field.oneof === undefined &&
      schema.syntax !== "proto2" &&
      typeOf(schema, field.type)?.kind !== "message",
    (field, _random, schema) => {
      const own = typeOf(schema, field.type);
      const canBeImplicit = !(own?.kind === "enum" && own.closed);
      if (field.presence === "implicit" || !canBeImplicit) field.presence = "explicit";
      else Object.assign(field, { presence: "implicit", default: undefined });
    },
  ),
  required: inField(
    (field, schema) =>
      field.shape === "one" &&
      field.oneof === undefined &&
      schema.syntax !== "proto3" &&
      typeOf(schema, field.type)?.kind !== "message",
    (field) => {
      field.presence = field.presence === "required" ? "explicit" : "required";
    },
  ),
  reshape: inField(
    ({ oneof }) => oneof === undefined,
    (field, random, schema) => {
      field.shape = random.pick(
        (["one", "list", "map"] as const).filter((shape) => shape !== field.shape),
      );
      field.key = field.shape === "map" ? random.pick(KEYS) : undefined;
      Object.assign(field, { default: undefined, presence: "explicit" });
      if (field.shape === "one") settlePresence(field, schema);
    },
  ),
  defaultValue: inField(
    (field, schema) =>
      field.shape === "one" &&
      field.presence === "explicit" &&
      field.oneof === undefined &&
      schema.syntax !== "proto3" &&
      typeOf(schema, field.type)?.kind !== "message",
    (field, random, schema) => {
      field.default = random.chance(0.4) ? undefined : randomDefault(schema, field.type, random);
    },
  ),
  packed: inField(
    (field, schema) => field.shape === "list" && isPackable(field.type, schema),
    (field) => {
      field.packed = !field.packed;
    },
  ),
  delimited: inField(
    (field, schema) => schema.syntax === "2023" && typeOf(schema, field.type)?.kind === "message",
    (field) => {
      field.delimited = !field.delimited;
    },
  ),
  utf8: inField(
    (field, schema) => schema.syntax === "2023" && [field.type, field.key].includes("string"),
    (field) => {
      field.utf8 = !field.utf8;
    },
  ),
  reorderFields: inMessage((message, random) => {
    message.fields = random.shuffled(message.fields);
  }),
};

function retype(field: Field, type: Field["type"], schema: Schema): void {
  if (type === field.type) return;
  Object.assign(field, { type, default: undefined });
  if (field.shape === "one") settlePresence(field, schema);
}

/** Gives the field a presence that its type and the syntax allow. */
function settlePresence(field: Field, schema: Schema): void {
  const own = typeOf(schema, field.type);
  const mustBeExplicit = own?.kind === "message" || (own?.kind === "enum" && own.closed);
  if (mustBeExplicit && (own?.kind === "message" || field.presence === "implicit"))
    field.presence = "explicit";
}

const ONEOF_EDITS: Readonly<Record<string, Edit>> = {
  newOneof: inMessage((message, random, schema) => {
    const members = random
      .shuffled(message.fields.filter(canBeInOneof))
      .slice(0, random.pick([1, 1, 2]));
    const oneof = newElement(schema).name;
    for (const field of members)
      Object.assign(field, { oneof, presence: "explicit", default: undefined });
  }),
  joinOneof: inField(canBeInOneof, (field, random, _schema, message) => {
    const oneofs = message.fields.flatMap(({ oneof }) => oneof ?? []);
    some(oneofs, random, (oneof) =>
      Object.assign(field, { oneof, presence: "explicit", default: undefined }),
    );
  }),
  leaveOneof: inField(
    ({ oneof }) => oneof !== undefined,
    (field) => {
      field.oneof = undefined;
    },
  ),
  renameOneof: inField(
    ({ oneof }) => oneof !== undefined,
    (field, _random, schema, message) => {
      const [before, after] = [field.oneof, newElement(schema).name];
      for (const one of message.fields) if (one.oneof === before) one.oneof = after;
    },
  ),
  addMember: inField(
    ({ oneof }) => oneof !== undefined,
    (field, random, schema, message) => {
      const added = addField(schema, message, random);
      Object.assign(added, {
        oneof: field.oneof,
        shape: "one",
        key: undefined,
        presence: "explicit",
        default: undefined,
      });
    },
  ),
};

const TYPE_EDITS: Readonly<Record<string, Edit>> = {
  addMessage: (schema, random) => {
    const message = newMessage(schema);
    schema.types.push(message);
    addField(schema, message, random);
  },
  renameType: (schema, random) => {
    const isLeaf = ({ id }: { readonly id: number }): boolean =>
      !schema.types.some(({ parent }) => parent === id);
    const free = schema.types.filter((type) => !type.fixed && !type.edited && isLeaf(type));
    if (schema.converted) return;
    some(free, random, (type) => {
      schema.renamed = true;
      type.fixed = true;
      const outer = messagesOf(schema).filter((one) => !one.fixed && one.parent === undefined);
      if (random.chance(0.5)) type.name = `${type.name}${word(schema.count++)}`;
      else if (type.parent !== undefined) type.parent = undefined;
      else
        some(outer, random, (one) => {
          type.parent = one.id;
        });
    });
  },
  reorderTypes: (schema, random) => {
    schema.types = random.shuffled(schema.types);
  },
};

const SYNTAX_EDITS: Readonly<Record<string, Edit>> = {
  /** An edition can say whatever the older syntaxes meant. */
  toEdition: (schema) => {
    schema.syntax = "2023";
  },
  toProto3: (schema, random) => {
    if (schema.syntax === "proto3" || schema.renamed) return;
    const fields = messagesOf(schema).flatMap((message) => message.fields);
    const cannot = fields.some(
      (field) =>
        field.presence === "required" ||
        field.default !== undefined ||
        (field.delimited &&
          typeOf(schema, field.type)?.kind === "message" &&
          field.shape !== "map"),
    );
    if (cannot || enumsOf(schema).some(({ values }) => values[0]?.number !== 0)) return;
    Object.assign(schema, { syntax: "proto3", converted: true });
    for (const type of enumsOf(schema)) type.closed = false;
    const isOptional = random.chance(0.5);
    for (const field of fields) {
      Object.assign(field, { utf8: true, packed: true, delimited: false });
      const isMessage = typeOf(schema, field.type)?.kind === "message";
      if (field.shape !== "one" || field.oneof !== undefined || isMessage) continue;
      if (!isOptional) field.presence = "implicit";
    }
  },
  toBareEdition: (schema) => {
    if (schema.syntax === "2023" || schema.renamed) return;
    const fields = messagesOf(schema).flatMap((message) => message.fields);
    if (enumsOf(schema).some(({ values }) => values[0]?.number !== 0)) return;
    Object.assign(schema, { syntax: "2023", converted: true });
    for (const type of enumsOf(schema)) type.closed = false;
    for (const field of fields) {
      Object.assign(field, { utf8: true, packed: true });
      if (field.presence === "implicit") field.presence = "explicit";
    }
  },
};

const EDITS: Readonly<Record<string, Edit>> = {
  ...VALUE_EDITS,
  ...FIELD_EDITS,
  ...ONEOF_EDITS,
  ...TYPE_EDITS,
  ...SYNTAX_EDITS,
};
