// What a declaration says of the enum that it mirrors: which value each member stands for.
import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { canonicalValues } from "../../core/enum-names.js";
import type { Declaration, ReferenceForm, Row, Slot } from "./declaration.js";
import { type Names, readNames } from "./naming.js";

/** One of the places that every member has. */
export interface Column {
  /** What most members have there. `free` is text or code that does not repeat the enum. */
  readonly kind: "name" | "number" | "reference" | "free";
  readonly names: Names;
  /** Whether they are written in several ways there, so that none is the way. */
  readonly isMixed: boolean;
}

export interface Member {
  readonly row: Row;
  readonly index: number;
  /** The value that each place of it stands for; undefined where it stands for none. */
  readonly values: readonly (DescEnumValue | undefined)[];
}

export interface Reading {
  readonly declaration: Declaration;
  readonly desc: DescEnum;
  /** The numbers that the tag leaves out. */
  readonly except: ReadonlySet<number>;
  readonly columns: readonly Column[];
  /** The first column that repeats the enum; undefined where none does. */
  readonly key: number | undefined;
  readonly members: readonly Member[];
}

/** Finds the mirror of that enum that a reference leads to; undefined where it leads to none. */
export type FindMirror = (form: ReferenceForm, desc: DescEnum) => Reading | undefined;

/** Reads a declaration as a mirror of that enum. */
export function readMirror(
  declaration: Declaration,
  desc: DescEnum,
  except: ReadonlySet<number>,
  findMirror: FindMirror,
): Reading {
  const { rows } = declaration;
  const width = Math.max(0, ...rows.map((row) => row.slots.length));
  const columns = Array.from({ length: width }, (_, i) =>
    readColumn(
      rows.flatMap((row) => row.slots[i] ?? []),
      desc,
      i === 0,
      findMirror,
    ),
  );
  const key = columns.findIndex(({ kind }) => kind !== "free");
  const members = rows.map((row, index) => ({
    row,
    index,
    values: row.slots.map((slot, i) => valueIn(slot, columns[i] as Column, desc, findMirror)),
  }));
  return { declaration, desc, except, columns, key: key < 0 ? undefined : key, members };
}

function readColumn(
  slots: readonly Slot[],
  desc: DescEnum,
  isKey: boolean,
  findMirror: FindMirror,
): Column {
  const texts = slots.flatMap(({ form }) => (form.kind === "name" ? form.text : []));
  const names = readNames(texts, desc);
  const refers = (slot: Slot): boolean =>
    slot.form.kind === "reference" && isOfEnum(slot.form, desc, findMirror);
  const counts = {
    name: texts.length,
    number: slots.filter(({ form }) => ["number", "implicit"].includes(form.kind)).length,
    reference: slots.filter(refers).length,
  };
  const half = slots.length / 2;
  const known = texts.filter((text) => names.valueOf(text) !== undefined);
  const [kind, most] = (Object.entries(counts) as [keyof typeof counts, number][]).reduce((a, b) =>
    b[1] > a[1] ? b : a,
  );
  if (most < half || (kind === "name" && !isKey && known.length < half)) {
    return { kind: "free", names, isMixed: false };
  }
  const others = slots.length - most;
  const readable = Object.values(counts).reduce((sum, n) => sum + n, 0) - most;
  return {
    kind,
    names,
    isMixed:
      (others > 0 && readable > 0) ||
      (kind === "name" && known.some((text) => !names.regular.has(text))),
  };
}

/** Whether a reference leads to the enum's bindings or to another mirror of it. */
export function isOfEnum(form: ReferenceForm, desc: DescEnum, findMirror: FindMirror): boolean {
  return isBindingsName(form, desc) || findMirror(form, desc) !== undefined;
}

/** Whether something is called what the bindings call the enum: its name in its package, with underscores. */
export function isBindingsName({ name }: ReferenceForm, desc: DescEnum): boolean {
  const from = desc.file.proto.package === "" ? 0 : desc.file.proto.package.length + 1;
  return name.replace(/\$$/, "") === desc.typeName.slice(from).replaceAll(".", "_");
}

function valueIn(
  { form }: Slot,
  column: Column,
  desc: DescEnum,
  findMirror: FindMirror,
): DescEnumValue | undefined {
  switch (form.kind) {
    case "name":
      return column.names.valueOf(form.text);
    case "number":
    case "implicit":
      return canonicalValues(desc).find(({ number }) => number === form.value);
    case "reference": {
      const mirror = findMirror(form, desc);
      if (mirror !== undefined) return mirror.columns[0]?.names.valueOf(form.member);
      return isBindingsName(form, desc)
        ? desc.values.find((value) => value.localName === form.member)
        : undefined;
    }
    case "other":
      return undefined;
  }
}
