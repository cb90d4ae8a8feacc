// Maps: a list of synthetic entries in binary, an object with text for keys in JSON.
import { error, info, type Row, warning } from "../row.js";

const ANY = "lost|refused|misread";
const map = (type: string): string => `message M { map<${type}> f = 1; }`;
const used = (a: string, type: string): string =>
  `message A { ${a} } message B { string s = 1; } message M { map<string, ${type}> f = 1; A a = 2; B b = 3; }`;

export const ROWS: readonly Row[] = [
  {
    title: "the values of a map widened",
    before: map("string, int32"),
    after: map("string, int64"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "new binary misread", "new json refused")],
    back: "same",
  },
  {
    title: "the values of a map from text to bytes",
    before: map("string, string"),
    after: map("string, bytes"),
    expect: [
      error("FIELD_TYPE_CHANGED", "M.f", "new binary refused|misread", "old json refused|misread"),
    ],
    back: "same",
  },
  {
    title: "the values of a map from number to text",
    before: map("string, int32"),
    after: map("string, string"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", `old binary ${ANY}`, "old json refused")],
    back: "same",
  },
  {
    title: "the keys of a map widened",
    before: map("int32, string"),
    after: map("int64, string"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "new binary misread", "new json refused")],
    back: "same",
  },
  {
    title: "the keys of a map to zigzag",
    before: map("int32, string"),
    after: map("sint32, string"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old binary misread", "new binary misread")],
    back: "same",
  },
  {
    title: "the keys of a map to zigzag, where only JSON is spoken",
    before: map("int32, string"),
    after: map("sint32, string"),
    speaks: ["json"],
    expect: [warning("FIELD_TYPE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "the keys of a map from numbers to text",
    before: map("int32, string"),
    after: map("string, string"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", `old binary ${ANY}`, "new json refused")],
    back: "same",
  },
  {
    title:
      "the keys of a map from numbers to text, where only JSON is spoken: not every text is a number",
    before: map("int32, string"),
    after: map("string, string"),
    speaks: ["json"],
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "new json refused")],
    back: "same",
  },
  {
    title: "the keys of a map from bool to a number",
    before: map("bool, string"),
    after: map("uint32, string"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "new binary misread", "old json refused")],
    back: "same",
  },
  {
    title: "the message in a map replaced by one with the same fields",
    before: used("string s = 1;", "A"),
    after: used("string s = 1;", "B"),
    expect: [warning("FIELD_TYPE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "the message in a map replaced by one with other fields",
    before: used("int32 s = 1;", "A"),
    after: used("int32 s = 1;", "B"),
    expect: [error("FIELD_TYPE_CHANGED", "M.f", `old binary ${ANY}`)],
    back: "same",
  },
  {
    title: "the values of a map from an open enum to int32",
    before: `enum E { ZERO = 0; ONE = 1; } ${map("string, E")}`,
    after: `enum E { ZERO = 0; ONE = 1; } ${map("string, int32")}`,
    expect: [error("FIELD_TYPE_CHANGED", "M.f", "old json refused")],
    back: "same",
  },
  {
    title: "the values of a map from an open enum to int32, where no JSON is spoken",
    before: `enum E { ZERO = 0; ONE = 1; } ${map("string, E")}`,
    after: `enum E { ZERO = 0; ONE = 1; } ${map("string, int32")}`,
    speaks: ["binary"],
    expect: [warning("FIELD_TYPE_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "a map removed, its number and name reserved",
    before: map("string, string"),
    after: 'message M { reserved 1; reserved "f"; }',
    expect: [info("FIELD_REMOVED", "M.f")],
  },
  {
    title: "a map removed",
    before: map("string, string"),
    after: "message M {}",
    expect: [warning("FIELD_REMOVED_UNRESERVED", "M.f")],
  },
  {
    title: "a map added",
    before: "message M { int32 x = 2; }",
    after: "message M { int32 x = 2; map<string, string> f = 1; }",
    expect: [],
  },
  {
    title: "a map's number given to another map",
    before: "message M { map<string, string> owners = 1; }",
    after: "message M { map<string, string> colors = 1; }",
    expect: [error("FIELD_NUMBER_REUSED", "M.colors", "old binary misread")],
    back: [error("FIELD_NUMBER_REUSED", "M.owners", "old binary misread")],
  },
];
