// The workspace's own policy for `buf breaking`, through the command: each thing is said once, as an error
// where the policy asks for it, and what only buf says is said in its words.
import { describe, expect, it } from "vitest";
import { BUF_YAML, type Json, LENIENT, type TestWorkspace, workspace } from "../workspace.js";

const A = "proto/a/v1/a.proto";
const B = "proto/a/v1/b.proto";

/** A workspace with that policy, and the first of two versions of its files committed. */
async function changed(
  use: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string | undefined>>,
): Promise<TestWorkspace> {
  const text = (body: string): string => `syntax = "proto3";\npackage a.v1;\n${body}\n`;
  const w = await workspace({
    ...LENIENT,
    "buf.yaml": `${BUF_YAML}breaking:\n  use: [${use}]\n`,
    ...Object.fromEntries(Object.entries(before).map(([path, body]) => [path, text(body)])),
  });
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "-m", "before");
  for (const [path, body] of Object.entries(after)) {
    if (body === undefined) await w.remove(path);
    else await w.write(path, text(body));
  }
  return w;
}

const shown = ({ findings }: Json): string[] =>
  findings
    .map(
      ({ severity, rule, symbol, path, line }) => `${severity} ${rule} ${symbol} ${path}:${line}`,
    )
    .sort();

type Row = [
  what: string,
  use: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string | undefined>>,
  found: string[],
];

const MESSAGE = "message M { string name = 1; int64 size = 2; }";

const ROWS: readonly Row[] = [
  [
    "a value inserted: one finding for what buf says of each number",
    "WIRE_JSON",
    { [A]: "enum E {\n E_NONE = 0;\n E_UP = 1;\n E_DOWN = 2;\n}\nmessage M { E e = 1; }" },
    {
      [A]: "enum E {\n E_NONE = 0;\n E_SLOW = 1;\n E_UP = 2;\n E_DOWN = 3;\n}\nmessage M { E e = 1; }",
    },
    [`error ENUM_VALUE_RENUMBERED a.v1.E.E_UP ${A}:6`],
  ],
  [
    "a field removed without reserved: the policy makes it an error",
    "WIRE_JSON",
    { [A]: MESSAGE },
    { [A]: "message M { string name = 1; }" },
    [`error FIELD_REMOVED_UNRESERVED a.v1.M.size ${A}:3`],
  ],
  [
    "the same, where the policy does not look at it",
    "RPC_NO_DELETE",
    { [A]: MESSAGE },
    { [A]: "message M { string name = 1; }" },
    [`warning FIELD_REMOVED_UNRESERVED a.v1.M.size ${A}:3`],
  ],
  [
    "a field removed with reserved, where the policy wants it to stay",
    "FILE",
    { [A]: MESSAGE },
    { [A]: 'message M { string name = 1; reserved 2; reserved "size"; }' },
    [`error FIELD_REMOVED a.v1.M.size ${A}:3`],
  ],
  [
    "a message renamed: the message, and the field that has it",
    "WIRE_JSON",
    { [A]: `${MESSAGE}\nmessage N { M m = 1; }` },
    { [A]: `${MESSAGE.replace("M", "Q")}\nmessage N { Q m = 1; }` },
    [`error TYPE_MOVED a.v1.Q ${A}:3`],
  ],
  [
    "a message renamed, where files are judged",
    "FILE",
    { [A]: MESSAGE },
    { [A]: MESSAGE.replace("M", "Q") },
    [`error TYPE_MOVED a.v1.Q ${A}:3`],
  ],
  [
    "a message moved to another file: breaks nobody, but the policy asks that it stays",
    "FILE",
    { [A]: `enum E { E_NONE = 0; }\n${MESSAGE}`, [B]: "enum F { F_NONE = 0; }" },
    { [A]: "enum E { E_NONE = 0; }", [B]: `enum F { F_NONE = 0; }\n${MESSAGE}` },
    [`error MESSAGE_NO_DELETE a.v1.M ${A}:1`],
  ],
  [
    "the same, where it does not",
    "WIRE_JSON",
    { [A]: `enum E { E_NONE = 0; }\n${MESSAGE}`, [B]: "enum F { F_NONE = 0; }" },
    { [A]: "enum E { E_NONE = 0; }", [B]: `enum F { F_NONE = 0; }\n${MESSAGE}` },
    [],
  ],
  [
    "a oneof renamed",
    "WIRE_JSON",
    { [A]: "message M {\n oneof x { string f = 1; string g = 2; }\n}" },
    { [A]: "message M {\n oneof y { string f = 1; string g = 2; }\n}" },
    [`error FIELD_ONEOF_CHANGED a.v1.M.f ${A}:4`],
  ],
  [
    "a reserved number given back",
    "WIRE_JSON",
    { [A]: "message M {\n reserved 5;\n string name = 1;\n}" },
    { [A]: "message M {\n string name = 1;\n}" },
    [`error RESERVED_MESSAGE_NO_DELETE a.v1.M ${A}:3`],
  ],
  [
    "an option of the file: buf's finding is about the package",
    "FILE",
    { [A]: MESSAGE },
    { [A]: `option go_package = "example.com/a";\n${MESSAGE}` },
    [`error FILE_SAME_GO_PACKAGE a.v1 ${A}:3`],
  ],
  [
    "a map removed, its entry with it",
    "FILE",
    { [A]: "message M {\n string name = 1;\n map<string, string> tags = 2;\n}" },
    { [A]: "message M {\n string name = 1;\n}" },
    [`error FIELD_REMOVED_UNRESERVED a.v1.M.tags ${A}:3`],
  ],
  [
    "a message removed with what is nested in it",
    "FILE",
    { [A]: `${MESSAGE}\nmessage N { enum E { E_NONE = 0; } message In { E e = 1; } }` },
    { [A]: MESSAGE },
    [`error TYPE_REMOVED a.v1.N ${A}:1`],
  ],
  [
    "an RPC removed",
    "FILE",
    { [A]: `${MESSAGE}\nservice S { rpc Get(M) returns (M); rpc Put(M) returns (M); }` },
    { [A]: `${MESSAGE}\nservice S { rpc Get(M) returns (M); }` },
    [`error RPC_REMOVED a.v1.S.Put ${A}:4`],
  ],
];

describe("a policy in buf.yaml", () => {
  it.each(ROWS)("%s", async (_, use, before, after, found) => {
    const w = await changed(use, before, after);
    const report = await w.json("breaking");
    expect(report.stderr).toBe("");
    expect(shown(report)).toEqual(found);
    expect(report.code).toBe(found.some((one) => one.startsWith("error")) ? 1 : 0);
  });

  it("shows what only buf says in its words, and lets a waiver name it", async () => {
    const w = await changed(
      "FILE",
      { [A]: MESSAGE },
      { [A]: `option go_package = "example.com/a";\n${MESSAGE}` },
    );
    const { stdout } = await w.run("breaking");
    expect(stdout).toContain('File option "go_package" changed from "" to "example.com/a".');
    expect(stdout).toContain("FILE_SAME_GO_PACKAGE");
    await w.write(
      "lockstep.yaml",
      `${LENIENT["lockstep.yaml"]}waivers:\n  - rule: FILE_SAME_GO_PACKAGE\n    symbol: a.v1\n    reason: Nobody uses it from Go.\n    expires: 9999-12-31\n`,
    );
    expect((await w.run("breaking")).code).toBe(0);
  });
});
