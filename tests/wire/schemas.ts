// What the tests of the runtimes compile: each construct of proto2, proto3 and editions once.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import type { Schema } from "../../core/schema.js";
import { compileScratch } from "../../core/scratch.js";

const PROTO2 = `syntax = "proto2";
package p2;
enum Closed { A = 0; B = 1; ALSO_B = 1; option allow_alias = true; }
message M {
  optional int32 i = 1;
  optional string s = 2 [default = "d"];
  optional Closed e = 3;
  repeated Closed es = 4;
  map<string, Closed> em = 5;
  oneof o { Closed oe = 6; string os = 7; M om = 8; }
  optional group Group = 9 { optional int32 i = 1; }
  repeated int32 unpacked = 10;
  repeated int32 packed = 11 [packed = true];
  repeated Closed packed_es = 12 [packed = true];
  optional bytes bytes = 13;
  optional M m = 14;
  optional int64 text = 15 [jstype = JS_STRING];
  optional string renamed = 16 [json_name = "other name"];
  optional string snake_case = 17;
  repeated group Groups = 18 { optional int32 i = 1; }
  optional fixed32 fixed = 19;
  repeated fixed32 fixeds = 20;
  map<string, string> strings = 21;
  extensions 100 to 199;
}
message Scope { extend M { optional string in_scope = 109; } }
extend M {
  optional int32 xi = 100;
  optional Closed xe = 101;
  repeated int32 xs = 102 [packed = true];
  optional M xm = 103;
  repeated string xt = 104;
  optional group XGroup = 105 { optional int32 i = 1; }
}
message Required { required int32 i = 1; required string s = 2; }
message RequiredMessage { required M m = 1; }
message WithRequired { optional Required one = 1; repeated Required many = 2; }
message Set { option message_set_wire_format = true; extensions 4 to max; }
message Item { extend Set { optional Item item = 1000; } optional int32 i = 1; }
message HasSet { optional Set set = 1; }
message Proto { optional int32 __proto__ = 1; optional int32 i = 2; }
`;

const PROTO3 = `syntax = "proto3";
package p3;
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
enum Open { ZERO = 0; ONE = 1; MINUS = -1; }
message M {
  int32 int32 = 1;
  int64 int64 = 2;
  uint32 uint32 = 3;
  uint64 uint64 = 4;
  sint32 sint32 = 5;
  sint64 sint64 = 6;
  fixed32 fixed32 = 7;
  fixed64 fixed64 = 8;
  sfixed32 sfixed32 = 9;
  sfixed64 sfixed64 = 10;
  float float = 11;
  double double = 12;
  bool bool = 13;
  string string = 14;
  bytes bytes = 15;
  Open e = 16;
  M m = 17;
  optional int32 opt = 18;
  oneof o { int64 oi = 19; string os = 20; M om = 21; Open oe = 22; }
  repeated int32 ints = 23;
  repeated int64 longs = 24;
  repeated Open es = 25;
  repeated string strings = 26;
  repeated M ms = 27;
  map<int32, M> by_int32 = 30;
  map<int64, string> by_int64 = 31;
  map<uint32, int64> by_uint32 = 32;
  map<uint64, Open> by_uint64 = 33;
  map<sint32, double> by_sint32 = 34;
  map<sint64, bool> by_sint64 = 35;
  map<fixed32, bytes> by_fixed32 = 36;
  map<fixed64, float> by_fixed64 = 37;
  map<sfixed32, uint32> by_sfixed32 = 38;
  map<sfixed64, uint64> by_sfixed64 = 39;
  map<bool, string> by_bool = 40;
  map<string, M> by_string = 41;
  int32 constructor = 45;
}
message Known {
  google.protobuf.Any any = 1;
  google.protobuf.Duration duration = 2;
  google.protobuf.FieldMask mask = 3;
  google.protobuf.Struct struct = 4;
  google.protobuf.Value value = 5;
  google.protobuf.ListValue list = 6;
  google.protobuf.Timestamp time = 7;
  google.protobuf.Int64Value int64 = 8;
  repeated google.protobuf.BoolValue bools = 9;
  map<string, google.protobuf.StringValue> strings = 10;
  google.protobuf.NullValue null = 11;
}
`;

const EDITION = `edition = "2023";
package ed;
enum Open { ZERO = 0; ONE = 1; }
enum Closed { option features.enum_type = CLOSED; TWO = 2; THREE = 3; }
message M {
  string s = 1;
  string implicit = 2 [features.field_presence = IMPLICIT];
  string unchecked = 3 [features.utf8_validation = NONE];
  M delimited = 4 [features.message_encoding = DELIMITED];
  repeated M many = 5 [features.message_encoding = DELIMITED];
  repeated int32 packed = 6;
  repeated int32 expanded = 7 [features.repeated_field_encoding = EXPANDED];
  Closed closed = 8;
  Open open = 9;
  map<string, string> unchecked_map = 10 [features.utf8_validation = NONE];
  extensions 100 to 199;
}
extend M { M xd = 100 [features.message_encoding = DELIMITED]; string xs = 101; }
message Required { int32 i = 1 [features.field_presence = LEGACY_REQUIRED]; }
`;

const DELIMITED = `edition = "2023";
package de;
option features.message_encoding = DELIMITED;
message M { int32 i = 1; M m = 2; map<int32, M> map = 3; repeated M ms = 4; }
`;

const SCALARS = [
  ..."double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64".split(" "),
  ..."sfixed32 sfixed64 bool string bytes".split(" "),
];
const TYPES = [...SCALARS, "E", "All"];

/** Every type as every kind of field, and every type of key, in one message. */
function everything(head: string, label: string, packed: string, expanded: string): string {
  let number = 1;
  const members = TYPES.map((type) => `    ${type} o${number} = ${number++};`);
  const fields = TYPES.flatMap((type) => {
    const made = [`${label}${type} s${number} = ${number++};`];
    made.push(`repeated ${type} r${number} = ${number++};`);
    made.push(`map<string, ${type}> m${number} = ${number++};`);
    if (["string", "bytes", "All"].includes(type)) return made;
    made.push(`repeated ${type} r${number} = ${number++} [${packed}];`);
    made.push(`repeated ${type} r${number} = ${number++} [${expanded}];`);
    return made;
  });
  const keys = SCALARS.filter((type) => !["double", "float", "bytes"].includes(type)).map(
    (type) => `map<${type}, int32> k${number} = ${number++};`,
  );
  const lines = [...fields, ...keys].map((line) => `  ${line}`);
  return [
    head,
    "enum E { ZERO = 0; ONE = 1; MINUS = -1; BIG = 2147483647; }",
    `message All {\n  oneof o {\n${members.join("\n")}\n  }\n${lines.join("\n")}\n}\n`,
  ].join("\n");
}

const PACKED = ["packed = true", "packed = false"] as const;
const FEATURES = [
  "features.repeated_field_encoding = PACKED",
  "features.repeated_field_encoding = EXPANDED",
] as const;

const FILES: Readonly<Record<string, string>> = {
  "buf.yaml": "version: v2\n",
  "p2.proto": PROTO2,
  "p3.proto": PROTO3,
  "ed.proto": EDITION,
  "de.proto": DELIMITED,
  "all2.proto": everything('syntax = "proto2";\npackage all2;', "optional ", ...PACKED),
  "all3.proto": everything('syntax = "proto3";\npackage all3;', "", ...PACKED),
  "allopt.proto": everything('syntax = "proto3";\npackage allopt;', "optional ", ...PACKED),
  "alled.proto": everything('edition = "2023";\npackage alled;', "", ...FEATURES),
  "allde.proto": everything(
    'edition = "2023";\npackage allde;\noption features.message_encoding = DELIMITED;',
    "",
    ...FEATURES,
  ),
};

/** Compiles files, which have no imports beside the well-known types. */
export async function compiled(files: Readonly<Record<string, string>> = FILES): Promise<Schema> {
  const result = await compileScratch(async (folder) => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  }, process.env);
  if ("annotations" in result) throw new Error(JSON.stringify(result.annotations));
  return result.schema;
}

export function messageOf(schema: Schema, name: string): DescMessage {
  const found = schema.registry.getMessage(name);
  if (found === undefined) throw new Error(`no message ${name}`);
  return found;
}
