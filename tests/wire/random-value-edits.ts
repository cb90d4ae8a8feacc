// Random edits of the values of enums.
import type { Random } from "../random.js";
import {
  type Edit,
  freeNumber,
  highest,
  inEnum,
  rename,
  reserve,
  shift,
  some,
  swap,
} from "./random-edit.js";
import {
  type Enum,
  type EnumValue,
  type Field,
  messagesOf,
  newValue,
  type Schema,
  typeOf,
} from "./random-schema.js";

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

export const VALUE_EDITS: Readonly<Record<string, Edit>> = {
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
