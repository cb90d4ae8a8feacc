// How a member came to be in a mirror though the proto does not have it.
import type { DescEnumValue } from "@bufbuild/protobuf";
import type { Cause } from "../../core/mirror.js";
import { nearest } from "../../core/nearest.js";
import type { Form } from "./declaration.js";
import { shortName } from "./naming.js";
import type { Column, Member, Reading } from "./reading.js";

/** What became of a name that the proto had once. */
export interface Fate {
  readonly number: number | undefined;
  /** When it went: `since the last commit`, or `in` the commit that took it away. */
  readonly when: string;
}

/** What history knows of a name in the enum's file; undefined where it knows none. */
export type FateOf = (reading: Reading, protoName: string) => Promise<Fate | undefined>;

/** The likely cause. `renamed` and `deleted` are certain: a number or the history of the proto tells. */
export async function causeOf(reading: Reading, member: Member, fateOf: FateOf): Promise<Cause> {
  const { columns, members, desc } = reading;
  const key = reading.key as number;
  const others = members.filter((other) => other !== member);
  const has = (value: DescEnumValue): boolean =>
    others.some(({ values }) => values[key]?.number === value.number);
  const told = member.values.find(
    (value, i) => i > key && columns[i]?.kind !== "free" && value !== undefined,
  );
  if (told !== undefined) {
    return has(told)
      ? { kind: "repeats", value: told.name }
      : { kind: "renamed", to: told.name, when: undefined };
  }
  const named = member.row.slots
    .map(({ form }, column) => ({ form, column }))
    .find(({ form, column }) => isNamed(form) && columns[column]?.kind !== "free");
  if (named === undefined || !isNamed(named.form)) return { kind: "unknown", near: undefined };
  const text = nameIn(named.form);
  const missing = desc.values.filter((value) => !has(value));
  const protoName = (columns[named.column] as Column).names.protoName(text);
  const fate = await fateOf(reading, protoName);
  if (fate !== undefined) {
    const now = missing.find(({ number }) => number === fate.number);
    return now === undefined
      ? { kind: "deleted", when: fate.when }
      : { kind: "renamed", to: now.name, when: fate.when };
  }
  const near = nearValue(text, protoName, missing);
  if (near !== undefined) return { kind: "mistyped", to: near.name };
  return { kind: "unknown", near: nearValue(text, protoName, desc.values)?.name };
}

type NamedForm = Extract<Form, { kind: "name" | "reference" }>;

function isNamed(form: Form): form is NamedForm {
  return form.kind === "name" || form.kind === "reference";
}

function nameIn(form: NamedForm): string {
  return form.kind === "name" ? form.text : form.member;
}

/** The value that a text resembles most, by its short name or its full one. */
export function nearValue(
  text: string,
  protoName: string,
  values: readonly DescEnumValue[],
): DescEnumValue | undefined {
  const short = nearest(text, values.map(shortName));
  const full = nearest(
    protoName,
    values.map(({ name }) => name),
  );
  return (
    values.find((value) => shortName(value) === short) ?? values.find(({ name }) => name === full)
  );
}
