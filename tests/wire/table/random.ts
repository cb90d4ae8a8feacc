// What random changes have shown the gate to get wrong once: several changes of one field at a time.
import { error, type Row, warning } from "../row.js";

export const ROWS: readonly Row[] = [
  {
    title: "a field moved into a oneof and to another number, where only JSON is spoken",
    before: "message M { oneof o { int32 f = 1; } int32 g = 2; }",
    after: "message M { oneof o { int32 f = 1; int32 g = 3; } }",
    speaks: ["json"],
    expect: [
      warning("FIELD_RENUMBERED", "M.g"),
      error("FIELD_ONEOF_CHANGED", "M.g", "old json refused|lost"),
    ],
  },
  {
    title: "a field moved and given another JSON name, where only JSON is spoken",
    before: "message M { string f = 1; }",
    after: 'message M { string f = 2 [json_name = "other"]; }',
    speaks: ["json"],
    expect: [
      warning("FIELD_RENUMBERED", "M.f"),
      error("FIELD_JSON_NAME_CHANGED", "M.f", "old json lost", "new json lost"),
    ],
    back: "same",
  },
  {
    title: "a field moved and given another default, where only JSON is spoken",
    syntax: "proto2",
    before: "message M { optional int32 f = 1; }",
    after: "message M { optional int32 f = 2 [default = 7]; }",
    speaks: ["json"],
    expect: [
      warning("FIELD_RENUMBERED", "M.f"),
      error("FIELD_DEFAULT_CHANGED", "M.f", "old json misread", "new json misread"),
    ],
    back: "same",
  },
  {
    title: "a type that JSON does not tell apart, with another default, where only JSON is spoken",
    syntax: "proto2",
    before: "message M { optional uint32 f = 1 [default = 3]; }",
    after: "message M { optional fixed32 f = 1; }",
    speaks: ["json"],
    expect: [
      warning("FIELD_TYPE_CHANGED", "M.f"),
      error("FIELD_DEFAULT_CHANGED", "M.f", "old json misread", "new json misread"),
    ],
    back: "same",
  },
  {
    title: "a field made required with a default, where only JSON is spoken: JSON refuses none",
    syntax: "proto2",
    before: "enum E { ZERO = 0; ONE = 1; } message M { optional E f = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { required E f = 1 [default = ONE]; }",
    speaks: ["json"],
    expect: [warning("FIELD_REQUIRED_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "a closed enum of 0 and 1 to a bool, where no JSON is spoken",
    syntax: "proto2",
    before: "enum E { ZERO = 0; ONE = 1; } message M { optional E f = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { optional bool f = 1; }",
    speaks: ["binary"],
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary misread", "new binary misread")],
    back: "same",
  },
  {
    title: "two fields whose numbers and JSON names are swapped, where only JSON is spoken",
    before: "message M { string f = 1; sint64 g = 2; }",
    after: 'message M { string f = 2 [json_name = "g"]; sint64 g = 1 [json_name = "f"]; }',
    speaks: ["json"],
    expect: [
      warning("FIELD_RENUMBERED", "M.f"),
      error(
        "FIELD_JSON_NAME_REUSED",
        "M.f",
        "old json refused|misread",
        "new json refused|misread",
      ),
      error(
        "FIELD_JSON_NAME_REUSED",
        "M.g",
        "old json refused|misread",
        "new json refused|misread",
      ),
    ],
  },
  {
    title: "aliases of one number torn apart, where no JSON is spoken",
    before:
      "enum E { option allow_alias = true; ZERO = 0; ONE = 1; UNO = 1; } message M { E f = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; UNO = 2; } message M { E f = 1; }",
    speaks: ["binary"],
    expect: [error("ENUM_VALUE_RENUMBERED", "E.UNO", "old binary misread")],
  },
  {
    title: "a message replaced by a copy of it that reserves a field",
    before:
      "message A { int32 n = 1; string s = 2; } message B { int32 n = 1; string s = 2; } message M { A a = 1; }",
    after:
      'message A { int32 n = 1; string s = 2; } message B { int32 n = 1; reserved 2; reserved "s"; } message M { B a = 1; }',
    expect: [
      { rule: "FIELD_REMOVED", severity: "info", symbol: "B.s", cases: [] },
      warning("FIELD_TYPE_CHANGED", "M.a"),
    ],
  },
  {
    title: "a message replaced by one with the same fields, and one more",
    before: "message A { int32 n = 1; } message B { int32 n = 1; } message M { A a = 1; }",
    after:
      "message A { int32 n = 1; } message B { int32 n = 1; string s = 2; } message M { B a = 1; }",
    expect: [warning("FIELD_TYPE_CHANGED", "M.a")],
  },
  {
    title: "a message in a map replaced by an empty one",
    before: "message A { map<int64, A> all = 1; } message B {}",
    after: "message A { map<int64, B> all = 1; } message B {}",
    expect: [error("FIELD_TYPE_CHANGED", "A.all", "old binary lost")],
  },
];
