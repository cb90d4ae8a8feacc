// proto2, proto3 and editions to each other: what each leaves unsaid differs.
import { error, type Row, warning } from "../row.js";

export const ROWS: readonly Row[] = [
  {
    title: "proto3 to an edition that keeps what proto3 meant",
    syntax: ["proto3", "2023"],
    before:
      "enum E { ZERO = 0; } message M { int32 a = 1; string b = 2; E e = 3; repeated int32 many = 4; optional int32 o = 5; }",
    after: `option features.field_presence = IMPLICIT;
      enum E { ZERO = 0; } message M { int32 a = 1; string b = 2; E e = 3; repeated int32 many = 4;
        int32 o = 5 [features.field_presence = EXPLICIT]; }`,
    expect: [],
    back: "same",
  },
  {
    title: "proto3 to an edition as it is",
    syntax: ["proto3", "2023"],
    before: "message M { int32 a = 1; string b = 2; repeated int32 many = 3; }",
    after: "message M { int32 a = 1; string b = 2; repeated int32 many = 3; }",
    expect: [warning("FIELD_PRESENCE_CHANGED", "M.a"), warning("FIELD_PRESENCE_CHANGED", "M.b")],
    back: "same",
  },
  {
    title: "proto2 to an edition that keeps what proto2 meant",
    syntax: ["proto2", "2023"],
    before:
      "enum E { ONE = 1; } message M { optional string s = 1; optional E e = 2; repeated int32 many = 3; required int32 r = 4; }",
    after: `option features.enum_type = CLOSED; option features.utf8_validation = NONE;
      option features.repeated_field_encoding = EXPANDED; option features.json_format = LEGACY_BEST_EFFORT;
      enum E { ONE = 1; } message M { string s = 1; E e = 2; repeated int32 many = 3;
        int32 r = 4 [features.field_presence = LEGACY_REQUIRED]; }`,
    expect: [],
    back: "same",
  },
  {
    title: "proto2 to an edition as it is: enums open, and text has to be UTF-8",
    syntax: ["proto2", "2023"],
    before: "enum E { ZERO = 0; ONE = 1; } message M { optional string s = 1; optional E e = 2; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { string s = 1; E e = 2; }",
    expect: [
      error("ENUM_TYPE_CHANGED", "E", "new binary lost"),
      error("FIELD_UTF8_CHANGED", "M.s", "old binary refused"),
    ],
    back: "same",
  },
  {
    title: "one edition to the next",
    syntax: ["2023", "2024"],
    before:
      "enum E { E_UNSPECIFIED = 0; } message M { string s = 1; E e = 2; repeated int32 many = 3; }",
    after:
      "enum E { E_UNSPECIFIED = 0; } message M { string s = 1; E e = 2; repeated int32 many = 3; }",
    expect: [],
    back: "same",
  },
  {
    title: "a value swap is one in editions, too",
    syntax: "2024",
    before: "enum E { E_UNSPECIFIED = 0; E_UP = 1; E_DOWN = 2; } message M { E e = 1; }",
    after: "enum E { E_UNSPECIFIED = 0; E_UP = 2; E_DOWN = 1; } message M { E e = 1; }",
    expect: [error("ENUM_VALUE_RENUMBERED", "E.E_UP", "old binary misread")],
    back: "same",
  },
  {
    // An old peer may send what is not UTF-8, and a new reader refuses the whole message.
    title: "proto2 to proto3 with a string",
    syntax: ["proto2", "proto3"],
    before: "message M { optional string s = 1; }",
    after: "message M { optional string s = 1; }",
    expect: [error("FIELD_UTF8_CHANGED", "M.s", "old binary refused")],
    back: "same",
    message: /UTF-8/,
  },
  {
    title: "proto2 to proto3 with a string, where only JSON is spoken",
    syntax: ["proto2", "proto3"],
    before: "message M { optional string s = 1; }",
    after: "message M { optional string s = 1; }",
    speaks: ["json"],
    expect: [warning("FIELD_UTF8_CHANGED", "M.s")],
    back: "same",
  },
  {
    title: "UTF-8 no longer verified in a list",
    syntax: "2023",
    before: "message M { repeated string s = 1; }",
    after: "message M { repeated string s = 1 [features.utf8_validation = NONE]; }",
    expect: [error("FIELD_UTF8_CHANGED", "M.s", "new binary refused")],
    back: "same",
  },
  {
    title: "UTF-8 no longer verified in a map",
    syntax: "2023",
    before: "message M { map<string, string> s = 1; }",
    after: "message M { map<string, string> s = 1 [features.utf8_validation = NONE]; }",
    expect: [error("FIELD_UTF8_CHANGED", "M.s", "new binary refused")],
    back: "same",
  },
  {
    title: "UTF-8 no longer verified in the keys of a map",
    syntax: "2023",
    before: "message M { map<string, float> s = 1; }",
    after: "message M { map<string, float> s = 1 [features.utf8_validation = NONE]; }",
    expect: [error("FIELD_UTF8_CHANGED", "M.s", "new binary refused")],
    back: "same",
  },
  {
    title: "fields without text, from proto2 to an edition that says only that the enum is closed",
    syntax: ["proto2", "2023"],
    before:
      "enum E { ONE = 1; } message M { repeated E es = 1; optional int32 i = 2; optional bytes b = 3; }",
    after: `enum E { option features.enum_type = CLOSED; ONE = 1; }
      message M { repeated E es = 1; int32 i = 2; bytes b = 3; }`,
    expect: [],
    back: "same",
  },
  {
    title: "proto2 to proto3 with lists of numbers, which become packed",
    syntax: ["proto2", "proto3"],
    before: "message M { repeated int32 a = 1; repeated double b = 2; }",
    after: "message M { repeated int32 a = 1; repeated double b = 2; }",
    expect: [],
    back: "same",
  },
  {
    title: "proto2 to proto3 with a closed enum, a default, a string and a number",
    syntax: ["proto2", "proto3"],
    before: `enum E { ZERO = 0; ONE = 1; }
      message M { optional E e = 1 [default = ONE]; optional string s = 2; optional int32 i = 3; }`,
    after:
      "enum E { ZERO = 0; ONE = 1; } message M { optional E e = 1; string s = 2; int32 i = 3; }",
    expect: [
      error("ENUM_TYPE_CHANGED", "E", "new binary lost"),
      error("FIELD_DEFAULT_CHANGED", "M.e", "old binary misread", "new binary misread"),
      error("FIELD_UTF8_CHANGED", "M.s", "old binary refused"),
      warning("FIELD_PRESENCE_CHANGED", "M.s"),
      warning("FIELD_PRESENCE_CHANGED", "M.i"),
    ],
    back: "same",
  },
  {
    title: "required lost from proto2 to proto3",
    syntax: ["proto2", "proto3"],
    before: "message M { required int32 i = 1; }",
    after: "message M { int32 i = 1; }",
    expect: [error("FIELD_REQUIRED_CHANGED", "M.i", "new binary refused")],
    back: "same",
  },
  {
    title: "a list packed by a feature",
    syntax: "2023",
    before: "message M { repeated int32 a = 1 [features.repeated_field_encoding = EXPANDED]; }",
    after: "message M { repeated int32 a = 1; }",
    expect: [],
    back: "same",
  },
];
