// The JSON name of a field: the only thing that JSON knows it by. Readers take the proto's name, too; a
// name that they do not know they ignore or refuse.
import { error, type Row, warning } from "../row.js";

const m = (fields: string): string => `message M { ${fields} }`;

export const ROWS: readonly Row[] = [
  {
    title: "a JSON name given",
    before: m("string title = 1;"),
    after: m('string title = 1 [json_name = "heading"];'),
    expect: [error("FIELD_JSON_NAME_CHANGED", "M.title", "new json lost|refused")],
    back: "same",
    message: /heading/,
  },
  {
    title: "a JSON name given to a name of two words",
    before: m("string page_title = 1;"),
    after: m('string page_title = 1 [json_name = "heading"];'),
    expect: [
      error(
        "FIELD_JSON_NAME_CHANGED",
        "M.page_title",
        "old json lost|refused",
        "new json lost|refused",
      ),
    ],
    back: "same",
  },
  {
    title: "a JSON name given, where no JSON is spoken",
    before: m("string title = 1;"),
    after: m('string title = 1 [json_name = "heading"];'),
    speaks: ["binary", "rpc"],
    expect: [warning("FIELD_JSON_NAME_CHANGED", "M.title")],
    back: "same",
  },
  {
    // Old readers take the proto's name, but a new reader does not know the old JSON name.
    title: "the proto's name made the JSON name",
    before: m("string page_title = 1;"),
    after: m('string page_title = 1 [json_name = "page_title"];'),
    expect: [error("FIELD_JSON_NAME_CHANGED", "M.page_title", "old json lost|refused")],
    back: "same",
  },
  {
    title: "a JSON name said that was the default",
    before: m("string page_title = 1;"),
    after: m('string page_title = 1 [json_name = "pageTitle"];'),
    expect: [],
    back: "same",
  },
  {
    title: "a JSON name of another case",
    before: m('string title = 1 [json_name = "Title"];'),
    after: m('string title = 1 [json_name = "TITLE"];'),
    expect: [
      error("FIELD_JSON_NAME_CHANGED", "M.title", "old json lost|refused", "new json lost|refused"),
    ],
    back: "same",
  },
  {
    title: "the JSON names of two fields swapped",
    before: m('string a = 1 [json_name = "x"]; string b = 2 [json_name = "y"];'),
    after: m('string a = 1 [json_name = "y"]; string b = 2 [json_name = "x"];'),
    expect: [
      error("FIELD_JSON_NAME_REUSED", "M.a", "old json misread", "new json misread"),
      error("FIELD_JSON_NAME_REUSED", "M.b", "old json misread", "new json misread"),
    ],
    back: "same",
  },
  {
    title: "a JSON name passed on to another field",
    before: m('string a = 1 [json_name = "x"]; string b = 2;'),
    after: m('string a = 1; string b = 2 [json_name = "x"];'),
    expect: [
      error("FIELD_JSON_NAME_CHANGED", "M.a", "old json lost|misread|refused"),
      error("FIELD_JSON_NAME_REUSED", "M.b", "old json misread"),
    ],
  },
  {
    title: "the JSON name of a removed field given to a new one",
    before: m("string owner = 1;"),
    after: m('string color = 2 [json_name = "owner"]; reserved 1;'),
    expect: [
      error("FIELD_JSON_NAME_REUSED", "M.color", "old json misread", "new json misread"),
      warning("FIELD_REMOVED_UNRESERVED", "M.owner"),
    ],
  },
  {
    // JSON knows a field by its name, wherever it moved.
    title: "a field moved and given another type, where only JSON is spoken",
    before: m("string owner = 1;"),
    after: m("int32 owner = 2;"),
    speaks: ["json"],
    expect: [
      error("FIELD_TYPE_CHANGED", "M.owner", "old json misread|refused", "new json refused"),
      warning("FIELD_RENUMBERED", "M.owner"),
    ],
    back: "same",
  },
  {
    title: "a field renamed, its new JSON name a field's old one",
    before: m('string user_id = 1 [json_name = "user_key"];'),
    after: m('string user_key = 1 [json_name = "user_id"];'),
    expect: [warning("FIELD_RENAMED", "M.user_key")],
    back: [warning("FIELD_RENAMED", "M.user_id")],
  },
  {
    title: "the JSON name of a field in a nested message changed",
    before: "message M { message In { int32 n = 1; } repeated In all = 1; }",
    after: 'message M { message In { int32 n = 1 [json_name = "count"]; } repeated In all = 1; }',
    expect: [error("FIELD_JSON_NAME_CHANGED", "M.In.n", "new json lost|refused")],
    back: "same",
  },
];
