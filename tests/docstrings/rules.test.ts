// The docstring rules, a table of cases each: where a finding stands, and rows that expect silence.
import { describe, expect, it } from "vitest";
import { LENIENT, workspace } from "../workspace.js";

/** A message of that body, documented itself; its first line is line 6. */
const inMessage = (body: string): string => `// Holds the case.\nmessage M {\n${body}\n}\n`;

type Case = [what: string, body: string, expected: string[], syntax?: string];

const CASES: Case[] = [];

/**
 * The findings in the protos of all cases, each in a package of its own behind a documented `package`, as
 * "RULE line:column symbol". A symbol begins with `a` for the package.
 */
async function judge(): Promise<Map<Case, string[]>> {
  const protos = CASES.map(([, body, , syntax = 'syntax = "proto3";'], i) => [
    `proto/c${i}/a.proto`,
    `${syntax}\n// What the tests compile.\npackage c${i};\n${body}`,
  ]);
  const w = await workspace({
    "buf.yaml": LENIENT["buf.yaml"],
    "lockstep.yaml": undefined,
    ...Object.fromEntries(protos),
  });
  const report = await w.json("check", "--only", "docstrings");
  expect(report.stderr).toBe("");
  return new Map(
    CASES.map((one, i) => [
      one,
      report.findings
        .filter(({ path }) => path === `proto/c${i}/a.proto`)
        .map(
          ({ rule, line, column, symbol }) =>
            `${rule} ${line}:${column} ${symbol?.replace(`c${i}.`, "a.")}`,
        ),
    ]),
  );
}

/** Of all cases together, so that the command runs once for them. */
let judged: ReturnType<typeof judge> | undefined;

function table(name: string, cases: readonly Case[]): void {
  CASES.push(...cases);
  describe(name, () => {
    it.each(cases.map((one) => [one[0], one] as const))("%s", async (_, one) => {
      judged ??= judge();
      expect((await judged).get(one)).toEqual(one[2]);
    });
  });
}

table("DOCSTRING_MISSING", [
  ["a field", inMessage("  int32 port = 1;"), ["DOCSTRING_MISSING 6:3 a.M.port"]],
  [
    "every kind",
    `service S { rpc Go(M) returns (M); }\nmessage M { oneof o { int32 x = 1; } }\nenum E { E_A = 0; }`,
    [
      "DOCSTRING_MISSING 4:1 a.S",
      "DOCSTRING_MISSING 4:13 a.S.Go",
      "DOCSTRING_MISSING 5:1 a.M",
      "DOCSTRING_MISSING 5:13 a.M.o",
      "DOCSTRING_MISSING 5:23 a.M.x",
      "DOCSTRING_MISSING 6:1 a.E",
      "DOCSTRING_MISSING 6:10 a.E.E_A",
    ],
  ],
  [
    "nested types",
    inMessage("  message N { enum E { A = 0; } }"),
    [
      "DOCSTRING_MISSING 6:3 a.M.N",
      "DOCSTRING_MISSING 6:15 a.M.N.E",
      "DOCSTRING_MISSING 6:24 a.M.N.E.A",
    ],
  ],
  [
    "an extension and a group of proto2",
    "// Extended below.\nmessage M {\n  extensions 1 to 9;\n}\nextend M {\n  optional int32 x = 1;\n  optional group G = 2 {}\n}",
    ["DOCSTRING_MISSING 9:3 a.x", "DOCSTRING_MISSING 10:3 a.G"],
    'syntax = "proto2";',
  ],
  [
    "editions",
    inMessage("  int32 port = 1 [features.field_presence = IMPLICIT];"),
    ["DOCSTRING_MISSING 6:3 a.M.port"],
    'edition = "2023";',
  ],
  [
    "wide characters and tabs before it",
    inMessage("\t/* 日本 */ int32 a = 1; int32 b = 2;"),
    ["DOCSTRING_BLOCK_COMMENT 6:2 a.M.a", "DOCSTRING_MISSING 6:24 a.M.b"],
  ],
  [
    "not a map's entry, an optional's oneof, a reserved range",
    inMessage(
      "  // Sizes in bytes by file.\n  map<string, int32> sizes = 1;\n  // Seconds since the start, if started.\n  optional int32 age = 2;\n  reserved 5, 6;",
    ),
    [],
  ],
  [
    "not under a banner that stands apart",
    "// ── Messages ──────\n\n// Holds the case.\nmessage M {}",
    [],
  ],
  [
    "though a banner stands directly above",
    "// ── Messages ──────\nmessage M {}",
    ["DOCSTRING_MISSING 5:1 a.M"],
  ],
  [
    "not under a docstring with a dash or an address in it",
    "// Format: A---B, see https://example.com/a___b.\nmessage M {}",
    [],
  ],
]);

table("DOCSTRING_BEHIND", [
  [
    "on the line",
    inMessage("  int32 port = 1;  // TCP, from 1024"),
    ["DOCSTRING_BEHIND 6:20 a.M.port"],
  ],
  [
    "under it",
    inMessage("  int32 port = 1;\n  // TCP, from 1024"),
    ["DOCSTRING_BEHIND 7:3 a.M.port"],
  ],
  ["behind the brace", "message M { // Holds the case.\n}", ["DOCSTRING_BEHIND 4:13 a.M"]],
  [
    "behind an empty body",
    "// Who does it.\nservice S {\n  rpc Go(M) returns (M) {} // Never fails.\n}\n// Holds the case.\nmessage M {}",
    ["DOCSTRING_BEHIND 6:28 a.S.Go"],
  ],
  [
    "between ] and ;",
    inMessage("  int32 port = 1 [deprecated = false] /* TCP, from 1024 */;"),
    ["DOCSTRING_BEHIND 6:39 a.M.port"],
  ],
  [
    "between the tokens",
    inMessage("  int32 /* TCP, from 1024 */ port = 1;"),
    ["DOCSTRING_BEHIND 6:9 a.M.port"],
  ],
  [
    "not among its options",
    inMessage(
      '  // TCP, from 1024.\n  int32 port = 1 [json_name = "p" /* short */, deprecated = false];',
    ),
    [],
  ],
  [
    "not behind a closing brace",
    "// Holds the case.\nmessage M {\n  // TCP, from 1024.\n  int32 port = 1;\n} // M",
    [],
  ],
  [
    "not code that was commented out",
    inMessage(
      "  // TCP, from 1024.\n  int32 port = 1;\n  // string host = 2;\n  // optional int32 size = 3 [deprecated = true];",
    ),
    [],
  ],
  ["not behind what is no element", inMessage("  reserved 5; // was: colour"), []],
]);

table("DOCSTRING_TWICE", [
  [
    "before and behind",
    inMessage("  // TCP, from 1024.\n  int32 port = 1; // and up"),
    ["DOCSTRING_TWICE 7:19 a.M.port"],
  ],
  [
    "before, with the next one's before",
    inMessage(
      "  // TCP, from 1024.\n  int32 port = 1;\n  // Where it listens.\n  string host = 2;",
    ),
    [],
  ],
]);

table("DOCSTRING_DETACHED", [
  ["by a blank line", "\n// Holds the case.\n\nmessage M {}", ["DOCSTRING_DETACHED 5:1 a.M"]],
  [
    "not a heading above a documented one",
    "\n// About messages.\n\n// Holds the case.\nmessage M {}",
    [],
  ],
  [
    "not a banner, though its element lacks a docstring",
    "// ===== Messages =====\n\nmessage M {}",
    ["DOCSTRING_MISSING 6:1 a.M"],
  ],
]);

table("DOCSTRING_BLOCK_COMMENT", [
  ["/* */", "/* Holds the case. */\nmessage M {}", ["DOCSTRING_BLOCK_COMMENT 4:1 a.M"]],
  [
    "/** */ on its line",
    "/** Holds the case. */ message M {}",
    ["DOCSTRING_BLOCK_COMMENT 4:1 a.M"],
  ],
]);

table("DOCSTRING_EMPTY", [
  ["nothing", "//\nmessage M {}", ["DOCSTRING_EMPTY 4:1 a.M"]],
  [
    "an instruction to a linter alone",
    "// buf:lint:ignore MESSAGE_PASCAL_CASE\nmessage M {}",
    ["DOCSTRING_EMPTY 4:1 a.M"],
  ],
]);

table("DOCSTRING_PLACEHOLDER", [
  ["TODO", "// TODO: describe\nmessage M {}", ["DOCSTRING_PLACEHOLDER 4:1 a.M"]],
  [
    "FIXME in the middle",
    "// Holds it. FIXME later\nmessage M {}",
    ["DOCSTRING_PLACEHOLDER 4:1 a.M"],
  ],
  ["dots", "// ...\nmessage M {}", ["DOCSTRING_PLACEHOLDER 4:1 a.M"]],
  [
    "behind the element, too",
    inMessage("  int32 port = 1; // TBD"),
    ["DOCSTRING_BEHIND 6:19 a.M.port", "DOCSTRING_PLACEHOLDER 6:19 a.M.port"],
  ],
  ["not a word that has it in it", "// Holds the todos of a user.\nmessage M {}", []],
]);

table("DOCSTRING_INTERNAL", [
  ["AIP's mark", "// Holds it. (-- kim: or not --)\nmessage M {}", ["DOCSTRING_INTERNAL 4:1 a.M"]],
  [
    "a line that says so",
    "// Holds it.\n// INTERNAL: ask kim\nmessage M {}",
    ["DOCSTRING_INTERNAL 4:1 a.M"],
  ],
  ["a signed note", "// Holds it. NOTE(kim): or not\nmessage M {}", ["DOCSTRING_INTERNAL 4:1 a.M"]],
  ["not the word in a sentence", "// For internal loads below ten watts.\nmessage M {}", []],
]);

table("DOCSTRING_RESTATES_NAME", [
  [
    "a field",
    inMessage("  // The node id.\n  string node_id = 1;"),
    ["DOCSTRING_RESTATES_NAME 6:3 a.M.node_id"],
  ],
  [
    "a message",
    "// A NodeStatus message.\nmessage NodeStatus {}",
    ["DOCSTRING_RESTATES_NAME 4:1 a.NodeStatus"],
  ],
  [
    "a value",
    "// How it does.\nenum Health {\n  // Healthy.\n  HEALTH_HEALTHY = 0;\n}",
    ["DOCSTRING_RESTATES_NAME 6:3 a.Health.HEALTH_HEALTHY"],
  ],
  ["not with one word more", inMessage("  // The node id in hex.\n  string node_id = 1;"), []],
]);

table("DOCSTRING_NO_SUCCESSOR", [
  [
    "deprecated, and nothing else",
    inMessage("  // TCP, from 1024.\n  int32 port = 1 [deprecated = true];"),
    ["DOCSTRING_NO_SUCCESSOR 7:3 a.M.port"],
  ],
  [
    "deprecated, with a successor",
    inMessage("  // TCP, from 1024. Use address instead.\n  int32 port = 1 [deprecated = true];"),
    [],
  ],
]);

table("buf:lint:ignore", [
  [
    "switches one of our rules off for one element",
    inMessage(
      "  // The node id.\n  // buf:lint:ignore DOCSTRING_RESTATES_NAME\n  string node_id = 1;\n  // The job id.\n  string job_id = 2;",
    ),
    ["DOCSTRING_RESTATES_NAME 9:3 a.M.job_id"],
  ],
]);

describe("with buf's COMMENT rules on", () => {
  it("each place is reported once", async () => {
    const w = await workspace({
      "buf.yaml": "version: v2\nmodules:\n  - path: proto\nlint:\n  use: [COMMENTS]\n",
      "lockstep.yaml": undefined,
      "proto/a/a.proto":
        'syntax = "proto3";\n// What the tests compile.\npackage a;\nmessage M { // Behind.\n  int32 port = 1;\n  int32 x = 2;\n}\n//\nenum E {\n  E_A = 0;\n}\n',
    });
    const { findings: found } = await w.json("check", "--only", "lint,docstrings");
    expect(found.map((one) => `${one.rule} ${one.line}`)).toEqual([
      "DOCSTRING_BEHIND 4",
      "DOCSTRING_MISSING 5",
      "DOCSTRING_MISSING 6",
      "DOCSTRING_EMPTY 8",
      "DOCSTRING_MISSING 10",
    ]);
  });

  it("buf's are reported for what ours do not judge", async () => {
    const w = await workspace({
      "buf.yaml": "version: v2\nmodules:\n  - path: proto\nlint:\n  use: [COMMENTS]\n",
      "lockstep.yaml": "docstrings:\n  kinds: [message]\n",
      "proto/a/a.proto": 'syntax = "proto3";\npackage a;\nmessage M {\n  int32 port = 1;\n}\n',
    });
    const { findings: found } = await w.json("check", "--only", "lint,docstrings");
    expect(found.map((one) => `${one.rule} ${one.line}`)).toEqual([
      "DOCSTRING_MISSING 3",
      "COMMENT_FIELD 4",
    ]);
  });
});
