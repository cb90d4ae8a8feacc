// Defaults: what an absent field reads as is not on the wire, each side has its own.
import { error, type Row } from "../row.js";

const MISREAD = ["old binary misread", "new binary misread"] as const;
const f = (type: string, value?: string): string =>
  `message M { optional ${type} f = 1${value === undefined ? "" : ` [default = ${value}]`}; }`;

function changed(type: string, from: string | undefined, to: string, enums = ""): Row {
  return {
    title: `the default of ${type === "E" ? "an enum" : `a ${type}`} from ${from ?? "none"} to ${to}`,
    syntax: "proto2",
    before: enums + f(type, from),
    after: enums + f(type, to),
    expect: [error("FIELD_DEFAULT_CHANGED", "M.f", ...MISREAD)],
    back: "same",
  };
}

function same(type: string, from: string | undefined, to: string, enums = ""): Row {
  return { ...changed(type, from, to, enums), expect: [] };
}

const ENUM = "enum E { UP = 1; DOWN = 2; } ";

export const ROWS: readonly Row[] = [
  { ...changed("int32", "1", "2"), message: /1[\s\S]*2/ },
  changed("int32", undefined, "5"),
  changed("uint64", "18446744073709551615", "18446744073709551614"),
  changed("bool", undefined, "true"),
  changed("double", "0.1", "inf"),
  changed("float", undefined, "nan"),
  changed("string", '"a"', '"b"'),
  changed("bytes", '"\\377"', '"\\376"'),
  changed("E", "UP", "DOWN", ENUM),
  changed("E", undefined, "DOWN", ENUM),
  same("int32", undefined, "0"),
  same("string", undefined, '""'),
  same("bool", undefined, "false"),
  same("double", "nan", "nan"),
  same("double", "1e3", "1000"),
  same("string", '"\\x41"', '"A"'),
  same("E", undefined, "UP", ENUM),
  {
    title: "a default kept, from proto2 to an edition",
    syntax: ["proto2", "2023"],
    before: f("int32", "5"),
    after: "message M { int32 f = 1 [default = 5]; }",
    expect: [],
    back: "same",
  },
  {
    title: "a default changed in an edition",
    syntax: "2023",
    before: "message M { int32 f = 1 [default = 5]; }",
    after: "message M { int32 f = 1 [default = 6]; }",
    expect: [error("FIELD_DEFAULT_CHANGED", "M.f", ...MISREAD)],
    back: "same",
  },
  {
    title: "a default lost from proto2 to proto3",
    syntax: ["proto2", "proto3"],
    before: f("int32", "5"),
    after: "message M { optional int32 f = 1; }",
    expect: [error("FIELD_DEFAULT_CHANGED", "M.f", ...MISREAD)],
    back: "same",
  },
  {
    title: "a default changed in a message of a list",
    syntax: "proto2",
    before: `${f("int32", "5")} message Many { repeated M all = 1; }`,
    after: `${f("int32", "6")} message Many { repeated M all = 1; }`,
    expect: [error("FIELD_DEFAULT_CHANGED", "M.f", ...MISREAD)],
  },
  {
    title: "the default of a required field changed: it is never absent",
    syntax: "proto2",
    before: "message M { required int32 f = 1 [default = 5]; }",
    after: "message M { required int32 f = 1 [default = 6]; }",
    expect: [],
    back: "same",
  },
];
