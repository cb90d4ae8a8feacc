// Removal: harmless in itself, and safe for later only with the number and the name reserved.
import { error, info, type Row, warning } from "../row.js";

const m = (fields: string): string => `message M { int32 keep = 9; ${fields} }`;

export const ROWS: readonly Row[] = [
  {
    title: "a field removed",
    before: m("string title = 1;"),
    after: m(""),
    expect: [warning("FIELD_REMOVED_UNRESERVED", "M.title")],
    message: /reserved/,
  },
  {
    title: "a field removed, its number and name reserved",
    before: m("string title = 1;"),
    after: m('reserved 1; reserved "title";'),
    expect: [info("FIELD_REMOVED", "M.title")],
  },
  {
    title: "a field removed, only its number reserved",
    before: m("string title = 1;"),
    after: m("reserved 1;"),
    expect: [warning("FIELD_REMOVED_UNRESERVED", "M.title")],
    message: /reserved "title"/,
  },
  {
    title: "a field removed, only its name reserved",
    before: m("string title = 1;"),
    after: m('reserved "title";'),
    expect: [warning("FIELD_REMOVED_UNRESERVED", "M.title")],
    message: /reserved 1\b/,
  },
  {
    title: "a field removed, its number in a reserved range",
    before: m("string title = 15;"),
    after: m('reserved 12 to 20; reserved "title";'),
    expect: [info("FIELD_REMOVED", "M.title")],
  },
  {
    title: "a field removed, its number in a range to the last one",
    before: m("string title = 15;"),
    after: m('reserved 10 to max; reserved "title";'),
    expect: [info("FIELD_REMOVED", "M.title")],
  },
  {
    title: "a field removed next to a reserved range, whose end is one too low",
    before: m("string title = 15;"),
    after: m('reserved 12 to 14; reserved "title";'),
    expect: [warning("FIELD_REMOVED_UNRESERVED", "M.title")],
  },
  {
    title: "two fields removed, one of them reserved",
    before: m("string title = 1; string city = 2;"),
    after: m('reserved 1; reserved "title";'),
    expect: [info("FIELD_REMOVED", "M.title"), warning("FIELD_REMOVED_UNRESERVED", "M.city")],
  },
  {
    title: "a field of a nested message removed",
    before: "message M { message In { string title = 1; int32 n = 2; } In in = 1; }",
    after: "message M { message In { int32 n = 2; } In in = 1; }",
    expect: [warning("FIELD_REMOVED_UNRESERVED", "M.In.title")],
  },
  {
    title: "a field removed and another added at a free number",
    before: m("string title = 1;"),
    after: m('reserved 1; reserved "title"; string color = 2;'),
    expect: [info("FIELD_REMOVED", "M.title")],
  },
  {
    title: "a field removed and its number given to an unrelated one: one finding",
    before: m("string title = 1;"),
    after: m('reserved "title"; string color = 1;'),
    expect: [error("FIELD_NUMBER_REUSED", "M.color", "old binary misread")],
  },
  {
    title: "a field removed that was deprecated",
    before: m("string title = 1 [deprecated = true];"),
    after: m(""),
    expect: [warning("FIELD_REMOVED_UNRESERVED", "M.title")],
  },
  {
    title: "a field removed in an edition, its name reserved as an identifier",
    syntax: "2023",
    before: "message M { int32 keep = 9; string title = 1; }",
    after: "message M { int32 keep = 9; reserved 1; reserved title; }",
    expect: [info("FIELD_REMOVED", "M.title")],
  },
  {
    title: "every field of a message removed",
    before: "message M { string title = 1; int32 size = 2; }",
    after: 'message M { reserved 1 to 2; reserved "title", "size"; }',
    expect: [info("FIELD_REMOVED", "M.title"), info("FIELD_REMOVED", "M.size")],
  },
];
