// Oneofs: at most one member arrives, the last one that was written. JSON refuses two.
import { error, info, type Row, warning } from "../row.js";

const m = (fields: string): string => `message M { ${fields} }`;

export const ROWS: readonly Row[] = [
  {
    title: "a field put into a new oneof of its own",
    before: m("string f = 1; string g = 2;"),
    after: m("oneof o { string f = 1; } string g = 2;"),
    expect: [warning("FIELD_ONEOF_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "an optional field put into a new oneof of its own",
    before: m("optional string f = 1;"),
    after: m("oneof o { string f = 1; }"),
    expect: [warning("FIELD_ONEOF_CHANGED", "M.f")],
    back: "same",
  },
  {
    title: "a field put into a new oneof with a new member",
    before: m("optional string f = 1;"),
    after: m("oneof o { string f = 1; string g = 2; }"),
    expect: [warning("FIELD_ONEOF_CHANGED", "M.f")],
  },
  {
    // One finding for the oneof: its members exclude each other.
    title: "two fields put into a new oneof",
    before: m("string f = 1; string g = 2;"),
    after: m("oneof o { string f = 1; string g = 2; }"),
    expect: [error("FIELD_ONEOF_CHANGED", "M.f", "old binary lost", "old json refused")],
    back: [error("FIELD_ONEOF_CHANGED", "M.f", "new binary lost", "new json refused")],
    message: /\bg\b/,
  },
  {
    title: "two optional fields put into a new oneof",
    before: m("optional int32 f = 1; optional string g = 2;"),
    after: m("oneof o { int32 f = 1; string g = 2; }"),
    expect: [error("FIELD_ONEOF_CHANGED", "M.f", "old binary lost")],
    back: "same",
  },
  {
    title: "a field put into a oneof that has members",
    before: m("string f = 1; oneof o { string g = 2; }"),
    after: m("oneof o { string f = 1; string g = 2; }"),
    expect: [error("FIELD_ONEOF_CHANGED", "M.f", "old binary lost", "old json refused")],
    back: "same",
  },
  {
    title: "a member moved from one oneof to another",
    before: m("oneof x { string a = 1; string b = 2; } oneof y { string c = 3; }"),
    after: m("oneof x { string a = 1; } oneof y { string b = 2; string c = 3; }"),
    expect: [error("FIELD_ONEOF_CHANGED", "M.b", "old binary lost", "new binary lost")],
    back: "same",
  },
  {
    title: "two oneofs merged",
    before: m("oneof x { string a = 1; } oneof y { string b = 2; }"),
    after: m("oneof x { string a = 1; string b = 2; }"),
    expect: [error("FIELD_ONEOF_CHANGED", "M.b", "old binary lost")],
    back: "same",
  },
  {
    title: "two messages put into a oneof",
    before: `message In { int32 x = 1; } ${m("In f = 1; In g = 2;")}`,
    after: `message In { int32 x = 1; } ${m("oneof o { In f = 1; In g = 2; }")}`,
    expect: [error("FIELD_ONEOF_CHANGED", "M.f", "old binary lost", "old json refused")],
    back: "same",
  },
  {
    title: "two fields put into a oneof of a nested message",
    before: "message M { message In { string f = 1; string g = 2; } repeated In all = 1; }",
    after:
      "message M { message In { oneof o { string f = 1; string g = 2; } } repeated In all = 1; }",
    expect: [error("FIELD_ONEOF_CHANGED", "M.In.f", "old binary lost")],
    back: "same",
  },
  {
    title: "a member added to a oneof",
    before: m("oneof o { string f = 1; }"),
    after: m("oneof o { string f = 1; int32 g = 2; }"),
    expect: [],
  },
  {
    title: "a member removed from a oneof, its number and name reserved",
    before: m("oneof o { string f = 1; int32 g = 2; }"),
    after: m('oneof o { string f = 1; } reserved 2; reserved "g";'),
    expect: [info("FIELD_REMOVED", "M.g")],
  },
  {
    title: "a member removed from a oneof",
    before: m("oneof o { string f = 1; int32 g = 2; }"),
    after: m("oneof o { string f = 1; }"),
    expect: [warning("FIELD_REMOVED_UNRESERVED", "M.g")],
  },
  {
    // The name of a oneof is in neither format.
    title: "a oneof renamed",
    before: m("oneof x { string f = 1; string g = 2; }"),
    after: m("oneof y { string f = 1; string g = 2; }"),
    expect: [warning("FIELD_ONEOF_CHANGED", "M.f")],
    back: "same",
    message: /oneof x is called y now/,
  },
  {
    title: "members of a oneof in another order",
    before: m("oneof o { string f = 1; string g = 2; }"),
    after: m("oneof o { string g = 2; string f = 1; }"),
    expect: [],
    back: "same",
  },
  {
    title: "a new oneof of new fields",
    before: m("string s = 3;"),
    after: m("string s = 3; oneof o { string f = 1; string g = 2; }"),
    expect: [],
  },
  {
    title: "members of a oneof swapped",
    before: m("oneof o { string f = 1; string g = 2; }"),
    after: m("oneof o { string f = 2; string g = 1; }"),
    expect: [error("FIELD_RENUMBERED", "M.f", "old binary misread", "new binary misread")],
    back: "same",
  },
];
