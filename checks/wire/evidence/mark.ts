// Which part of what was sent makes the difference.
import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { Field } from "../pairs.js";
import type { FieldsOf } from "./words.js";

/** A field within fields, by the sender's numbers, and whether its number or its value matters. */
export interface Focus {
  readonly path: readonly number[];
  readonly part: "number" | "value";
}

type Range = readonly [number, number];

/** The range of the hex text of the bytes that is in focus; undefined where the field is not there. */
export function markBytes(
  bytes: Uint8Array,
  desc: DescMessage,
  { path, part }: Focus,
  fieldsOf: FieldsOf,
): Range | undefined {
  let message: DescMessage | undefined = desc;
  let [start, end] = [0, bytes.length];
  const enter = (number: number, which: "tag" | "value"): boolean => {
    const found = findField(bytes.subarray(start, end), number);
    if (found === undefined) return false;
    const [from, to] = found[which];
    [start, end] = [start + from, start + to];
    return true;
  };
  for (const [depth, number] of path.entries()) {
    const field: Field | undefined =
      message && fieldsOf(message).find((one) => one.number === number);
    const isLast = depth === path.length - 1;
    if (field === undefined || !enter(number, isLast && part === "number" ? "tag" : "value")) {
      return undefined;
    }
    // A map is a list of entries, in which 2 is the value (the encoding of maps).
    if (!isLast && field.fieldKind === "map" && !enter(2, "value")) return undefined;
    message = field.message;
  }
  return path.length === 0 || start === end ? undefined : [start * 3, end * 3 - 1];
}

/**
 * The ranges of a field's tag and of its content: without the length before it, if there is content, and
 * without the tag that ends a group.
 */
function findField(bytes: Uint8Array, wanted: number): { tag: Range; value: Range } | undefined {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    const tagEnd = reader.pos;
    reader.skip(wireType, number);
    if (number !== wanted) continue;
    const end = reader.pos;
    const tag: Range = [start, tagEnd];
    // The tag that ends a group is as long as the one that starts it.
    if (wireType === WireType.StartGroup) return { tag, value: [tagEnd, end - (tagEnd - start)] };
    if (wireType !== WireType.LengthDelimited) return { tag, value: [tagEnd, end] };
    const length = new BinaryReader(bytes.subarray(tagEnd));
    length.uint32();
    const content = tagEnd + length.pos;
    return { tag, value: [content === end ? tagEnd : content, end] };
  }
  return undefined;
}

/** The range of the JSON text that is in focus; undefined where the field is not there. */
export function markJson(
  json: string,
  desc: DescMessage,
  { path, part }: Focus,
  fieldsOf: FieldsOf,
): Range | undefined {
  let message: DescMessage | undefined = desc;
  let data: unknown = JSON.parse(json);
  let from = 0;
  for (const [depth, number] of path.entries()) {
    const field: Field | undefined =
      message && fieldsOf(message).find((one) => one.number === number);
    if (field === undefined || typeof data !== "object" || data === null) return undefined;
    const key = JSON.stringify(field.kind === "extension" ? `[${field.typeName}]` : field.jsonName);
    const value: unknown = (data as Record<string, unknown>)[JSON.parse(key) as string];
    const text = JSON.stringify(value);
    const at = text === undefined ? -1 : json.indexOf(`${key}:${text}`, from);
    if (at < 0) return undefined;
    if (depth === path.length - 1) {
      return part === "number"
        ? [at, at + key.length]
        : [at + key.length + 1, at + key.length + 1 + text.length];
    }
    from = at + key.length;
    message = field.message;
    data = Array.isArray(value) ? value[0] : value;
  }
  return undefined;
}
