// Random edits of fields and oneofs.
import {
  type Edit,
  freeNumber,
  inField,
  inMessage,
  open,
  rename,
  reserve,
  shift,
  some,
  swap,
} from "./random-edit.js";
import {
  addField,
  canBeInOneof,
  type Field,
  isPackable,
  jsonNameOf,
  KEYS,
  messagesOf,
  newElement,
  randomDefault,
  randomType,
  type Schema,
  typeOf,
  word,
} from "./random-schema.js";

export const FIELD_EDITS: Readonly<Record<string, Edit>> = {
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

export const ONEOF_EDITS: Readonly<Record<string, Edit>> = {
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
