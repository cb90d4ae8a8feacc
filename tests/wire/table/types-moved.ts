// Types: their names and files are not on the wire.
import { error, info, type Row, warning } from "../row.js";

const FIELDS = "string s = 1; repeated int32 many = 2;";

export const ROWS: readonly Row[] = [
  {
    title: "a message renamed",
    before: `message A { ${FIELDS} } message M { A a = 1; }`,
    after: `message B { ${FIELDS} } message M { B a = 1; }`,
    expect: [warning("TYPE_MOVED", "B")],
    back: [warning("TYPE_MOVED", "A")],
    message: /\bA\b/,
  },
  {
    title: "a message renamed that no field has",
    before: `message A { ${FIELDS} }`,
    after: `message B { ${FIELDS} }`,
    expect: [warning("TYPE_MOVED", "B")],
  },
  {
    title: "a recursive message renamed",
    before: `message A { ${FIELDS} repeated A more = 3; }`,
    after: `message B { ${FIELDS} repeated B more = 3; }`,
    expect: [warning("TYPE_MOVED", "B")],
  },
  {
    title: "two messages that contain each other renamed",
    before: "message A { string s = 1; C next = 2; } message C { int32 n = 1; A next = 2; }",
    after: "message B { string s = 1; D next = 2; } message D { int32 n = 1; B next = 2; }",
    expect: [warning("TYPE_MOVED", "B"), warning("TYPE_MOVED", "D")],
  },
  {
    title: "a message renamed with those in it: one finding",
    before: "message A { message In { int32 n = 1; } enum E { ZERO = 0; } In in = 1; E e = 2; }",
    after: "message B { message In { int32 n = 1; } enum E { ZERO = 0; } In in = 1; E e = 2; }",
    expect: [warning("TYPE_MOVED", "B")],
  },
  {
    title: "an enum renamed",
    before: "enum E { ZERO = 0; ONE = 1; } message M { E e = 1; }",
    after: "enum F { ZERO = 0; ONE = 1; } message M { F e = 1; }",
    expect: [warning("TYPE_MOVED", "F")],
    back: [warning("TYPE_MOVED", "E")],
  },
  {
    title: "a message moved into another",
    before: `message A { ${FIELDS} } message M { A a = 1; }`,
    after: `message M { message A { ${FIELDS} } A a = 1; }`,
    expect: [warning("TYPE_MOVED", "M.A")],
    back: [warning("TYPE_MOVED", "A")],
  },
  {
    title: "an enum moved out of its message",
    before: "message M { enum E { ZERO = 0; ONE = 1; } repeated E e = 1; }",
    after: "enum E { ZERO = 0; ONE = 1; } message M { repeated E e = 1; }",
    expect: [warning("TYPE_MOVED", "E")],
    back: [warning("TYPE_MOVED", "M.E")],
  },
  {
    title: "a message moved to another file",
    before: { "a.proto": `message A { ${FIELDS} } message M { A a = 1; }` },
    after: {
      "a.proto": 'import "t/b.proto"; message M { A a = 1; }',
      "b.proto": `message A { ${FIELDS} }`,
    },
    expect: [],
    back: "same",
  },
  {
    title: "a file renamed",
    before: { "a.proto": `message A { ${FIELDS} } enum E { ZERO = 0; }` },
    after: { "renamed.proto": `message A { ${FIELDS} } enum E { ZERO = 0; }` },
    expect: [],
    back: "same",
  },
  {
    title: "a field moved and the message's file renamed",
    before: { "a.proto": "message A { string s = 1; }" },
    after: { "renamed.proto": "message A { string s = 2; }" },
    expect: [error("FIELD_RENUMBERED", "A.s", "old binary lost")],
    back: "same",
  },
  {
    title: "a message moved to another package",
    before: { "a.proto": `message A { ${FIELDS} } message M { A a = 1; }` },
    after: {
      "a.proto": 'import "t/other/b.proto"; message M { t.other.A a = 1; }',
      "other/b.proto": `message A { ${FIELDS} }`,
    },
    expect: [warning("TYPE_MOVED", "other.A")],
    back: [warning("TYPE_MOVED", "A")],
  },
  {
    title: "an enum moved to another package",
    before: { "a.proto": "enum E { ZERO = 0; ONE = 1; } message M { map<string, E> es = 1; }" },
    after: {
      "a.proto": 'import "t/other/b.proto"; message M { map<string, t.other.E> es = 1; }',
      "other/b.proto": "enum E { ZERO = 0; ONE = 1; }",
    },
    expect: [warning("TYPE_MOVED", "other.E")],
    back: [warning("TYPE_MOVED", "E")],
  },
  {
    title: "a message removed that nothing had",
    before: `message A { ${FIELDS} } message M { int32 x = 1; }`,
    after: "message M { int32 x = 1; }",
    expect: [warning("TYPE_REMOVED", "A")],
  },
  {
    title: "a message removed with those in it: one finding",
    before:
      "message A { message In { int32 n = 1; } enum E { ZERO = 0; } In in = 1; E e = 2; } message M { int32 x = 1; }",
    after: "message M { int32 x = 1; }",
    expect: [warning("TYPE_REMOVED", "A")],
  },
  {
    title: "an enum removed",
    before: "enum E { ZERO = 0; ONE = 1; } message M { int32 x = 1; }",
    after: "message M { int32 x = 1; }",
    expect: [warning("TYPE_REMOVED", "E")],
  },
  {
    title: "a message removed with the field that had it, which is reserved",
    before: "message A { int32 n = 1; } message M { int32 x = 1; A a = 2; }",
    after: 'message M { int32 x = 1; reserved 2; reserved "a"; }',
    expect: [warning("TYPE_REMOVED", "A"), info("FIELD_REMOVED", "M.a")],
  },
  {
    title: "a message replaced by another with other content: no move",
    before: "message A { int32 n = 1; } message M { A a = 1; }",
    after: "message B { string text = 1; bool is_open = 2; } message M { B a = 1; }",
    expect: [
      warning("TYPE_REMOVED", "A"),
      error("FIELD_TYPE_CHANGED", "M.a", "old binary misread|lost|refused"),
    ],
    back: [
      warning("TYPE_REMOVED", "B"),
      error(
        "FIELD_TYPE_CHANGED",
        "M.a",
        "new binary misread|lost|refused",
        "old binary misread|lost|refused",
      ),
    ],
  },
];
