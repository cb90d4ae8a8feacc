// The ways in which a value could be written in a place of a mirror: one where its others show it.
import type { DescEnumValue } from "@bufbuild/protobuf";
import type { Form, Written } from "./declaration.js";
import type { Column, FindMirror, Reading } from "./reading.js";

/**
 * All that could be written for a value in that column, in the form that `like` has there or else that
 * most members have; several where nothing tells them apart, none where the column says nothing.
 */
export function waysToWrite(
  reading: Reading,
  value: DescEnumValue,
  column: number,
  findMirror: FindMirror,
  like?: Form,
): Written[] {
  const { kind, names } = reading.columns[column] as Column;
  switch (like === undefined || like.kind === "other" ? kind : like.kind) {
    case "number":
    case "implicit":
      return [{ kind: "number", value: value.number }];
    case "name":
      return names
        .candidates(value, (text) => reading.declaration.isAllowed(column, text))
        .map((text) => ({ kind: "name", text }));
    case "reference": {
      const forms = reading.members.flatMap(({ row }) => row.slots[column]?.form ?? []);
      const form = [like, ...forms].find((one) => one?.kind === "reference");
      if (form?.kind !== "reference") return [];
      const mirror = findMirror(form, reading.desc);
      const members = mirror === undefined ? [value.localName] : memberNames(mirror, value);
      return members.map((member) => ({
        kind: "reference",
        qualifier: form.qualifier,
        member,
      }));
    }
    default:
      return [];
  }
}

/** What a mirror calls its member for a value, or will call it. */
function memberNames({ members, columns, declaration }: Reading, value: DescEnumValue): string[] {
  const own = members.find(({ values }) => values[0]?.number === value.number);
  const form = own?.row.slots[0]?.form;
  return form?.kind === "name"
    ? [form.text]
    : (columns[0]?.names.candidates(value, (name) => declaration.isAllowed(0, name)) ?? []);
}
