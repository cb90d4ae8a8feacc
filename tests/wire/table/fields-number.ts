// The number and the name of a field: what binary and what JSON know it by.
import { error, type Row, warning } from "../row.js";

const m = (fields: string): string => `message M { ${fields} }`;

export const ROWS: readonly Row[] = [
  {
    title: "a field moved to a free number",
    before: m("string title = 1;"),
    after: m("string title = 4;"),
    expect: [error("FIELD_RENUMBERED", "M.title", "old binary lost", "new binary lost")],
    back: "same",
    message: /title[\s\S]*1[\s\S]*4/,
  },
  {
    title: "a field moved to a free number, its old number reserved",
    before: m("string title = 1;"),
    after: m("string title = 4; reserved 1;"),
    expect: [error("FIELD_RENUMBERED", "M.title", "old binary lost", "new binary lost")],
  },
  {
    title: "a field moved to a free number, where only JSON is spoken",
    before: m("string title = 1;"),
    after: m("string title = 4;"),
    speaks: ["json"],
    expect: [warning("FIELD_RENUMBERED", "M.title")],
  },
  {
    title: "two fields of one type swapped",
    before: m("string title = 1; string city = 2;"),
    after: m("string title = 2; string city = 1;"),
    expect: [error("FIELD_RENUMBERED", "M.title", "old binary misread", "new binary misread")],
    back: "same",
    message: /city/,
  },
  {
    // What a reader makes of the wrong wire type is its own affair; it is never the value.
    title: "two fields of different types swapped",
    before: m("string title = 1; int32 size = 2;"),
    after: m("string title = 2; int32 size = 1;"),
    expect: [error("FIELD_RENUMBERED", "M.title", "old binary misread|lost|refused")],
    back: "same",
  },
  {
    title: "a field inserted in the middle, and all behind it shifted: one finding",
    before: m("string title = 1; string city = 2; string street = 3;"),
    after: m("string title = 1; string country = 2; string city = 3; string street = 4;"),
    expect: [error("FIELD_RENUMBERED", "M.city", "old binary misread", "new binary misread")],
    message: /street/,
  },
  {
    title: "a field removed from the middle, and all behind it shifted",
    before: m("string title = 1; string country = 2; string city = 3; string street = 4;"),
    after: m("string title = 1; string city = 2; string street = 3;"),
    expect: [
      error("FIELD_RENUMBERED", "M.city", "old binary misread", "new binary misread"),
      warning("FIELD_REMOVED_UNRESERVED", "M.country"),
    ],
  },
  {
    title: "a field moved in a message that is in a list",
    before: `${m("string title = 1;")} message Many { repeated M all = 1; }`,
    after: `${m("string title = 4;")} message Many { repeated M all = 1; }`,
    expect: [error("FIELD_RENUMBERED", "M.title", "old binary lost")],
  },
  {
    title: "a field moved in a message that is in a map",
    before: `${m("string title = 1;")} message Many { map<string, M> all = 1; }`,
    after: `${m("string title = 4;")} message Many { map<string, M> all = 1; }`,
    expect: [error("FIELD_RENUMBERED", "M.title", "old binary lost")],
  },
  {
    title: "a field moved in a message that is in a oneof",
    before: `${m("string title = 1;")} message Many { oneof o { M one = 1; string other = 2; } }`,
    after: `${m("string title = 4;")} message Many { oneof o { M one = 1; string other = 2; } }`,
    expect: [error("FIELD_RENUMBERED", "M.title", "old binary lost")],
  },
  {
    title: "a field moved in a nested message",
    before: "message M { message Inner { string title = 1; } Inner inner = 1; }",
    after: "message M { message Inner { string title = 4; } Inner inner = 1; }",
    expect: [error("FIELD_RENUMBERED", "M.Inner.title", "old binary lost")],
  },
  {
    title: "a field moved in a message that contains itself",
    before: "message Tree { repeated Tree children = 1; string title = 2; }",
    after: "message Tree { repeated Tree children = 3; string title = 2; }",
    expect: [error("FIELD_RENUMBERED", "Tree.children", "old binary lost")],
    back: "same",
  },
  {
    title: "a field moved in one of two messages that contain each other",
    before: "message A { B b = 1; int32 x = 2; } message B { A a = 1; int32 x = 2; }",
    after: "message A { B b = 1; int32 x = 2; } message B { A a = 1; int32 x = 3; }",
    expect: [error("FIELD_RENUMBERED", "B.x", "old binary lost")],
    back: "same",
  },
  {
    title: "the same field moved in two messages",
    before: "message A { int32 x = 1; } message B { int32 x = 1; }",
    after: "message A { int32 x = 2; } message B { int32 x = 2; }",
    expect: [
      error("FIELD_RENUMBERED", "A.x", "old binary lost"),
      error("FIELD_RENUMBERED", "B.x", "old binary lost"),
    ],
  },
  {
    title: "a list moved to another number",
    before: m("repeated int32 sizes = 1;"),
    after: m("repeated int32 sizes = 2;"),
    expect: [error("FIELD_RENUMBERED", "M.sizes", "old binary lost")],
  },
  {
    title: "a map moved to another number",
    before: m("map<string, int32> sizes = 1;"),
    after: m("map<string, int32> sizes = 2;"),
    expect: [error("FIELD_RENUMBERED", "M.sizes", "old binary lost")],
  },
  {
    title: "a number given to a field of another meaning",
    before: m("string owner = 1;"),
    after: m("string color = 1;"),
    expect: [error("FIELD_NUMBER_REUSED", "M.color", "old binary misread", "new binary misread")],
    back: [error("FIELD_NUMBER_REUSED", "M.owner", "old binary misread", "new binary misread")],
    message: /owner/,
  },
  {
    title: "a number given to a field of another meaning and type: one finding",
    before: m("string owner = 1;"),
    after: m("int32 size = 1;"),
    expect: [error("FIELD_NUMBER_REUSED", "M.size", "old binary misread|lost|refused")],
    back: [error("FIELD_NUMBER_REUSED", "M.owner", "old binary misread|lost|refused")],
  },
  {
    title: "a number reused, where only JSON is spoken: the names differ",
    before: m("string owner = 1;"),
    after: m("string color = 1;"),
    speaks: ["json"],
    expect: [warning("FIELD_NUMBER_REUSED", "M.color")],
  },
  {
    title: "a field renamed",
    before: m("string user_name = 1;"),
    after: m("string user_login_name = 1;"),
    expect: [
      error("FIELD_RENAMED", "M.user_login_name", "old json lost|refused", "new json lost|refused"),
    ],
    back: [error("FIELD_RENAMED", "M.user_name", "old json lost|refused", "new json lost|refused")],
    message: /userName/,
  },
  {
    title: "a field renamed, where no JSON is spoken",
    before: m("string user_name = 1;"),
    after: m("string user_login_name = 1;"),
    speaks: ["binary", "rpc"],
    expect: [warning("FIELD_RENAMED", "M.user_login_name")],
    back: [warning("FIELD_RENAMED", "M.user_name")],
  },
  {
    title: "a field renamed that kept its docstring",
    before: m("\n// Who may write.\nstring owner = 1;"),
    after: m("\n// Who may write.\nstring writer = 1;"),
    expect: [error("FIELD_RENAMED", "M.writer", "old json lost|refused", "new json lost|refused")],
  },
  {
    title: "a field renamed that kept its JSON name",
    before: m("string user_name = 1;"),
    after: m('string user_login_name = 1 [json_name = "userName"];'),
    expect: [warning("FIELD_RENAMED", "M.user_login_name")],
    back: [warning("FIELD_RENAMED", "M.user_name")],
  },
  {
    title: "a field spelled otherwise, with the same JSON name",
    before: m("string user_name = 1;"),
    after: m("string userName = 1;"),
    expect: [warning("FIELD_RENAMED", "M.userName")],
    back: [warning("FIELD_RENAMED", "M.user_name")],
  },
  {
    title: "the same rename in two messages",
    before: "message A { string user_name = 1; } message B { string user_name = 1; }",
    after: "message A { string user_title = 1; } message B { string user_title = 1; }",
    expect: [
      error("FIELD_RENAMED", "A.user_title", "old json lost|refused"),
      error("FIELD_RENAMED", "B.user_title", "old json lost|refused"),
    ],
  },
  {
    title: "a field of a message in a list renamed",
    before: `${m("string user_name = 1;")} message Many { repeated M all = 1; }`,
    after: `${m("string user_title = 1;")} message Many { repeated M all = 1; }`,
    expect: [error("FIELD_RENAMED", "M.user_title", "old json lost|refused")],
  },
  {
    // The synthetic entry type is called after the field; no type is gone.
    title: "a map renamed",
    before: m("map<string, string> user_labels = 1;"),
    after: m("map<string, string> user_tags = 1;"),
    expect: [error("FIELD_RENAMED", "M.user_tags", "old json lost|refused")],
    back: [error("FIELD_RENAMED", "M.user_labels", "old json lost|refused")],
  },
  {
    title: "a field moved, another renamed, a third retyped: a finding for each",
    before: m("string title = 1; string user_name = 2; int32 size = 3;"),
    after: m("string title = 9; string user_alias = 2; int64 size = 3;"),
    expect: [
      error("FIELD_RENUMBERED", "M.title", "old binary lost"),
      error("FIELD_RENAMED", "M.user_alias", "old json lost|refused"),
      error("FIELD_TYPE_CHANGED", "M.size", "new binary misread", "new json refused"),
    ],
  },
];
