// Random edits of a schema, as people make them.
import { Random } from "../random.js";
import { type Edit, some } from "./random-edit.js";
import { FIELD_EDITS, ONEOF_EDITS } from "./random-field-edits.js";
import {
  addField,
  compiles,
  enumsOf,
  messagesOf,
  newMessage,
  type Schema,
  typeOf,
  word,
} from "./random-schema.js";
import { VALUE_EDITS } from "./random-value-edits.js";

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
