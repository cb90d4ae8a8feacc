// Presence: whether a field can be absent, and whether that is told from its zero.
import { error, type Row, warning } from "../row.js";

const m = (fields: string): string => `message M { ${fields} }`;

export const ROWS: readonly Row[] = [
  {
    title: "`optional` added to a number",
    before: m("int32 f = 1;"),
    after: m("optional int32 f = 1;"),
    expect: [warning("FIELD_PRESENCE_CHANGED", "M.f")],
    back: "same",
    message: /presence|absent|optional/,
  },
  {
    title: "`optional` added to a string",
    before: m("string f = 1;"),
    after: m("optional string f = 1;"),
    expect: [warning("FIELD_PRESENCE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "`optional` added to an enum",
    before: `enum E { ZERO = 0; ONE = 1; } ${m("E f = 1;")}`,
    after: `enum E { ZERO = 0; ONE = 1; } ${m("optional E f = 1;")}`,
    expect: [warning("FIELD_PRESENCE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "`optional` added to a message, which has presence anyway",
    before: `message In { int32 x = 1; } ${m("In f = 1;")}`,
    after: `message In { int32 x = 1; } ${m("optional In f = 1;")}`,
    expect: [],
    back: "same",
  },
  {
    title: "presence made implicit by a feature",
    syntax: "2023",
    before: m("int32 f = 1;"),
    after: m("int32 f = 1 [features.field_presence = IMPLICIT];"),
    expect: [warning("FIELD_PRESENCE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "presence made implicit by the file's features: a finding for each field it concerns",
    syntax: "2023",
    before: `message In { int32 x = 1; } ${m("int32 f = 1; In in = 2; repeated int32 many = 3;")}`,
    after: `option features.field_presence = IMPLICIT;
      message In { int32 x = 1; } ${m("int32 f = 1; In in = 2; repeated int32 many = 3;")}`,
    expect: [warning("FIELD_PRESENCE_CHANGED", "In.x"), warning("FIELD_PRESENCE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "proto2 optional to proto3 without `optional`",
    syntax: ["proto2", "proto3"],
    before: m("optional int32 f = 1;"),
    after: m("int32 f = 1;"),
    expect: [warning("FIELD_PRESENCE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "proto2 optional to proto3 optional",
    syntax: ["proto2", "proto3"],
    before: m("optional int32 f = 1; repeated bytes many = 2;"),
    after: m("optional int32 f = 1; repeated bytes many = 2;"),
    expect: [],
    back: "same",
  },
  {
    // A new peer's zero is not written, and an old reader sees 5.
    title: "presence made implicit where absent meant another value",
    syntax: ["proto2", "proto3"],
    before: m("optional int32 f = 1 [default = 5];"),
    after: m("int32 f = 1;"),
    expect: [error("FIELD_DEFAULT_CHANGED", "M.f", "old binary misread", "new binary misread")],
    back: "same",
  },
  {
    title: "`optional` added and the type widened: the type is what breaks",
    before: m("int32 f = 1;"),
    after: m("optional int64 f = 1;"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "new binary misread")],
    back: "same",
  },
];
