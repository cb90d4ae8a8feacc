// One or many: singular, repeated, map, and required.
import { error, info, type Row, warning } from "../row.js";

const m = (fields: string): string =>
  `message Pair { string key = 1; int32 value = 2; } message M { ${fields} }`;

export const ROWS: readonly Row[] = [
  {
    // A singular reader takes the last of two texts.
    title: "a string to a list of strings",
    before: m("string f = 1;"),
    after: m("repeated string f = 1;"),
    expect: [
      error(
        "FIELD_CARDINALITY_CHANGED",
        "M.f",
        "new binary misread|lost",
        "old json refused",
        "new json refused",
      ),
    ],
    back: "same",
    message: /repeated|list/,
  },
  {
    title: "a number to a packed list",
    before: m("int32 f = 1;"),
    after: m("repeated int32 f = 1;"),
    expect: [error("FIELD_CARDINALITY_CHANGED", "M.f", "new binary lost|refused|misread")],
    back: "same",
  },
  {
    title: "a number to a list that is not packed",
    before: m("int32 f = 1;"),
    after: m("repeated int32 f = 1 [packed = false];"),
    expect: [error("FIELD_CARDINALITY_CHANGED", "M.f", "new binary misread|lost")],
    back: "same",
  },
  {
    // A singular reader merges two messages into one.
    title: "a message to a list of messages",
    before: m("Pair f = 1;"),
    after: m("repeated Pair f = 1;"),
    expect: [error("FIELD_CARDINALITY_CHANGED", "M.f", "new binary misread|lost")],
    back: "same",
  },
  {
    title: "an enum to a list of enums",
    before: `enum E { ZERO = 0; ONE = 1; } ${m("E f = 1;")}`,
    after: `enum E { ZERO = 0; ONE = 1; } ${m("repeated E f = 1;")}`,
    expect: [error("FIELD_CARDINALITY_CHANGED", "M.f", "new binary lost|refused|misread")],
    back: "same",
  },
  {
    title: "a string to a list of strings, where only JSON is spoken",
    before: m("string f = 1;"),
    after: m("repeated string f = 1;"),
    speaks: ["json"],
    expect: [error("FIELD_CARDINALITY_CHANGED", "M.f", "old json refused", "new json refused")],
    back: "same",
  },
  {
    // The bytes of a map are those of such a list, but a map has no key twice.
    title: "a list of pairs to a map",
    before: m("repeated Pair f = 1;"),
    after: m("map<string, int32> f = 1;"),
    expect: [
      error(
        "FIELD_CARDINALITY_CHANGED",
        "M.f",
        "old binary misread|lost",
        "old json refused",
        "new json refused",
      ),
    ],
    back: "same",
    message: /map/,
  },
  {
    title: "a list of pairs to a map, where no JSON is spoken",
    before: m("repeated Pair f = 1;"),
    after: m("map<string, int32> f = 1;"),
    speaks: ["binary"],
    expect: [error("FIELD_CARDINALITY_CHANGED", "M.f", "old binary misread|lost")],
    back: "same",
  },
  {
    title: "a message to a map",
    before: m("Pair f = 1;"),
    after: m("map<string, int32> f = 1;"),
    expect: [
      error(
        "FIELD_CARDINALITY_CHANGED",
        "M.f",
        "new binary misread|lost",
        "old json refused|misread|lost",
        "new json refused|misread|lost",
      ),
    ],
    back: "same",
  },
  {
    title: "a list of strings to a map",
    before: m("repeated string f = 1;"),
    after: m("map<string, string> f = 1;"),
    expect: [
      error(
        "FIELD_CARDINALITY_CHANGED",
        "M.f",
        "old binary refused|lost|misread",
        "old json refused",
      ),
    ],
    back: "same",
  },
  {
    title: "a member of a oneof to a list beside it",
    before: m("oneof o { string f = 1; string g = 2; }"),
    after: m("oneof o { string g = 2; } repeated string f = 1;"),
    expect: [
      error("FIELD_CARDINALITY_CHANGED", "M.f", "new binary misread|lost", "old json refused"),
    ],
    back: "same",
  },
  {
    title: "optional to required",
    syntax: "proto2",
    before: m("optional string f = 1;").replace(/message Pair.*?\} /, ""),
    after: m("required string f = 1;").replace(/message Pair.*?\} /, ""),
    expect: [error("FIELD_REQUIRED_CHANGED", "M.f", "old binary refused")],
    back: "same",
    message: /required/,
  },
  {
    title: "a required field added",
    syntax: "proto2",
    before: "message M { optional string s = 1; }",
    after: "message M { optional string s = 1; required string f = 2; }",
    expect: [error("FIELD_REQUIRED_CHANGED", "M.f", "old binary refused")],
  },
  {
    title: "a required field deleted, its number and name reserved",
    syntax: "proto2",
    before: "message M { optional string s = 1; required string f = 2; }",
    after: 'message M { optional string s = 1; reserved 2; reserved "f"; }',
    expect: [error("FIELD_REQUIRED_CHANGED", "M.f", "new binary refused")],
  },
  {
    // What an old reader refuses is one matter, what may come back at that number another.
    title: "a required field deleted",
    syntax: "proto2",
    before: "message M { optional string s = 1; required string f = 2; }",
    after: "message M { optional string s = 1; }",
    expect: [
      error("FIELD_REQUIRED_CHANGED", "M.f", "new binary refused"),
      warning("FIELD_REMOVED_UNRESERVED", "M.f"),
    ],
  },
  {
    title: "optional to required in a message in a list",
    syntax: "proto2",
    before: "message In { optional string f = 1; } message M { repeated In all = 1; }",
    after: "message In { required string f = 1; } message M { repeated In all = 1; }",
    expect: [error("FIELD_REQUIRED_CHANGED", "In.f", "old binary refused")],
    back: "same",
  },
  {
    title: "optional to required in an edition",
    syntax: "2023",
    before: "message M { string f = 1; }",
    after: "message M { string f = 1 [features.field_presence = LEGACY_REQUIRED]; }",
    expect: [error("FIELD_REQUIRED_CHANGED", "M.f", "old binary refused")],
    back: "same",
  },
  {
    title: "a new message with a required field",
    syntax: "proto2",
    before: "message M { optional string s = 1; }",
    after:
      "message M { optional string s = 1; optional In in = 2; } message In { required string f = 1; }",
    expect: [],
  },
  {
    title: "required stays required, from proto2 to an edition",
    syntax: ["proto2", "2023"],
    before: "message M { required int32 f = 1; }",
    after: "message M { int32 f = 1 [features.field_presence = LEGACY_REQUIRED]; }",
    expect: [],
    back: "same",
  },
  {
    title: "a list removed, its number and name reserved",
    before: m("repeated string f = 1;"),
    after: m('reserved 1; reserved "f";'),
    expect: [info("FIELD_REMOVED", "M.f")],
  },
];
