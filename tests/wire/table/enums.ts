// Values of open enums: added, removed, renamed, moved to other numbers, and aliases.
import { error, info, type Row, warning } from "../row.js";

/** The enum E with those values, and a message that uses it wherever an enum can stand. */
const used = (values: string): string => `
  enum E { ${values} }
  message M { E e = 1; repeated E es = 2; map<string, E> by_name = 3; oneof o { E chosen = 4; } }`;

const UNREADABLE = "lost|refused";

export const ROWS: readonly Row[] = [
  {
    // One finding for the whole shift. The inserted value is part of what the shift is about.
    title: "a value inserted in the middle, and all behind it shifted",
    before: used("S_UNSPECIFIED = 0; S_PENDING = 1; S_FAILED = 2; S_DONE = 3;"),
    after: used("S_UNSPECIFIED = 0; S_PENDING = 1; S_PAUSED = 2; S_FAILED = 3; S_DONE = 4;"),
    expect: [
      error("ENUM_VALUE_RENUMBERED", "E.S_FAILED", "old binary misread", "new binary misread"),
    ],
    message: /S_FAILED[\s\S]*2[\s\S]*3/,
  },
  {
    title: "a value inserted before all but the zero",
    before: used("S_UNSPECIFIED = 0; S_FAILED = 1;"),
    after: used("S_UNSPECIFIED = 0; S_PAUSED = 1; S_FAILED = 2;"),
    expect: [
      error("ENUM_VALUE_RENUMBERED", "E.S_FAILED", "old binary misread", "new binary misread|lost"),
    ],
    message: /S_PAUSED/,
  },
  {
    title: "a value inserted in the middle, where only JSON is spoken: it carries names",
    before: used("S_UNSPECIFIED = 0; S_FAILED = 1; S_DONE = 2;"),
    after: used("S_UNSPECIFIED = 0; S_PAUSED = 1; S_FAILED = 2; S_DONE = 3;"),
    speaks: ["json"],
    expect: [warning("ENUM_VALUE_RENUMBERED", "E.S_FAILED")],
  },
  {
    // The removal is a matter of its own: its remedy is `reserved`, that of the shift the old numbers.
    title: "a value removed from the middle, and all behind it shifted",
    before: used("S_UNSPECIFIED = 0; S_PAUSED = 1; S_FAILED = 2; S_DONE = 3;"),
    after: used("S_UNSPECIFIED = 0; S_FAILED = 1; S_DONE = 2;"),
    expect: [
      error("ENUM_VALUE_RENUMBERED", "E.S_FAILED", "old binary misread", "new binary misread"),
      warning("ENUM_VALUE_REMOVED_UNRESERVED", "E.S_PAUSED"),
    ],
  },
  {
    title: "two values swapped",
    before: used("S_UNSPECIFIED = 0; S_UP = 1; S_DOWN = 2;"),
    after: used("S_UNSPECIFIED = 0; S_UP = 2; S_DOWN = 1;"),
    expect: [error("ENUM_VALUE_RENUMBERED", "E.S_UP", "old binary misread", "new binary misread")],
    back: "same",
    message: /S_DOWN/,
  },
  {
    title: "three values in turn",
    before: used("S_UNSPECIFIED = 0; S_A = 1; S_B = 2; S_C = 3;"),
    after: used("S_UNSPECIFIED = 0; S_A = 2; S_B = 3; S_C = 1;"),
    expect: [error("ENUM_VALUE_RENUMBERED", "E.S_A", "old binary misread", "new binary misread")],
    back: "same",
  },
  {
    // A number without a name is not the value that was sent.
    title: "a value moved to a free number",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("S_UNSPECIFIED = 0; S_UP = 7;"),
    expect: [
      error(
        "ENUM_VALUE_RENUMBERED",
        "E.S_UP",
        "old binary misread|lost",
        "new binary misread|lost",
      ),
    ],
    back: "same",
    message: /S_UP[\s\S]*1[\s\S]*7/,
  },
  {
    title: "a value moved to a free number, its old number reserved",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("S_UNSPECIFIED = 0; S_UP = 7; reserved 1;"),
    expect: [error("ENUM_VALUE_RENUMBERED", "E.S_UP", "old binary misread|lost")],
  },
  {
    title: "a negative number changed",
    before: used("S_UNSPECIFIED = 0; S_BELOW = -1;"),
    after: used("S_UNSPECIFIED = 0; S_BELOW = -2;"),
    expect: [error("ENUM_VALUE_RENUMBERED", "E.S_BELOW", "old binary misread|lost")],
    back: "same",
    message: /-1[\s\S]*-2/,
  },
  {
    title: "two values with negative numbers swapped",
    before: used("S_UNSPECIFIED = 0; S_COLD = -1; S_FREEZING = -2147483648;"),
    after: used("S_UNSPECIFIED = 0; S_COLD = -2147483648; S_FREEZING = -1;"),
    expect: [
      error("ENUM_VALUE_RENUMBERED", "E.S_COLD", "old binary misread", "new binary misread"),
    ],
    back: "same",
  },
  {
    title: "the same shift in two enums: a finding for each",
    before: `enum A { A_ZERO = 0; A_ONE = 1; } enum B { B_ZERO = 0; B_ONE = 1; }
      message M { A a = 1; B b = 2; }`,
    after: `enum A { A_ZERO = 0; A_NEW = 1; A_ONE = 2; } enum B { B_ZERO = 0; B_NEW = 1; B_ONE = 2; }
      message M { A a = 1; B b = 2; }`,
    expect: [
      error("ENUM_VALUE_RENUMBERED", "A.A_ONE", "old binary misread"),
      error("ENUM_VALUE_RENUMBERED", "B.B_ONE", "old binary misread"),
    ],
  },
  {
    title: "values of a nested enum swapped",
    before: "message M { enum E { S_ZERO = 0; S_UP = 1; S_DOWN = 2; } E e = 1; }",
    after: "message M { enum E { S_ZERO = 0; S_UP = 2; S_DOWN = 1; } E e = 1; }",
    expect: [error("ENUM_VALUE_RENUMBERED", "M.E.S_UP", "old binary misread")],
  },
  {
    title: "values swapped in an enum that is used only in a list",
    before: "enum E { S_ZERO = 0; S_UP = 1; S_DOWN = 2; } message M { repeated E es = 1; }",
    after: "enum E { S_ZERO = 0; S_UP = 2; S_DOWN = 1; } message M { repeated E es = 1; }",
    expect: [error("ENUM_VALUE_RENUMBERED", "E.S_UP", "old binary misread")],
  },
  {
    title: "values swapped in an enum that is used only in a map",
    before: "enum E { S_ZERO = 0; S_UP = 1; S_DOWN = 2; } message M { map<int32, E> es = 1; }",
    after: "enum E { S_ZERO = 0; S_UP = 2; S_DOWN = 1; } message M { map<int32, E> es = 1; }",
    expect: [error("ENUM_VALUE_RENUMBERED", "E.S_UP", "old binary misread")],
  },
  {
    title: "values swapped in an enum that is used only in a oneof",
    before:
      "enum E { S_ZERO = 0; S_UP = 1; S_DOWN = 2; } message M { oneof o { E e = 1; string s = 2; } }",
    after:
      "enum E { S_ZERO = 0; S_UP = 2; S_DOWN = 1; } message M { oneof o { E e = 1; string s = 2; } }",
    expect: [error("ENUM_VALUE_RENUMBERED", "E.S_UP", "old binary misread")],
  },
  {
    title: "values swapped in an enum of a message that contains itself",
    before:
      "enum E { S_ZERO = 0; S_UP = 1; S_DOWN = 2; } message Tree { E e = 1; repeated Tree children = 2; }",
    after:
      "enum E { S_ZERO = 0; S_UP = 2; S_DOWN = 1; } message Tree { E e = 1; repeated Tree children = 2; }",
    expect: [error("ENUM_VALUE_RENUMBERED", "E.S_UP", "old binary misread")],
  },
  {
    title: "a number given to a value of another meaning",
    before: used("S_UNSPECIFIED = 0; S_FAILED = 1;"),
    after: used("S_UNSPECIFIED = 0; S_GREEN = 1;"),
    expect: [
      error("ENUM_VALUE_NUMBER_REUSED", "E.S_GREEN", "old binary misread", "new binary misread"),
    ],
    back: [
      error("ENUM_VALUE_NUMBER_REUSED", "E.S_FAILED", "old binary misread", "new binary misread"),
    ],
    message: /S_FAILED/,
  },
  {
    title: "a number reused where all values share only the enum's name",
    before:
      "enum ProcessStatus { PROCESS_STATUS_UNSPECIFIED = 0; PROCESS_STATUS_STOPPED = 1; } message M { ProcessStatus s = 1; }",
    after:
      "enum ProcessStatus { PROCESS_STATUS_UNSPECIFIED = 0; PROCESS_STATUS_HEALTHY = 1; } message M { ProcessStatus s = 1; }",
    expect: [
      error(
        "ENUM_VALUE_NUMBER_REUSED",
        "ProcessStatus.PROCESS_STATUS_HEALTHY",
        "old binary misread",
      ),
    ],
  },
  {
    // Names are what JSON carries; the number plays no part.
    title: "a number reused, where only JSON is spoken",
    before: used("S_UNSPECIFIED = 0; S_FAILED = 1;"),
    after: used("S_UNSPECIFIED = 0; S_GREEN = 1;"),
    speaks: ["json"],
    expect: [warning("ENUM_VALUE_NUMBER_REUSED", "E.S_GREEN")],
  },
  {
    title: "a value renamed",
    before: used("S_UNSPECIFIED = 0; S_STARTING = 1;"),
    after: used("S_UNSPECIFIED = 0; S_STARTING_UP = 1;"),
    expect: [
      error(
        "ENUM_VALUE_RENAMED",
        "E.S_STARTING_UP",
        `old json ${UNREADABLE}`,
        `new json ${UNREADABLE}`,
      ),
    ],
    back: [
      error(
        "ENUM_VALUE_RENAMED",
        "E.S_STARTING",
        `old json ${UNREADABLE}`,
        `new json ${UNREADABLE}`,
      ),
    ],
    message: /S_STARTING\b[\s\S]*S_STARTING_UP|S_STARTING_UP[\s\S]*S_STARTING\b/,
  },
  {
    title: "a value renamed, where no JSON is spoken",
    before: used("S_UNSPECIFIED = 0; S_STARTING = 1;"),
    after: used("S_UNSPECIFIED = 0; S_STARTING_UP = 1;"),
    speaks: ["binary", "rpc"],
    expect: [warning("ENUM_VALUE_RENAMED", "E.S_STARTING_UP")],
  },
  {
    title: "a value renamed that kept its docstring",
    before: used("S_UNSPECIFIED = 0;\n// No process runs.\nS_DEAD = 1;"),
    after: used("S_UNSPECIFIED = 0;\n// No process runs.\nS_STOPPED = 1;"),
    expect: [error("ENUM_VALUE_RENAMED", "E.S_STOPPED", `old json ${UNREADABLE}`)],
  },
  {
    title: "a value renamed that kept its docstring, where no JSON is spoken",
    before: used("S_UNSPECIFIED = 0;\n// No process runs.\nS_DEAD = 1;"),
    after: used("S_UNSPECIFIED = 0;\n// No process runs.\nS_STOPPED = 1;"),
    speaks: ["binary"],
    expect: [warning("ENUM_VALUE_RENAMED", "E.S_STOPPED")],
  },
  {
    // A zero is written in a list, a map and a oneof.
    title: "the zero value renamed",
    before: used("\n// Nothing is known.\nS_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("\n// Nothing is known.\nS_UNKNOWN = 0; S_UP = 1;"),
    expect: [error("ENUM_VALUE_RENAMED", "E.S_UNKNOWN", `old json ${UNREADABLE}`)],
    back: [error("ENUM_VALUE_RENAMED", "E.S_UNSPECIFIED", `old json ${UNREADABLE}`)],
  },
  {
    title: "every value of an enum given a prefix",
    before: used("UNSPECIFIED = 0; UP = 1;"),
    after: used("E_UNSPECIFIED = 0; E_UP = 1;"),
    expect: [
      error("ENUM_VALUE_RENAMED", "E.E_UNSPECIFIED", `old json ${UNREADABLE}`),
      error("ENUM_VALUE_RENAMED", "E.E_UP", `old json ${UNREADABLE}`),
    ],
  },
  {
    title: "a value renamed and moved to a free number: one is gone, one is new",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("S_UNSPECIFIED = 0; S_UP_AND_READY = 5;"),
    expect: [
      warning("ENUM_VALUE_REMOVED_UNRESERVED", "E.S_UP"),
      warning("ENUM_VALUE_ADDED", "E.S_UP_AND_READY"),
    ],
  },
  {
    title: "a value appended",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("S_UNSPECIFIED = 0; S_UP = 1; S_DOWN = 2;"),
    expect: [warning("ENUM_VALUE_ADDED", "E.S_DOWN")],
    back: [warning("ENUM_VALUE_REMOVED_UNRESERVED", "E.S_DOWN")],
  },
  {
    title: "two values appended",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("S_UNSPECIFIED = 0; S_UP = 1; S_DOWN = 2; S_PAUSED = 3;"),
    expect: [warning("ENUM_VALUE_ADDED", "E.S_DOWN"), warning("ENUM_VALUE_ADDED", "E.S_PAUSED")],
  },
  {
    title: "a value appended with a negative number",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("S_UNSPECIFIED = 0; S_UP = 1; S_BELOW = -1;"),
    expect: [warning("ENUM_VALUE_ADDED", "E.S_BELOW")],
    back: [warning("ENUM_VALUE_REMOVED_UNRESERVED", "E.S_BELOW")],
  },
  {
    title: "a value written in the middle with a free number",
    before: used("S_UNSPECIFIED = 0; S_UP = 1; S_DOWN = 2;"),
    after: used("S_UNSPECIFIED = 0; S_PAUSED = 3; S_UP = 1; S_DOWN = 2;"),
    expect: [warning("ENUM_VALUE_ADDED", "E.S_PAUSED")],
  },
  {
    title: "values written in another order",
    before: used("S_UNSPECIFIED = 0; S_UP = 1; S_DOWN = 2;"),
    after: used("S_UNSPECIFIED = 0; S_DOWN = 2; S_UP = 1;"),
    expect: [],
    back: "same",
  },
  {
    title: "a value removed, its number and name reserved",
    before: used("S_UNSPECIFIED = 0; S_UP = 1; S_DOWN = 2;"),
    after: used('S_UNSPECIFIED = 0; S_DOWN = 2; reserved 1; reserved "S_UP";'),
    expect: [info("ENUM_VALUE_REMOVED", "E.S_UP")],
  },
  {
    title: "a value removed, its number in a reserved range",
    before: used("S_UNSPECIFIED = 0; S_UP = 10;"),
    after: used('S_UNSPECIFIED = 0; reserved 5 to max; reserved "S_UP";'),
    expect: [info("ENUM_VALUE_REMOVED", "E.S_UP")],
  },
  {
    title: "a value with a negative number removed and reserved",
    before: used("S_UNSPECIFIED = 0; S_BELOW = -3;"),
    after: used('S_UNSPECIFIED = 0; reserved -5 to -3; reserved "S_BELOW";'),
    expect: [info("ENUM_VALUE_REMOVED", "E.S_BELOW")],
  },
  {
    title: "a value removed, only its number reserved",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("S_UNSPECIFIED = 0; reserved 1;"),
    expect: [warning("ENUM_VALUE_REMOVED_UNRESERVED", "E.S_UP")],
    message: /reserved/,
  },
  {
    title: "a value removed, only its name reserved",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used('S_UNSPECIFIED = 0; reserved "S_UP";'),
    expect: [warning("ENUM_VALUE_REMOVED_UNRESERVED", "E.S_UP")],
    message: /reserved/,
  },
  {
    title: "a value marked deprecated",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("S_UNSPECIFIED = 0; S_UP = 1 [deprecated = true];"),
    expect: [],
    back: "same",
  },
  {
    // C++, Java and Go write the first name of a number.
    title: "an alias put before the name that JSON carried",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("option allow_alias = true; S_UNSPECIFIED = 0; S_RUNNING = 1; S_UP = 1;"),
    expect: [error("ENUM_VALUE_JSON_NAME_CHANGED", "E.S_RUNNING", `new json ${UNREADABLE}`)],
    message: /S_UP/,
  },
  {
    title: "an alias put before the name that JSON carried, where no JSON is spoken",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("option allow_alias = true; S_UNSPECIFIED = 0; S_RUNNING = 1; S_UP = 1;"),
    speaks: ["binary", "rpc"],
    expect: [warning("ENUM_VALUE_JSON_NAME_CHANGED", "E.S_RUNNING")],
  },
  {
    // protobuf-es writes the last name of a number, so a peer that is built with it writes the new one.
    title: "an alias put behind the name that JSON carried",
    before: used("S_UNSPECIFIED = 0; S_UP = 1;"),
    after: used("option allow_alias = true; S_UNSPECIFIED = 0; S_UP = 1; S_RUNNING = 1;"),
    expect: [error("ENUM_VALUE_JSON_NAME_CHANGED", "E.S_RUNNING", `new json ${UNREADABLE}`)],
  },
  {
    // Both versions read both names: another text, the same meaning.
    title: "aliases written in another order",
    before: used("option allow_alias = true; S_UNSPECIFIED = 0; S_UP = 1; S_RUNNING = 1;"),
    after: used("option allow_alias = true; S_UNSPECIFIED = 0; S_RUNNING = 1; S_UP = 1;"),
    expect: [warning("ENUM_VALUE_JSON_NAME_CHANGED", "E.S_RUNNING")],
    back: [warning("ENUM_VALUE_JSON_NAME_CHANGED", "E.S_UP")],
  },
  {
    title: "aliases written in another order, where no JSON is spoken",
    before: used("option allow_alias = true; S_UNSPECIFIED = 0; S_UP = 1; S_RUNNING = 1;"),
    after: used("option allow_alias = true; S_UNSPECIFIED = 0; S_RUNNING = 1; S_UP = 1;"),
    speaks: ["binary"],
    expect: [warning("ENUM_VALUE_JSON_NAME_CHANGED", "E.S_RUNNING")],
  },
  {
    title: "two aliases moved to another number together",
    before: used("option allow_alias = true; S_UNSPECIFIED = 0; S_UP = 1; S_RUNNING = 1;"),
    after: used("option allow_alias = true; S_UNSPECIFIED = 0; S_UP = 2; S_RUNNING = 2;"),
    expect: [error("ENUM_VALUE_RENUMBERED", "E.S_UP", "old binary misread|lost")],
    back: "same",
  },
];
