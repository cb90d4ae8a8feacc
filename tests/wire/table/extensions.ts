// Extensions: fields of a message that are declared elsewhere. JSON calls them by their full name.
import { error, type Row, warning } from "../row.js";

const M = "message M { optional int32 own = 1; extensions 100 to 199; }";

export const ROWS: readonly Row[] = [
  {
    title: "an extension widened",
    syntax: "proto2",
    before: `${M} extend M { optional int32 x = 100; }`,
    after: `${M} extend M { optional int64 x = 100; }`,
    expect: [error("FIELD_TYPE_CHANGED", "x", "new binary misread")],
    back: "same",
  },
  {
    title: "an extension moved to another number",
    syntax: "proto2",
    before: `${M} extend M { optional int32 x = 100; }`,
    after: `${M} extend M { optional int32 x = 101; }`,
    expect: [error("FIELD_RENUMBERED", "x", "old binary lost")],
    back: "same",
  },
  {
    title: "two extensions swapped",
    syntax: "proto2",
    before: `${M} extend M { optional int32 x = 100; optional int32 y = 101; }`,
    after: `${M} extend M { optional int32 x = 101; optional int32 y = 100; }`,
    expect: [error("FIELD_RENUMBERED", "x", "old binary misread", "new binary misread")],
    back: "same",
  },
  {
    title: "an extension's number given to another",
    syntax: "proto2",
    before: `${M} extend M { optional int32 owner = 100; }`,
    after: `${M} extend M { optional int32 color = 100; }`,
    expect: [error("FIELD_NUMBER_REUSED", "color", "old binary misread")],
    back: [error("FIELD_NUMBER_REUSED", "owner", "old binary misread")],
  },
  {
    title: "an extension renamed",
    syntax: "proto2",
    before: `${M} extend M { optional int32 user_size = 100; }`,
    after: `${M} extend M { optional int32 user_length = 100; }`,
    expect: [
      error("FIELD_RENAMED", "user_length", "old json lost|refused", "new json lost|refused"),
    ],
    back: [error("FIELD_RENAMED", "user_size", "old json lost|refused", "new json lost|refused")],
  },
  {
    title: "an extension made a list",
    syntax: "proto2",
    before: `${M} extend M { optional string x = 100; }`,
    after: `${M} extend M { repeated string x = 100; }`,
    expect: [
      error("FIELD_CARDINALITY_CHANGED", "x", "new binary misread|lost", "old json refused"),
    ],
    back: "same",
  },
  {
    title: "an extension added",
    syntax: "proto2",
    before: M,
    after: `${M} extend M { optional int32 x = 100; }`,
    expect: [],
    // Its number lies in the range of extensions and cannot be reserved while it does.
    back: [warning("FIELD_REMOVED_UNRESERVED", "x")],
  },
  {
    title: "an extension moved to another file",
    syntax: "proto2",
    before: { "m.proto": M, "x.proto": 'import "t/m.proto"; extend M { optional int32 x = 100; }' },
    after: { "m.proto": M, "y.proto": 'import "t/m.proto"; extend M { optional int32 x = 100; }' },
    expect: [],
    back: "same",
  },
  {
    title: "an extension in a message widened",
    syntax: "proto2",
    before: `${M} message Scope { extend M { optional int32 x = 100; } }`,
    after: `${M} message Scope { extend M { optional int64 x = 100; } }`,
    expect: [error("FIELD_TYPE_CHANGED", "Scope.x", "new binary misread")],
    back: "same",
  },
  {
    title: "a field of the extended message moved",
    syntax: "proto2",
    before: `${M} extend M { optional int32 x = 100; }`,
    after: `${M.replace("own = 1", "own = 2")} extend M { optional int32 x = 100; }`,
    expect: [error("FIELD_RENUMBERED", "M.own", "old binary lost")],
    back: "same",
  },
  {
    title: "a custom option changed",
    before: `import "google/protobuf/descriptor.proto";
      extend google.protobuf.FieldOptions { string note = 50001; } message M { int32 x = 1 [(note) = "a"]; }`,
    after: `import "google/protobuf/descriptor.proto";
      extend google.protobuf.FieldOptions { string note = 50001; } message M { int32 x = 1 [(note) = "b"]; }`,
    expect: [],
  },
  {
    title: "the range of extensions widened",
    syntax: "proto2",
    before: M,
    after: M.replace("199", "299"),
    expect: [],
  },
];
