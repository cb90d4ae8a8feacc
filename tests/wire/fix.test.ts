// lockstep fix on breaking changes, as a user sees it: what becomes of a file, to the byte.
import { describe, expect, it } from "vitest";
import { LENIENT, type TestWorkspace, workspace } from "../workspace.js";

type Syntax = "proto2" | "proto3" | "2023";

interface Case {
  readonly what: string;
  readonly syntax?: Syntax;
  /** The bodies of the file: as committed, as changed, and as the fix leaves it. */
  readonly before: string;
  readonly after: string;
  readonly fixed: string;
}

/** What stands above a body, in the body's line endings. */
function headOf({ syntax = "proto3", before }: Pick<Case, "syntax" | "before">, i: number): string {
  const head = `${syntax === "2023" ? "edition" : "syntax"} = "${syntax}";\npackage c${i};\n`;
  return before.includes("\r") ? head.replaceAll("\n", "\r\n") : head;
}

/** Files in packages of their own, committed as they were and then changed. */
async function changed(
  cases: readonly Pick<Case, "syntax" | "before" | "after">[],
): Promise<TestWorkspace> {
  const w = await workspace(LENIENT);
  const write = async (version: "before" | "after"): Promise<void> => {
    for (const [i, one] of cases.entries()) {
      await w.write(pathOf(i), headOf(one, i) + one[version]);
    }
  };
  await write("before");
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "-m", "before");
  await write("after");
  return w;
}

const pathOf = (i: number): string => `proto/c${i}/a.proto`;

/** The rules whose findings a fix puts right. */
const FIXED = /RENUMBERED|NUMBER_REUSED|REMOVED_UNRESERVED/;

/** What fix leaves of each file, after which nothing that it mends is found, and a second run does nothing. */
async function fixed(w: TestWorkspace, cases: readonly Case[]): Promise<string[]> {
  const { stderr, stdout } = await w.run("fix");
  expect(stderr).toContain(`fixed in ${cases.length} file`);
  const texts = await textsOf(w, cases);
  const { findings } = await w.json("breaking");
  expect(findings.filter(({ rule }) => FIXED.test(rule))).toEqual([]);
  expect((await w.run("fix")).stderr).toContain("0 findings fixed in 0 files");
  expect(await textsOf(w, cases)).toEqual(texts);
  expect(stdout).not.toContain("lockstep fix does that");
  return texts;
}

async function textsOf(w: TestWorkspace, cases: readonly Case[]): Promise<string[]> {
  return Promise.all(
    cases.map(async (one, i) => {
      const text = await w.read(pathOf(i));
      const head = headOf(one, i);
      expect(text.startsWith(head)).toBe(true);
      return text.slice(head.length);
    }),
  );
}

const E = "enum E {\n  E_NONE = 0;\n  E_UP = 1;\n  E_DOWN = 2;\n}\n";
const M = "message M {\n  string a = 1;\n  int32 b = 2;\n  bool c = 3;\n}\n";

const ENUMS: readonly Case[] = [
  {
    what: "inserted in the middle",
    before: E,
    after: E.replace("_UP = 1", "_SLOW = 1;\n  E_UP = 2").replace("DOWN = 2", "DOWN = 3"),
    fixed: "enum E {\n  E_NONE = 0;\n  E_SLOW = 4;\n  E_UP = 1;\n  E_DOWN = 2;\n}\n",
  },
  {
    what: "inserted at the start of a closed enum",
    syntax: "proto2",
    before: "enum E {\n  UP = 1;\n  DOWN = 2;\n}\nmessage M { repeated E es = 1; }\n",
    after: "enum E {\n  NEW = 1;\n  UP = 2;\n  DOWN = 3;\n}\nmessage M { repeated E es = 1; }\n",
    fixed: "enum E {\n  NEW = 4;\n  UP = 1;\n  DOWN = 2;\n}\nmessage M { repeated E es = 1; }\n",
  },
  {
    what: "several inserted, comments kept",
    before: "enum E {\n  E_NONE = 0; // none\n  // Up.\n  E_UP = 1;\n  E_DOWN = 2; /* down */\n}\n",
    after:
      "enum E {\n  E_NONE = 0; // none\n  E_X = 1;\n  // Up.\n  E_UP = 2;\n  E_Y = 3; // y\n  E_DOWN = 4; /* down */\n}\n",
    fixed:
      "enum E {\n  E_NONE = 0; // none\n  E_X = 5;\n  // Up.\n  E_UP = 1;\n  E_Y = 3; // y\n  E_DOWN = 2; /* down */\n}\n",
  },
  {
    what: "swapped, aligned and with options",
    before: "enum E {\n  E_NONE = 0;\n  E_UP   = 1 [deprecated = true];\n  E_DOWN = 2;\n}\n",
    after: "enum E {\n  E_NONE = 0;\n  E_UP   = 2 [deprecated = true];\n  E_DOWN = 1;\n}\n",
    fixed: "enum E {\n  E_NONE = 0;\n  E_UP   = 1 [deprecated = true];\n  E_DOWN = 2;\n}\n",
  },
  {
    what: "moved to a free number, which it leaves again",
    before: E,
    after: E.replace("DOWN = 2", "DOWN = 9"),
    fixed: E,
  },
  {
    what: "negative numbers, with a space behind the sign",
    before: "enum E { E_NONE = 0; E_COLD = -1; E_ICE = -20; }\n",
    after: "enum E { E_NONE = 0; E_COLD = -20; E_ICE = - 1; }\n",
    fixed: "enum E { E_NONE = 0; E_COLD = -1; E_ICE = -20; }\n",
  },
  {
    what: "hexadecimal and octal numbers: those that stay are left as they are",
    before: "enum E { E_NONE = 0; E_HEX = 0x10; E_OCT = 010; E_UP = 3; }\n",
    after: "enum E { E_NONE = 0x0; E_HEX = 0x10; E_OCT = 0x11; E_UP = 04; }\n",
    fixed: "enum E { E_NONE = 0x0; E_HEX = 0x10; E_OCT = 8; E_UP = 3; }\n",
  },
  {
    what: "aliases that moved together",
    before:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_UP = 1;\n  E_HIGH = 1;\n}\n",
    after:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_NEW = 1;\n  E_UP = 2;\n  E_HIGH = 2;\n}\n",
    fixed:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_NEW = 3;\n  E_UP = 1;\n  E_HIGH = 1;\n}\n",
  },
  {
    what: "removed from the middle, and all behind it shifted",
    before: E,
    after: "enum E {\n  E_NONE = 0;\n  E_DOWN = 1;\n}\n",
    fixed: 'enum E {\n  reserved 1;\n  reserved "E_UP";\n\n  E_NONE = 0;\n  E_DOWN = 2;\n}\n',
  },
  {
    what: "several removed",
    before: E,
    after: "enum E {\n  E_NONE = 0;\n}\n",
    fixed: 'enum E {\n  reserved 1, 2;\n  reserved "E_UP", "E_DOWN";\n\n  E_NONE = 0;\n}\n',
  },
  {
    what: "a number reused: the new value gets a fresh one",
    before: E,
    after: E.replace("E_DOWN", "E_GREEN"),
    fixed:
      'enum E {\n  reserved 2;\n  reserved "E_DOWN";\n\n  E_NONE = 0;\n  E_UP = 1;\n  E_GREEN = 3;\n}\n',
  },
  {
    what: "a number reused that had two names",
    before:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n  E_UP = 1;\n  E_HIGH = 1;\n}\n",
    after:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n  E_GREEN = 1;\n}\n",
    fixed:
      'enum E {\n  reserved 1;\n  reserved "E_UP", "E_HIGH";\n\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n  E_GREEN = 2;\n}\n',
  },
  {
    what: "another name of a number removed",
    before:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n  E_OLD = 0;\n}\n",
    after: "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n}\n",
    fixed:
      'enum E {\n  reserved "E_OLD";\n\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n}\n',
  },
  {
    what: "a nested enum, in tabs",
    before: "message M {\n\tenum E {\n\t\tE_NONE = 0;\n\t\tE_UP = 1;\n\t}\n\tE e = 1;\n}\n",
    after: "message M {\n\tenum E {\n\t\tE_NONE = 0;\n\t}\n\tE e = 1;\n}\n",
    fixed:
      'message M {\n\tenum E {\n\t\treserved 1;\n\t\treserved "E_UP";\n\n\t\tE_NONE = 0;\n\t}\n\tE e = 1;\n}\n',
  },
];

const FIELDS: readonly Case[] = [
  {
    what: "inserted in the middle",
    before: M,
    after: "message M {\n  string a = 1;\n  string new = 2;\n  int32 b = 3;\n  bool c = 4;\n}\n",
    fixed: "message M {\n  string a = 1;\n  string new = 5;\n  int32 b = 2;\n  bool c = 3;\n}\n",
  },
  {
    what: "swapped, with options and comments between the tokens",
    before:
      'message M {\n  string a = 1 [json_name = "x"];\n  string b /* b */ = /* two */ 2;\n}\n',
    after: 'message M {\n  string a = 2 [json_name = "x"];\n  string b /* b */ = /* two */ 1;\n}\n',
    fixed: 'message M {\n  string a = 1 [json_name = "x"];\n  string b /* b */ = /* two */ 2;\n}\n',
  },
  {
    what: "a map and members of a oneof moved",
    before:
      "message M {\n  map<string, int32> m = 1;\n  oneof o {\n    string a = 2;\n    M b = 3;\n  }\n}\n",
    after:
      "message M {\n  map<string, int32> m = 4;\n  oneof o {\n    string a = 3;\n    M b = 2;\n  }\n}\n",
    fixed:
      "message M {\n  map<string, int32> m = 1;\n  oneof o {\n    string a = 2;\n    M b = 3;\n  }\n}\n",
  },
  {
    what: "a group moved, and a field in it",
    syntax: "proto2",
    before:
      "message M {\n  optional group G = 1 {\n    optional int32 x = 2;\n  }\n  optional int32 y = 3;\n}\n",
    after:
      "message M {\n  optional group G = 3 {\n    optional int32 x = 5;\n  }\n  optional int32 y = 1;\n}\n",
    fixed:
      "message M {\n  optional group G = 1 {\n    optional int32 x = 2;\n  }\n  optional int32 y = 3;\n}\n",
  },
  {
    what: "a group removed",
    syntax: "proto2",
    before:
      "message M {\n  optional group G = 1 { optional int32 x = 2; }\n  optional int32 y = 3;\n}\n",
    after: "message M {\n  optional int32 y = 3;\n}\n",
    fixed: 'message M {\n  reserved 1;\n  reserved "g";\n\n  optional int32 y = 3;\n}\n',
  },
  {
    what: "an extension moved",
    syntax: "proto2",
    before: "message M { extensions 100 to 199; }\nextend M { optional int32 x = 100; }\n",
    after: "message M { extensions 100 to 199; }\nextend M { optional int32 x = 120; }\n",
    fixed: "message M { extensions 100 to 199; }\nextend M { optional int32 x = 100; }\n",
  },
  {
    what: "a number reused, its old name reserved already",
    before: "message M {\n  string a = 1;\n  string owner = 2;\n}\n",
    after: 'message M {\n  reserved "owner";\n  string a = 1;\n  int32 color = 2;\n}\n',
    fixed:
      'message M {\n  reserved 2;\n\n  reserved "owner";\n  string a = 1;\n  int32 color = 3;\n}\n',
  },
  {
    what: "a fresh number skips what is reserved, and what extensions may take",
    syntax: "proto2",
    before: "message M {\n  optional string a = 1;\n  optional string owner = 2;\n}\n",
    after:
      "message M {\n  reserved 3, 5 to 9;\n  extensions 10 to 20;\n  optional string a = 1;\n  optional int32 color = 2;\n  optional int32 d = 4;\n}\n",
    fixed:
      'message M {\n  reserved 2;\n  reserved "owner";\n\n  reserved 3, 5 to 9;\n  extensions 10 to 20;\n  optional string a = 1;\n  optional int32 color = 21;\n  optional int32 d = 4;\n}\n',
  },
  {
    what: "a fresh number skips those that Protobuf keeps",
    before: "message M {\n  string a = 18999;\n  string owner = 2;\n}\n",
    after: "message M {\n  string a = 18999;\n  int32 color = 2;\n}\n",
    fixed:
      'message M {\n  reserved 2;\n  reserved "owner";\n\n  string a = 18999;\n  int32 color = 20000;\n}\n',
  },
  {
    what: "a fresh number in a gap, where everything above is for extensions",
    syntax: "proto2",
    before:
      "message M {\n  optional string a = 1;\n  optional string owner = 5;\n  extensions 10 to max;\n}\n",
    after:
      "message M {\n  optional string a = 1;\n  optional int32 color = 5;\n  reserved 6 to 9;\n  extensions 10 to max;\n}\n",
    fixed:
      'message M {\n  reserved 5;\n  reserved "owner";\n\n  optional string a = 1;\n  optional int32 color = 2;\n  reserved 6 to 9;\n  extensions 10 to max;\n}\n',
  },
];

const REMOVED: readonly Case[] = [
  {
    what: "one",
    before: M,
    after: M.replace("  int32 b = 2;\n", ""),
    fixed: 'message M {\n  reserved 2;\n  reserved "b";\n\n  string a = 1;\n  bool c = 3;\n}\n',
  },
  {
    what: "several, beside others that are reserved",
    before: M,
    after: 'message M {\n  reserved 9, 2;\n  reserved "z";\n  string a = 1;\n}\n',
    fixed:
      'message M {\n  reserved 3;\n  reserved "b", "c";\n\n  reserved 9, 2;\n  reserved "z";\n  string a = 1;\n}\n',
  },
  {
    what: "in nested messages",
    before:
      "message M {\n  message N {\n    int32 x = 1;\n    int32 y = 2;\n  }\n  N n = 1;\n  N k = 2;\n}\n",
    after: "message M {\n  message N {\n    int32 y = 2;\n  }\n  N n = 1;\n}\n",
    fixed:
      'message M {\n  reserved 2;\n  reserved "k";\n\n  message N {\n    reserved 1;\n    reserved "x";\n\n    int32 y = 2;\n  }\n  N n = 1;\n}\n',
  },
  {
    what: "all, in a message on one line",
    before: "message M { int32 x = 1; }\n",
    after: "message M {}\n",
    fixed: 'message M { reserved 1; reserved "x"; }\n',
  },
  {
    what: "all, with white space left between the braces",
    before:
      "message M { int32 x = 1; }\nmessage N {\n  int32 x = 1;\n}\nmessage O {\n\n  int32 x = 1;\n}\n",
    after: "message M { }\nmessage N {\n}\nmessage O {\n\n}\n",
    fixed:
      'message M { reserved 1; reserved "x"; }\nmessage N {\n  reserved 1;\n  reserved "x";\n}\nmessage O {\n  reserved 1;\n  reserved "x";\n\n}\n',
  },
  {
    what: "one of a message on one line",
    before: "message M { int32 x = 1; int32 y = 2; }\n",
    after: "message M { int32 y = 2; }\n",
    fixed: 'message M { reserved 1; reserved "x"; int32 y = 2; }\n',
  },
  {
    what: "with a comment behind the brace",
    before: "message M { // Holds it.\n  int32 x = 1;\n  int32 y = 2;\n}\n",
    after: "message M { // Holds it.\n  int32 y = 2;\n}\n",
    fixed: 'message M { // Holds it.\n  reserved 1;\n  reserved "x";\n\n  int32 y = 2;\n}\n',
  },
  {
    what: "with a comment between brace and field on one line",
    before: "message M { /* y */ int32 y = 2; int32 x = 1; }\n",
    after: "message M { /* y */ int32 y = 2; }\n",
    fixed: 'message M { reserved 1; reserved "x"; /* y */ int32 y = 2; }\n',
  },
  {
    what: "with a comment of several lines behind the brace",
    before: "message M { /* Holds\n  it. */\n  int32 y = 2; int32 x = 1; }\n",
    after: "message M { /* Holds\n  it. */\n  int32 y = 2; }\n",
    fixed: 'message M { /* Holds\n  it. */\n  reserved 1;\n  reserved "x";\n\n  int32 y = 2; }\n',
  },
  {
    what: "with a comment before the first field, and a brace on the next line",
    before: "message M\n{\n  // It is y.\n  int32 y = 2;\n  int32 x = 1;\n}\n",
    after: "message M\n{\n  // It is y.\n  int32 y = 2;\n}\n",
    fixed: 'message M\n{\n  reserved 1;\n  reserved "x";\n\n  // It is y.\n  int32 y = 2;\n}\n',
  },
  {
    what: "under a license with a margin of its own, indented by four",
    before: "/*\n * License.\n */\nmessage M {\n    int32 x = 1;\n    int32 y = 2;\n}\n",
    after: "/*\n * License.\n */\nmessage M {\n    int32 y = 2;\n}\n",
    fixed:
      '/*\n * License.\n */\nmessage M {\n    reserved 1;\n    reserved "x";\n\n    int32 y = 2;\n}\n',
  },
  {
    what: "in CRLF",
    before: M.replaceAll("\n", "\r\n"),
    after: "message M {\r\n  bool c = 3;\r\n}\r\n",
    fixed: 'message M {\n  reserved 1, 2;\n  reserved "a", "b";\n\n  bool c = 3;\n}\n'.replaceAll(
      "\n",
      "\r\n",
    ),
  },
  {
    what: "in an edition, whose reserved names are identifiers",
    syntax: "2023",
    before: M,
    after: "message M {\n  bool c = 3;\n}\n",
    fixed: "message M {\n  reserved 1, 2;\n  reserved a, b;\n\n  bool c = 3;\n}\n",
  },
  {
    what: "a member of a oneof",
    before: "message M {\n  oneof o {\n    string a = 1;\n    string b = 2;\n  }\n}\n",
    after: "message M {\n  oneof o {\n    string a = 1;\n  }\n}\n",
    fixed:
      'message M {\n  reserved 2;\n  reserved "b";\n\n  oneof o {\n    string a = 1;\n  }\n}\n',
  },
  {
    what: "while another takes its number, and a third moves",
    before: M,
    after: "message M {\n  string owner = 1;\n  int32 b = 3;\n}\n",
    fixed:
      'message M {\n  reserved 1, 3;\n  reserved "a", "c";\n\n  string owner = 4;\n  int32 b = 2;\n}\n',
  },
];

describe("fix", () => {
  it.each([
    ["values", ENUMS],
    ["fields", FIELDS],
    ["removals", REMOVED],
  ] as const)("puts %s right", async (_, cases) => {
    const w = await changed(cases);
    const dry = await w.run("fix", "--dry-run");
    expect(await textsOf(w, cases)).toEqual(cases.map(({ after }) => after));
    const texts = await fixed(w, cases);
    const told = (all: readonly string[]): Record<string, string> =>
      Object.fromEntries(cases.map(({ what }, i) => [what, all[i] ?? ""]));
    expect(told(texts)).toEqual(told(cases.map((one) => one.fixed)));
    for (const one of texts.keys()) expect(dry.stdout).toContain(`+++ b/${pathOf(one)}`);
  });

  it("prints in a dry run the patch that it applies", async () => {
    const cases = [FIELDS[0] as Case, REMOVED[0] as Case];
    const w = await changed(cases);
    const dry = await w.run("fix", "--dry-run");
    expect(dry.stderr).toContain("would be fixed in 2 files");
    await w.write("dry.patch", dry.stdout.slice(dry.stdout.indexOf("--- a/")));
    expect(await textsOf(w, cases)).toEqual(cases.map(({ after }) => after));
    await w.git("apply", "dry.patch");
    expect(await textsOf(w, cases)).toEqual(cases.map((one) => one.fixed));
  });

  it("puts right what an error of its own remains of", async () => {
    const cases: Case[] = [
      {
        what: "a value that a required field may have",
        syntax: "proto2",
        before: "enum E {\n  A = 1;\n  B = 2;\n}\nmessage M { required E e = 1; }\n",
        after: "enum E {\n  A = 1;\n}\nmessage M { required E e = 1; }\n",
        fixed:
          'enum E {\n  reserved 2;\n  reserved "B";\n\n  A = 1;\n}\nmessage M { required E e = 1; }\n',
      },
      {
        what: "a field that moved and has another default",
        syntax: "proto2",
        before: "message M {\n  optional int32 x = 1 [default = 5];\n}\n",
        after: "message M {\n  optional int32 x = 2 [default = 6];\n}\n",
        fixed: "message M {\n  optional int32 x = 1 [default = 6];\n}\n",
      },
    ];
    const w = await changed(cases);
    expect(await fixed(w, cases)).toEqual(cases.map((one) => one.fixed));
    const { findings } = await w.json("breaking");
    expect(findings.map(({ rule }) => rule).sort()).toEqual([
      "ENUM_VALUE_REMOVED",
      "FIELD_DEFAULT_CHANGED",
    ]);
  });

  it("reserves what a policy wants to stay, and leaves that finding", async () => {
    const [one] = REMOVED as [Case];
    const w = await changed([one]);
    await w.write("buf.yaml", `${LENIENT["buf.yaml"]}breaking:\n  use: [FILE]\n`);
    expect(await fixed(w, [one])).toEqual([one.fixed]);
    const { findings } = await w.json("breaking");
    expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      "error FIELD_REMOVED",
    ]);
  });

  const BY_HAND: readonly (Omit<Case, "fixed"> & { rule: string })[] = [
    {
      what: "a value inserted before the zero, which has to be first",
      rule: "ENUM_VALUE_RENUMBERED",
      before: E,
      after: "enum E {\n  E_NEW = 0;\n  E_NONE = 1;\n  E_UP = 2;\n  E_DOWN = 3;\n}\n",
    },
    {
      what: "a field moved, and its number reserved",
      rule: "FIELD_RENUMBERED",
      before: M,
      after: M.replace("a = 1", "a = 9").replace("{", "{ reserved 1;"),
    },
    {
      what: "a value that was another's name and is not any more",
      rule: "ENUM_VALUE_RENUMBERED",
      before:
        "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_UP = 1;\n  E_HIGH = 1;\n}\n",
      after: "enum E {\n  E_NONE = 0;\n  E_UP = 1;\n  E_HIGH = 2;\n}\n",
    },
    {
      what: "a value that became another's name",
      rule: "ENUM_VALUE_RENUMBERED",
      before: "enum E {\n  E_NONE = 0;\n  E_UP = 1;\n  E_HIGH = 2;\n}\n",
      after:
        "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_UP = 1;\n  E_HIGH = 1;\n}\n",
    },
    {
      what: "an extension's number given to another",
      rule: "FIELD_NUMBER_REUSED",
      syntax: "proto2",
      before: "message M { extensions 100 to 199; }\nextend M { optional int32 owner = 100; }\n",
      after: "message M { extensions 100 to 199; }\nextend M { optional string color = 100; }\n",
    },
    {
      what: "an extension inserted",
      rule: "FIELD_RENUMBERED",
      syntax: "proto2",
      before: "message M { extensions 100 to 199; }\nextend M { optional int32 x = 100; }\n",
      after:
        "message M { extensions 100 to 199; }\nextend M { optional int32 y = 100; optional int32 x = 101; }\n",
    },
    {
      what: "an extension removed",
      rule: "FIELD_REMOVED_UNRESERVED",
      syntax: "proto2",
      before: "message M { extensions 100 to 199; }\nextend M { optional int32 x = 100; }\n",
      after: "message M { extensions 100 to 199; }\n",
    },
    {
      what: "a reused number, where no other is left",
      rule: "FIELD_NUMBER_REUSED",
      syntax: "proto2",
      before: "message M {\n  optional int32 owner = 1;\n  extensions 2 to max;\n}\n",
      after: "message M {\n  optional string color = 1;\n  extensions 2 to max;\n}\n",
    },
  ];

  it("leaves what it cannot put right, and does not promise it", async () => {
    const w = await changed(BY_HAND);
    const found = (await w.json("breaking")).findings;
    for (const [i, { what, rule }] of BY_HAND.entries()) {
      const own = found.filter((one) => one.path === pathOf(i) && one.rule === rule);
      expect(
        own.map(({ fixable }) => fixable),
        what,
      ).toEqual([false]);
      expect(own[0]?.help, what).not.toContain("lockstep fix");
    }
    await w.run("fix");
    for (const [i, one] of BY_HAND.entries()) {
      expect(await w.read(pathOf(i)), one.what).toBe(headOf(one, i) + one.after);
    }
  });

  it("works together with fixes of docstrings in the same file", async () => {
    const head = headOf({ before: "" }, 0);
    const w = await workspace({ "buf.yaml": LENIENT["buf.yaml"], "lockstep.yaml": undefined });
    const write = (body: string): Promise<void> => w.write(pathOf(0), head + body);
    await write(
      "enum E {\n  E_NONE = 0; // None.\n  E_UP = 1; // Up.\n}\n\nmessage M { // Holds it.\n  int32 x = 1; // Metres.\n  int32 y = 2;\n}\n",
    );
    await w.git("add", "--all");
    await w.git("commit", "--quiet", "-m", "before");
    await write(
      "enum E {\n  E_NONE = 0; // None.\n  E_NEW = 1; // New.\n  E_UP = 2; // Up.\n}\n\nmessage M { // Holds it.\n  int32 x = 1; // Metres.\n}\n",
    );
    const { code, stderr } = await w.run("fix");
    expect(code, stderr).toBeLessThan(2);
    const once = await w.read(pathOf(0));
    expect(once.slice(head.length)).toBe(
      'enum E {\n  // None.\n  E_NONE = 0;\n  // New.\n  E_NEW = 3;\n  // Up.\n  E_UP = 1;\n}\n\n// Holds it.\nmessage M {\n  reserved 2;\n  reserved "y";\n\n  // Metres.\n  int32 x = 1;\n}\n',
    );
    expect((await w.run("fix")).stderr).toContain("0 findings fixed in 0 files");
    expect(await w.read(pathOf(0))).toBe(once);
  });

  it("gives a number that came back after a removal a fresh one, whatever the history took", async () => {
    const w = await workspace(LENIENT);
    const head = headOf({ before: "" }, 0);
    const commit = async (body: string): Promise<void> => {
      await w.write(pathOf(0), head + body);
      await w.git("add", "--all");
      await w.git("commit", "--quiet", "-m", "a version");
    };
    await commit("message M {\n  string a = 1;\n  string owner = 2;\n  bool old = 3;\n}\n");
    await commit("message M {\n  string a = 1;\n}\n");
    await w.write(pathOf(0), `${head}message M {\n  string a = 1;\n  int32 color = 2;\n}\n`);
    await w.run("fix");
    const once = await w.read(pathOf(0));
    expect(once.slice(head.length)).toBe(
      'message M {\n  reserved 2;\n  reserved "owner";\n\n  string a = 1;\n  int32 color = 4;\n}\n',
    );
    expect((await w.json("breaking")).findings).toEqual([]);
    expect((await w.run("fix")).stderr).toContain("0 findings fixed in 0 files");
  });

  it("writes nothing where what it would write is not proven", async () => {
    const strict = `${LENIENT["lockstep.yaml"]}  ENUM_VALUE_ADDED: error\n`;
    const w = await workspace({ ...LENIENT, "lockstep.yaml": strict });
    const head = headOf({ before: "" }, 0);
    await w.write(pathOf(0), head + E);
    await w.git("add", "--all");
    await w.git("commit", "--quiet", "-m", "a version");
    const shifted = `${head}enum E {\n  E_NONE = 0;\n  E_NEW = 1;\n  E_UP = 2;\n  E_DOWN = 3;\n}\n`;
    await w.write(pathOf(0), shifted);
    const { code, stderr } = await w.run("fix");
    expect(stderr).toContain("would leave ENUM_VALUE_ADDED for c0.E.E_NEW");
    expect(code).toBe(2);
    expect(await w.read(pathOf(0))).toBe(shifted);
  });
});
