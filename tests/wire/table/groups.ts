// Groups and delimited messages are framed by tags, others by their length.
import { error, type Row, warning } from "../row.js";

const FRAMED = ["old binary lost|refused|misread", "new binary lost|refused|misread"] as const;
const IN = "message In { string s = 1; }";
const DELIMITED = "[features.message_encoding = DELIMITED]";

export const ROWS: readonly Row[] = [
  {
    title: "a group to a nested message",
    syntax: "proto2",
    before: "message M { optional group Result = 1 { optional bytes s = 1; } }",
    after: "message M { message Result { optional bytes s = 1; } optional Result result = 1; }",
    expect: [error("FIELD_ENCODING_CHANGED", "M.result", ...FRAMED)],
    back: "same",
    message: /length|group|delimited/,
  },
  {
    title: "a group in a list to a nested message",
    syntax: "proto2",
    before: "message M { repeated group Result = 1 { optional bytes s = 1; } }",
    after: "message M { message Result { optional bytes s = 1; } repeated Result result = 1; }",
    expect: [error("FIELD_ENCODING_CHANGED", "M.result", ...FRAMED)],
    back: "same",
  },
  {
    title: "a group to a nested message, where only JSON is spoken",
    syntax: "proto2",
    before: "message M { optional group Result = 1 { optional bytes s = 1; } }",
    after: "message M { message Result { optional bytes s = 1; } optional Result result = 1; }",
    speaks: ["json"],
    expect: [warning("FIELD_ENCODING_CHANGED", "M.result")],
    back: "same",
  },
  {
    title: "a message made delimited",
    syntax: "2023",
    before: `${IN} message M { In in = 1; }`,
    after: `${IN} message M { In in = 1 ${DELIMITED}; }`,
    expect: [error("FIELD_ENCODING_CHANGED", "M.in", ...FRAMED)],
    back: "same",
  },
  {
    title: "a message in a list made delimited",
    syntax: "2023",
    before: `${IN} message M { repeated In in = 1; }`,
    after: `${IN} message M { repeated In in = 1 ${DELIMITED}; }`,
    expect: [error("FIELD_ENCODING_CHANGED", "M.in", ...FRAMED)],
    back: "same",
  },
  {
    title: "a message in a oneof made delimited",
    syntax: "2023",
    before: `${IN} message M { oneof o { In in = 1; string s = 2; } }`,
    after: `${IN} message M { oneof o { In in = 1 ${DELIMITED}; string s = 2; } }`,
    expect: [error("FIELD_ENCODING_CHANGED", "M.in", ...FRAMED)],
    back: "same",
  },
  {
    title: "all messages of a file made delimited: a finding for each field",
    syntax: "2023",
    before: `${IN} message M { In one = 1; repeated In many = 2; string s = 3; }`,
    after: `option features.message_encoding = DELIMITED;
      ${IN} message M { In one = 1; repeated In many = 2; string s = 3; }`,
    expect: [
      error("FIELD_ENCODING_CHANGED", "M.one", ...FRAMED),
      error("FIELD_ENCODING_CHANGED", "M.many", ...FRAMED),
    ],
    back: "same",
  },
  {
    // Map entries and what is in them have a length whatever the features say.
    title: "all messages of a file made delimited, and the only ones are in maps",
    syntax: "2023",
    before: `${IN} message M { map<string, In> ins = 1; map<string, int32> numbers = 2; }`,
    after: `option features.message_encoding = DELIMITED;
      ${IN} message M { map<string, In> ins = 1; map<string, int32> numbers = 2; }`,
    expect: [],
    back: "same",
  },
  {
    title: "a group of proto2 as a delimited message of an edition",
    syntax: ["proto2", "2023"],
    before: "message M { optional group Result = 1 { optional bytes s = 1; } }",
    after: `message M { message Result { bytes s = 1; } Result result = 1 ${DELIMITED}; }`,
    expect: [],
    back: "same",
  },
  {
    title: "a field of a group widened",
    syntax: "proto2",
    before: "message M { optional group Result = 1 { optional int32 n = 1; } }",
    after: "message M { optional group Result = 1 { optional int64 n = 1; } }",
    expect: [error("FIELD_TYPE_CHANGED", "M.Result.n", "new binary misread")],
    back: "same",
  },
  {
    title: "a group moved to another number",
    syntax: "proto2",
    before: "message M { optional group Result = 1 { optional int32 n = 1; } }",
    after: "message M { optional group Result = 2 { optional int32 n = 1; } }",
    expect: [error("FIELD_RENUMBERED", "M.result", "old binary lost")],
    back: "same",
  },
];
