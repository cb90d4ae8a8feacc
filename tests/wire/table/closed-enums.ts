// Closed enums: a number without a name is no value of theirs, and an absent field reads as the first one.
import { error, info, type Row, warning } from "../row.js";

const optional = (values: string): string => `enum E { ${values} } message M { optional E e = 1; }`;
const required = (values: string): string =>
  `enum E { ${values} } message M { required E e = 1; optional string s = 2; }`;

export const ROWS: readonly Row[] = [
  {
    title: "a value appended to a closed enum",
    syntax: "proto2",
    before: optional("UP = 1;"),
    after: optional("UP = 1; DOWN = 2;"),
    expect: [warning("ENUM_VALUE_ADDED", "E.DOWN")],
    back: [warning("ENUM_VALUE_REMOVED_UNRESERVED", "E.DOWN")],
  },
  {
    // An old reader takes the value for an unknown field, and the required one for missing.
    title: "a value appended to a closed enum that a required field has",
    syntax: "proto2",
    before: required("UP = 1;"),
    after: required("UP = 1; DOWN = 2;"),
    expect: [error("ENUM_VALUE_ADDED", "E.DOWN", "new binary refused")],
    message: /required/,
  },
  {
    title: "a value appended to a closed enum that a required field of a message in a list has",
    syntax: "proto2",
    before: `${required("UP = 1;")} message Many { repeated M all = 1; optional string s = 2; }`,
    after: `${required("UP = 1; DOWN = 2;")} message Many { repeated M all = 1; optional string s = 2; }`,
    expect: [error("ENUM_VALUE_ADDED", "E.DOWN", "new binary refused")],
  },
  {
    title: "a reserved value removed from a closed enum that a required field has",
    syntax: "proto2",
    before: required("UP = 1; DOWN = 2;"),
    after: required('UP = 1; reserved 2; reserved "DOWN";'),
    expect: [error("ENUM_VALUE_REMOVED", "E.DOWN", "old binary refused")],
  },
  {
    title: "a value appended to an open enum that a required field has",
    syntax: "2023",
    before:
      "enum E { ZERO = 0; } message M { E e = 1 [features.field_presence = LEGACY_REQUIRED]; }",
    after:
      "enum E { ZERO = 0; ONE = 1; } message M { E e = 1 [features.field_presence = LEGACY_REQUIRED]; }",
    speaks: ["binary"],
    expect: [warning("ENUM_VALUE_ADDED", "E.ONE")],
  },
  {
    // The reader drops the one element that it does not know; those that it knows arrive.
    title: "a value appended to a closed enum that is in a list and a map",
    syntax: "proto2",
    before: "enum E { UP = 1; } message M { repeated E es = 1; map<string, E> by_name = 2; }",
    after:
      "enum E { UP = 1; DOWN = 2; } message M { repeated E es = 1; map<string, E> by_name = 2; }",
    expect: [warning("ENUM_VALUE_ADDED", "E.DOWN")],
  },
  {
    title: "a value removed from a closed enum, number and name reserved",
    syntax: "proto2",
    before: optional("UP = 1; DOWN = 2;"),
    after: optional('UP = 1; reserved 2; reserved "DOWN";'),
    expect: [info("ENUM_VALUE_REMOVED", "E.DOWN")],
  },
  {
    title: "a value of a closed enum moved to a free number",
    syntax: "proto2",
    before: optional("UP = 1; DOWN = 2;"),
    after: optional("UP = 1; DOWN = 7;"),
    expect: [error("ENUM_VALUE_RENUMBERED", "E.DOWN", "old binary lost", "new binary lost")],
    back: "same",
  },
  {
    title: "values of a closed enum swapped, the first stays first",
    syntax: "proto2",
    before: optional("UP = 1; DOWN = 2;"),
    after: optional("UP = 2; DOWN = 1;"),
    expect: [error("ENUM_VALUE_RENUMBERED", "E.UP", "old binary misread", "new binary misread")],
    back: "same",
  },
  {
    title: "another value first: absent fields read as it",
    syntax: "proto2",
    before: optional("UP = 1; DOWN = 2;"),
    after: optional("DOWN = 2; UP = 1;"),
    expect: [error("ENUM_DEFAULT_CHANGED", "E", "old binary misread", "new binary misread")],
    back: [error("ENUM_DEFAULT_CHANGED", "E", "old binary misread", "new binary misread")],
    message: /UP[\s\S]*DOWN|DOWN[\s\S]*UP/,
  },
  {
    title: "a new value first",
    syntax: "proto2",
    before: optional("UP = 1;"),
    after: optional("UNKNOWN = 0; UP = 1;"),
    expect: [
      error("ENUM_DEFAULT_CHANGED", "E", "old binary misread", "new binary misread"),
      warning("ENUM_VALUE_ADDED", "E.UNKNOWN"),
    ],
    back: [
      error("ENUM_DEFAULT_CHANGED", "E", "old binary misread", "new binary misread"),
      warning("ENUM_VALUE_REMOVED_UNRESERVED", "E.UNKNOWN"),
    ],
  },
  {
    title: "another value first, and every field has a default of its own",
    syntax: "proto2",
    before: "enum E { UP = 1; DOWN = 2; } message M { optional E e = 1 [default = UP]; }",
    after: "enum E { DOWN = 2; UP = 1; } message M { optional E e = 1 [default = UP]; }",
    expect: [],
    back: "same",
  },
  {
    title: "another value first, and the enum is only in lists and required fields",
    syntax: "proto2",
    before: "enum E { UP = 1; DOWN = 2; } message M { repeated E es = 1; required E e = 2; }",
    after: "enum E { DOWN = 2; UP = 1; } message M { repeated E es = 1; required E e = 2; }",
    expect: [],
    back: "same",
  },
  {
    title: "another value first, and a field gains the old one as its default",
    syntax: "proto2",
    before: optional("UP = 1; DOWN = 2;"),
    after: "enum E { DOWN = 2; UP = 1; } message M { optional E e = 1 [default = UP]; }",
    expect: [],
    back: "same",
  },
  {
    // A peer with the open enum may send a number that has no name.
    title: "a closed enum opened",
    syntax: "2023",
    before:
      "enum E { option features.enum_type = CLOSED; ZERO = 0; ONE = 1; } message M { E e = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { E e = 1; }",
    expect: [error("ENUM_TYPE_CHANGED", "E", "new binary lost")],
    back: [error("ENUM_TYPE_CHANGED", "E", "old binary lost")],
    message: /open/,
  },
  {
    title: "a closed enum in a list opened",
    syntax: "2023",
    before:
      "enum E { option features.enum_type = CLOSED; ZERO = 0; ONE = 1; } message M { repeated E es = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { repeated E es = 1; }",
    expect: [error("ENUM_TYPE_CHANGED", "E", "new binary lost|misread")],
    back: [error("ENUM_TYPE_CHANGED", "E", "old binary lost|misread")],
  },
  {
    title: "a closed enum opened by the file's syntax",
    syntax: ["proto2", "proto3"],
    before: "enum E { ZERO = 0; ONE = 1; } message M { repeated E es = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { repeated E es = 1; }",
    expect: [error("ENUM_TYPE_CHANGED", "E", "new binary lost|misread")],
    back: [error("ENUM_TYPE_CHANGED", "E", "old binary lost|misread")],
  },
  {
    title: "an enum closed by the file's features",
    syntax: "2023",
    before: "enum E { ZERO = 0; ONE = 1; } message M { E e = 1; }",
    after:
      "option features.enum_type = CLOSED; enum E { ZERO = 0; ONE = 1; } message M { E e = 1; }",
    expect: [error("ENUM_TYPE_CHANGED", "E", "old binary lost")],
  },
];
