// The type of a field: width, sign and encoding of numbers, text and bytes, enums, messages.
import { type Case, error, type Row, warning } from "../row.js";

/** A field whose type changed, both ways. */
function retyped(from: string, to: string, cases: readonly Case[], speaks?: Row["speaks"]): Row {
  return {
    title: `${from} to ${to}${speaks === undefined ? "" : `, where ${speaks.join(" and ")} is spoken`}`,
    before: `message M { ${from} f = 1; }`,
    after: `message M { ${to} f = 1; }`,
    expect: [error("FIELD_TYPE_CHANGED", "M.f", ...cases)],
    back: "same",
    message: new RegExp(`${from}[\\s\\S]*${to}|${to}[\\s\\S]*${from}`),
    ...(speaks === undefined ? {} : { speaks }),
  };
}

/** A change that the formats spoken do not show; the source breaks. */
function unseen(from: string, to: string, speaks: NonNullable<Row["speaks"]>): Row {
  return { ...retyped(from, to, [], speaks), expect: [warning("FIELD_TYPE_CHANGED", "M.f")] };
}

/** The wire type differs: readers lose the field, refuse it, or misread what they find. */
const OTHER_WIRE: readonly Case[] = [
  "old binary lost|refused|misread",
  "new binary lost|refused|misread",
];

const NUMBERS: readonly Row[] = [
  // A new peer's 2^31 is cut to 32 bits by an old one.
  retyped("int32", "int64", ["new binary misread", "new json refused"]),
  retyped("uint32", "uint64", ["new binary misread", "new json refused"]),
  retyped("sint32", "sint64", ["new binary misread", "new json refused"]),
  retyped("int32", "int64", ["new binary misread"], ["binary"]),
  retyped("int32", "int64", ["new json refused"], ["json"]),
  // -1 and 2^32-1 have the same low bits.
  retyped("int32", "uint32", ["old binary misread", "new binary misread", "old json refused"]),
  retyped("int64", "uint64", ["old binary misread", "new binary misread", "old json refused"]),
  retyped("int32", "uint64", ["old binary misread", "new binary misread"]),
  retyped("uint32", "int64", ["new binary misread"]),
  // Zigzag: 1 is sent as 2.
  retyped("int32", "sint32", ["old binary misread", "new binary misread"]),
  retyped("int64", "sint64", ["old binary misread", "new binary misread"]),
  retyped("uint32", "sint32", ["old binary misread", "new binary misread"]),
  retyped("fixed32", "sfixed32", ["old binary misread", "new binary misread"]),
  retyped("fixed64", "sfixed64", ["old binary misread", "new binary misread"]),
  retyped("fixed32", "float", ["old binary misread", "new binary misread"]),
  retyped("fixed64", "double", ["old binary misread", "new binary misread"]),
  retyped("int32", "fixed32", OTHER_WIRE),
  retyped("int32", "sfixed32", OTHER_WIRE),
  retyped("int64", "double", OTHER_WIRE),
  retyped("float", "double", OTHER_WIRE),
  retyped("fixed32", "fixed64", OTHER_WIRE),
  // A bool reads any number but 0 as true.
  retyped("bool", "int32", ["new binary misread", "old json refused"]),
  retyped("bool", "uint64", ["new binary misread"]),
  retyped("bool", "string", OTHER_WIRE),
  retyped("int32", "string", OTHER_WIRE),
  retyped("int64", "string", OTHER_WIRE),
];

const JSON_ONLY: readonly Row[] = [
  // JSON has one way to write a number, whatever its encoding in binary.
  unseen("int32", "sint32", ["json"]),
  unseen("int32", "sfixed32", ["json"]),
  unseen("uint32", "fixed32", ["json"]),
  unseen("int64", "sint64", ["json"]),
  unseen("uint64", "fixed64", ["json"]),
  // 1e300 is no float, and 0.1 is none either.
  retyped("float", "double", ["new json refused|misread"], ["json"]),
  retyped("int32", "uint32", ["old json refused"], ["json"]),
  retyped("string", "bytes", ["old json refused|misread"], ["json"]),
];

const TEXT: readonly Row[] = [
  // Bytes need not be UTF-8; a text need not be base64.
  retyped("string", "bytes", ["new binary refused|misread", "old json refused|misread"]),
  retyped("string", "bytes", ["new binary refused|misread"], ["binary"]),
  retyped("bytes", "uint32", OTHER_WIRE),
];

const ENUMS: readonly Row[] = [
  {
    // The number of an open enum is any int32. JSON has the name.
    title: "int32 to an open enum",
    before: "enum E { ZERO = 0; ONE = 1; } message M { int32 f = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { E f = 1; }",
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "new json refused|lost")],
    back: "same",
  },
  {
    title: "int32 to an open enum, where no JSON is spoken",
    before: "enum E { ZERO = 0; ONE = 1; } message M { int32 f = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { E f = 1; }",
    speaks: ["binary", "rpc"],
    expect: [warning("FIELD_TYPE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "int32 to a closed enum",
    syntax: "proto2",
    before: "enum E { ZERO = 0; ONE = 1; } message M { optional int32 f = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { optional E f = 1; }",
    speaks: ["binary"],
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary lost")],
    back: "same",
  },
  {
    // An unnamed number of an open enum may be negative.
    title: "an enum to uint32",
    before: "enum E { ZERO = 0; ONE = 1; } message M { E f = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { uint32 f = 1; }",
    speaks: ["binary"],
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary misread", "new binary misread")],
    back: "same",
  },
  {
    title: "an enum to int64",
    before: "enum E { ZERO = 0; ONE = 1; } message M { E f = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { int64 f = 1; }",
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "new binary misread", "old json refused")],
    back: "same",
  },
  {
    title: "an enum to bool",
    before: "enum E { ZERO = 0; ONE = 1; TWO = 2; } message M { E f = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; TWO = 2; } message M { bool f = 1; }",
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary misread", "old json refused")],
    back: "same",
  },
  {
    // JSON carries what binary cannot: a name is a text.
    title: "an enum to string",
    before: "enum E { ZERO = 0; ONE = 1; } message M { E f = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { string f = 1; }",
    expect: [
      error(
        "FIELD_TYPE_CHANGED",
        "M.f",
        "old binary lost|refused|misread",
        "new json refused|lost",
      ),
    ],
    back: "same",
  },
  {
    title: "an enum replaced by one whose numbers mean other things",
    before: `enum E { E_ZERO = 0; E_UP = 1; } enum F { F_ZERO = 0; F_RED = 1; }
      message M { E f = 1; F g = 2; E h = 3; }`,
    after: `enum E { E_ZERO = 0; E_UP = 1; } enum F { F_ZERO = 0; F_RED = 1; }
      message M { F f = 1; F g = 2; E h = 3; }`,
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary misread", "old json lost|refused")],
    back: "same",
  },
  {
    title: "an enum replaced by one with the same values",
    before: `message A { enum E { ZERO = 0; UP = 1; } } message B { enum E { ZERO = 0; UP = 1; } }
      message M { A.E f = 1; B.E g = 2; A.E h = 3; }`,
    after: `message A { enum E { ZERO = 0; UP = 1; } } message B { enum E { ZERO = 0; UP = 1; } }
      message M { B.E f = 1; B.E g = 2; A.E h = 3; }`,
    expect: [warning("FIELD_TYPE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "an enum replaced by one with the same names and other numbers",
    before: `message A { enum E { ZERO = 0; UP = 1; } } message B { enum E { ZERO = 0; UP = 2; } }
      message M { A.E f = 1; B.E g = 2; A.E h = 3; }`,
    after: `message A { enum E { ZERO = 0; UP = 1; } } message B { enum E { ZERO = 0; UP = 2; } }
      message M { B.E f = 1; B.E g = 2; A.E h = 3; }`,
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary misread|lost")],
    back: "same",
  },
];

const A_AND_B = (a: string, b: string): string => `message A { ${a} } message B { ${b} }`;
const USES = (type: string): string => `message M { ${type} f = 1; A a = 2; B b = 3; }`;

const MESSAGES: readonly Row[] = [
  {
    title: "a message replaced by one with the same fields",
    before: A_AND_B("string s = 1; int32 i = 2;", "string s = 1; int32 i = 2;") + USES("A"),
    after: A_AND_B("string s = 1; int32 i = 2;", "string s = 1; int32 i = 2;") + USES("B"),
    expect: [warning("FIELD_TYPE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "a message in a list replaced by one with the same fields",
    before:
      A_AND_B("string s = 1; int32 i = 2;", "string s = 1; int32 i = 2;") + USES("repeated A"),
    after: A_AND_B("string s = 1; int32 i = 2;", "string s = 1; int32 i = 2;") + USES("repeated B"),
    expect: [warning("FIELD_TYPE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "a message replaced by one whose fields are of other types",
    before: A_AND_B("string s = 1;", "int32 s = 1;") + USES("A"),
    after: A_AND_B("string s = 1;", "int32 s = 1;") + USES("B"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", ...OTHER_WIRE)],
    back: "same",
  },
  {
    title: "a message replaced by one that has its fields at other numbers",
    before: A_AND_B("string s = 1; string u = 2;", "string s = 2; string u = 1;") + USES("A"),
    after: A_AND_B("string s = 1; string u = 2;", "string s = 2; string u = 1;") + USES("B"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary misread")],
    back: "same",
  },
  {
    title: "a message replaced by one that has other fields at its numbers",
    before: A_AND_B("string owner = 1;", "string color = 1;") + USES("A"),
    after: A_AND_B("string owner = 1;", "string color = 1;") + USES("B"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary misread")],
    back: "same",
  },
  {
    title: "a message replaced by one that differs only deep inside",
    before: `message X { int32 n = 1; } message Y { int64 n = 1; }
      ${A_AND_B("X inner = 1;", "Y inner = 1;")} ${USES("A")}`,
    after: `message X { int32 n = 1; } message Y { int64 n = 1; }
      ${A_AND_B("X inner = 1;", "Y inner = 1;")} ${USES("B")}`,
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "new binary misread")],
    back: "same",
  },
  {
    title: "a recursive message replaced by one with the same fields",
    before:
      A_AND_B("string s = 1; repeated A more = 2;", "string s = 1; repeated B more = 2;") +
      USES("A"),
    after:
      A_AND_B("string s = 1; repeated A more = 2;", "string s = 1; repeated B more = 2;") +
      USES("B"),
    expect: [warning("FIELD_TYPE_CHANGED", "M.f")],
    back: "same",
  },
  {
    // Nothing is misread, and nothing arrives.
    title: "a message replaced by one that has nothing in common with it",
    before: A_AND_B("string s = 1;", "string u = 2;") + USES("A"),
    after: A_AND_B("string s = 1;", "string u = 2;") + USES("B"),
    expect: [
      error("FIELD_TYPE_CHANGED", "M.f", "old binary lost|misread", "new binary lost|misread"),
    ],
    back: "same",
  },
  {
    title: "a message replaced by one that shares no name with it, where only JSON is spoken",
    before: A_AND_B("string s = 1;", "string u = 1;") + USES("A"),
    after: A_AND_B("string s = 1;", "string u = 1;") + USES("B"),
    speaks: ["json"],
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old json lost|refused|misread")],
    back: "same",
  },
  {
    // The bytes may hold such a message, and need not.
    title: "bytes to a message",
    before: "message A { string s = 1; } message M { bytes f = 1; A a = 2; }",
    after: "message A { string s = 1; } message M { A f = 1; A a = 2; }",
    expect: [
      error("FIELD_TYPE_CHANGED", "M.f", "old binary refused|lost|misread", "old json refused"),
    ],
    back: "same",
  },
  {
    title: "string to a message",
    before: "message A { string s = 1; } message M { string f = 1; A a = 2; }",
    after: "message A { string s = 1; } message M { A f = 1; A a = 2; }",
    expect: [
      error("FIELD_TYPE_CHANGED", "M.f", "old binary refused|lost|misread", "old json refused"),
    ],
    back: "same",
  },
  {
    title: "int64 to a Timestamp",
    before: "message M { int64 f = 1; }",
    after:
      'import "google/protobuf/timestamp.proto"; message M { google.protobuf.Timestamp f = 1; }',
    expect: [error("FIELD_TYPE_CHANGED", "M.f", ...OTHER_WIRE)],
    back: "same",
  },
  {
    // The same fields, and other text in JSON.
    title: "a Duration to a Timestamp",
    before:
      'import "google/protobuf/duration.proto"; message M { google.protobuf.Duration f = 1; }',
    after:
      'import "google/protobuf/timestamp.proto"; message M { google.protobuf.Timestamp f = 1; }',
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old json refused", "new json refused")],
    back: "same",
  },
  {
    title: "string to its wrapper",
    before: "message M { optional string f = 1; }",
    after:
      'import "google/protobuf/wrappers.proto"; message M { google.protobuf.StringValue f = 1; }',
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary refused|lost|misread")],
    back: "same",
  },
  {
    // JSON writes a wrapper as what it wraps.
    title: "string to its wrapper, where only JSON is spoken",
    before: "message M { optional string f = 1; }",
    after:
      'import "google/protobuf/wrappers.proto"; message M { google.protobuf.StringValue f = 1; }',
    speaks: ["json"],
    expect: [warning("FIELD_TYPE_CHANGED", "M.f")],
    back: "same",
  },
];

const ELSEWHERE: readonly Row[] = [
  {
    title: "int32 to int64 in a list",
    before: "message M { repeated int32 f = 1; }",
    after: "message M { repeated int64 f = 1; }",
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "new binary misread")],
    back: "same",
  },
  {
    title: "int32 to string in a list",
    before: "message M { repeated int32 f = 1; }",
    after: "message M { repeated string f = 1; }",
    expect: [error("FIELD_TYPE_CHANGED", "M.f", ...OTHER_WIRE)],
    back: "same",
  },
  {
    title: "uint32 to sint32 in a oneof",
    before: "message M { oneof o { uint32 f = 1; string s = 2; } }",
    after: "message M { oneof o { sint32 f = 1; string s = 2; } }",
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary misread", "new binary misread")],
    back: "same",
  },
  {
    title: "int64 to int32 in a nested message of a message in a map",
    before: "message M { message In { int64 f = 1; } map<string, In> all = 1; }",
    after: "message M { message In { int32 f = 1; } map<string, In> all = 1; }",
    expect: [error("FIELD_TYPE_CHANGED", "M.In.f", "old binary misread", "old json refused")],
    back: "same",
  },
];

export const ROWS: readonly Row[] = [
  ...NUMBERS,
  ...JSON_ONLY,
  ...TEXT,
  ...ENUMS,
  ...MESSAGES,
  ...ELSEWHERE,
];
