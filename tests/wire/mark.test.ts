// Which part of what was sent is marked.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { beforeAll, describe, expect, it } from "vitest";
import { markBytes, markJson } from "../../checks/wire/evidence/mark.js";
import { hex } from "../../checks/wire/evidence/words.js";
import { compileScratch } from "../../core/scratch.js";

const PROTO = `syntax = "proto2";
package a;
message In {
  optional int32 before = 1;
  optional string text = 2;
}
message M {
  optional int32 number = 1;
  optional In in = 2;
  map<string, In> by_name = 3;
  repeated In all = 4;
  optional group Grouped = 20 {
    optional int32 inside = 1;
  }
}
`;

let message: DescMessage;

beforeAll(async () => {
  const compiled = await compileScratch(async (folder) => {
    await writeFile(join(folder, "buf.yaml"), "version: v2\n");
    await writeFile(join(folder, "a.proto"), PROTO);
  }, process.env);
  if (!("schema" in compiled)) throw new Error(JSON.stringify(compiled));
  message = compiled.schema.registry.getMessage("a.M") as DescMessage;
});

const inside = (writer: BinaryWriter): BinaryWriter =>
  writer.tag(1, WireType.Varint).int32(300).tag(2, WireType.LengthDelimited).string("abc");

function marked(bytes: Uint8Array, path: readonly number[], part: "number" | "value"): string {
  const range = markBytes(bytes, message, { path, part }, (desc) => desc.fields);
  return range === undefined ? "nothing" : hex(bytes).slice(...range);
}

describe("bytes", () => {
  it("of a field, its number or its value", () => {
    const bytes = new BinaryWriter().tag(1, WireType.Varint).int32(300).finish();
    expect(marked(bytes, [1], "value")).toBe("ac 02");
    expect(marked(bytes, [1], "number")).toBe("08");
    expect(marked(bytes, [2], "value")).toBe("nothing");
    expect(marked(bytes, [], "value")).toBe("nothing");
  });

  it("of a field in a message, in a list, in a map and in a group", () => {
    const one = inside(new BinaryWriter().tag(2, WireType.LengthDelimited).fork()).join();
    expect(marked(one.finish(), [2, 2], "value")).toBe("61 62 63");
    const list = inside(new BinaryWriter().tag(4, WireType.LengthDelimited).fork()).join();
    expect(marked(list.finish(), [4, 1], "number")).toBe("08");
    const entry = new BinaryWriter().tag(3, WireType.LengthDelimited).fork();
    entry.tag(1, WireType.LengthDelimited).string("k").tag(2, WireType.LengthDelimited).fork();
    expect(marked(inside(entry).join().join().finish(), [3, 2], "value")).toBe("61 62 63");
    const group = new BinaryWriter().tag(20, WireType.StartGroup).tag(1, WireType.Varint);
    const grouped = group.int32(7).tag(20, WireType.EndGroup).finish();
    expect(marked(grouped, [20, 1], "value")).toBe("07");
    expect(marked(grouped, [20], "value")).toBe("08 07");
  });
});

it("JSON: a field's name or its value, in a message too", () => {
  const json = '{"number":1,"in":{"before":2,"text":"1"}}';
  const text = (path: readonly number[], part: "number" | "value"): string => {
    const range = markJson(json, message, { path, part }, (desc) => desc.fields);
    return range === undefined ? "nothing" : json.slice(...range);
  };
  expect(text([2, 2], "value")).toBe('"1"');
  expect(text([2, 1], "number")).toBe('"before"');
  expect(text([3], "value")).toBe("nothing");
});
