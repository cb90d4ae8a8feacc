// lockstep fix, as a user sees it: what becomes of a file, to the byte.
import { stat, symlink } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { LENIENT, type TestWorkspace, workspace } from "../workspace.js";

const HEAD = 'syntax = "proto3";\n\n// What the tests compile.\npackage a;\n\n';

async function withProto(content: string | Uint8Array): Promise<TestWorkspace> {
  const w = await workspace({ "buf.yaml": LENIENT["buf.yaml"], "lockstep.yaml": undefined });
  await w.write("proto/a/a.proto", content);
  return w;
}

const pathOf = (i: number): string => `proto/c${i}/a.proto`;

/** What fix makes of bodies, each in a file of its own, after a second run has changed nothing. */
async function fixed(...files: readonly { body: string; head?: string }[]): Promise<string[]> {
  const heads = files.map(({ head = HEAD }, i) => head.replace("package a;", `package c${i};`));
  const w = await workspace({ "buf.yaml": LENIENT["buf.yaml"], "lockstep.yaml": undefined });
  for (const [i, { body }] of files.entries()) await w.write(pathOf(i), heads[i] + body);
  const texts = (): Promise<string[]> => Promise.all(files.map((_, i) => w.read(pathOf(i))));
  const { code, stderr } = await w.run("fix");
  expect(stderr).toMatch(new RegExp(`findings fixed in ${files.length} files`));
  expect(code).toBeLessThan(2);
  const once = await texts();
  expect((await w.run("fix")).stderr).toContain("0 findings fixed in 0 files");
  expect(await texts()).toEqual(once);
  return once.map((text, i) => {
    const head = heads[i] as string;
    expect(text.startsWith(head)).toBe(true);
    return text.slice(head.length);
  });
}

type Case = [what: string, before: string, after: string];

const CASES: readonly Case[] = [
  [
    "value comments behind the value, with banners between sections",
    "// Where a process is.\nenum Status {\n  // ── At rest ──────────\n\n  STATUS_UNSPECIFIED = 0;  // Not a status\n  STATUS_STOPPED = 1;      // No process runs\n                           // and none is queued\n\n  // ── Startup ──────────\n  STATUS_PENDING = 7;  // Queued for startup\n}\n",
    "// Where a process is.\nenum Status {\n  // ── At rest ──────────\n\n  // Not a status\n  STATUS_UNSPECIFIED = 0;\n  // No process runs\n  // and none is queued\n  STATUS_STOPPED = 1;\n\n  // ── Startup ──────────\n\n  // Queued for startup\n  STATUS_PENDING = 7;\n}\n",
  ],
  [
    "behind {",
    "message M { // Holds it.\n  reserved 1;\n}\n",
    "// Holds it.\nmessage M {\n  reserved 1;\n}\n",
  ],
  [
    "under it",
    "// Holds it.\nmessage M {\n  int32 x = 1;\n  // Metres.\n}\n",
    "// Holds it.\nmessage M {\n  // Metres.\n  int32 x = 1;\n}\n",
  ],
  [
    "before and behind",
    "// Holds it.\nmessage M {\n  // Metres,\n  int32 x = 1; // never negative\n}\n",
    "// Holds it.\nmessage M {\n  // Metres,\n  // never negative\n  int32 x = 1;\n}\n",
  ],
  ["detached", "// Holds it.\n\n\nmessage M {}\n", "// Holds it.\nmessage M {}\n"],
  [
    "a block comment",
    "/**\n * Holds it.\n *\n *   - and more\n */\nmessage M {}\n",
    "// Holds it.\n//\n//   - and more\nmessage M {}\n",
  ],
  [
    "a block comment on the line",
    "  /* Holds it. */ message M {}\n",
    "  // Holds it.\n  message M {}\n",
  ],
  [
    "between ] and ;, options kept",
    'message M {\n  int32 x = 1 [json_name = "y" /* short */] /* Metres. */;\n}\n',
    'message M {\n  // Metres.\n  int32 x = 1 [json_name = "y" /* short */];\n}\n',
  ],
  [
    "between glued tokens",
    "message M {\n  int32/* Metres. */x = 1;\n}\n",
    "message M {\n  // Metres.\n  int32 x = 1;\n}\n",
  ],
  [
    "the last of several on a line",
    "message M { int32 x = 1; int32 y = 2; // Metres.\n}\n",
    "message M { int32 x = 1;\n  // Metres.\n  int32 y = 2;\n}\n".replace(
      "\n  // Metres.\n  int32 y",
      "\n// Metres.\nint32 y",
    ),
  ],
  [
    "an aggregate option with // in a string",
    'message M {\n  option deprecated = true; // kept\n  string x = 1 [json_name = "http://x"]; // An address.\n}\n',
    'message M {\n  option deprecated = true; // kept\n  // An address.\n  string x = 1 [json_name = "http://x"];\n}\n',
  ],
  [
    "a method with a body",
    "// Who does it.\nservice S {\n  rpc Go(M) returns (M) { // Never fails.\n    option deprecated = true; // kept\n  }\n}\n// Holds it.\nmessage M {}\n",
    "// Who does it.\nservice S {\n  // Never fails.\n  rpc Go(M) returns (M) {\n    option deprecated = true; // kept\n  }\n}\n// Holds it.\nmessage M {}\n",
  ],
  [
    "code that was commented out, left alone",
    "// Holds it.\nmessage M {\n  int32 x = 1; // Metres.\n  // int32 y = 2;\n}\n",
    "// Holds it.\nmessage M {\n  // Metres.\n  int32 x = 1;\n\n  // int32 y = 2;\n}\n",
  ],
  [
    "a banner between declarations on one line",
    "// Holds it.\nmessage M {  /* ---- x ---- */ int32 x = 1; // Metres.\n}\n",
    "// Holds it.\nmessage M {\n  // ---- x ----\n  // Metres.\n  int32 x = 1;\n}\n",
  ],
];

describe("fix", () => {
  it("moves every comment to its element, and no other", async () => {
    const after = await fixed(...CASES.map(([, body]) => ({ body })));
    expect(CASES.map(([what], i) => [what, after[i]])).toEqual(
      CASES.map(([what, , expected]) => [what, expected]),
    );
  });

  it("keeps CRLF, a byte-order mark, tabs and the lack of a last line ending", async () => {
    const head = HEAD.replaceAll("\n", "\r\n");
    const w = await withProto(
      `\uFEFF${head}message M {\t// Holds it.\r\n\tint32 x = 1;\t// Metres.\r\n}`,
    );
    await w.run("fix");
    expect(await w.read("proto/a/a.proto")).toBe(
      `\uFEFF${head}// Holds it.\r\nmessage M {\r\n\t// Metres.\r\n\tint32 x = 1;\r\n}`,
    );
  });

  it("moves the comments of a group, an extension and an edition's field", async () => {
    const [proto2, edition] = await fixed(
      {
        body: "// Extended.\nmessage M {\n  extensions 1 to 9;\n}\nextend M {\n  optional group G = 1 { // Both.\n    optional int32 x = 2; // Metres.\n  }\n}\n",
        head: HEAD.replace("proto3", "proto2"),
      },
      {
        body: "message M {\n  int32 x = 1 [features.field_presence = IMPLICIT]; // Metres.\n}\n",
        head: HEAD.replace('syntax = "proto3"', 'edition = "2023"'),
      },
    );
    expect(proto2).toContain(
      "extend M {\n  // Both.\n  optional group G = 1 {\n    // Metres.\n    optional int32 x = 2;\n  }\n}\n",
    );
    expect(edition).toContain("  // Metres.\n  int32 x = 1");
  });

  it("prints a diff that git can apply, and writes nothing, with --dry-run", async () => {
    const w = await withProto(`${HEAD}message M { // Holds it.\n}\n`);
    const before = await w.files("proto");
    const { stdout, code } = await w.run("fix", "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toContain("-message M { // Holds it.\n+// Holds it.\n+message M {\n");
    expect(await w.files("proto")).toEqual(before);
    await w.write("fix.diff", stdout.slice(0, stdout.indexOf("No findings")));
    await w.git("apply", "fix.diff");
    expect((await w.json("check", "--only", "docstrings")).findings).toEqual([]);
  });

  it("never invents a docstring, reports what is left where it stands now, and exits with 1", async () => {
    const w = await withProto(`${HEAD}message M { // Holds it.\n  int32 x = 1;\n}\n`);
    const { code, findings } = await w.json("fix");
    expect(code).toBe(1);
    expect(findings.map((one) => `${one.rule} ${one.line}:${one.column} ${one.fixable}`)).toEqual([
      "DOCSTRING_MISSING 8:3 false",
    ]);
  });

  it("says which findings it can fix", async () => {
    const w = await withProto(`${HEAD}message M { // Holds it.\n  int32 x = 1;\n}\n`);
    const { findings } = await w.json("check", "--only", "docstrings");
    expect(findings.map((one) => `${one.rule} ${one.fixable}`)).toEqual([
      "DOCSTRING_BEHIND true",
      "DOCSTRING_MISSING false",
    ]);
  });

  it("leaves protos alone that do not compile", async () => {
    const w = await withProto(`${HEAD}message M { // Holds it.\n  int32 x = 1\n}\n`);
    const before = await w.read("proto/a/a.proto");
    expect((await w.run("fix")).code).toBe(1);
    expect(await w.read("proto/a/a.proto")).toBe(before);
  });

  it("keeps the file's mode, and leaves nothing beside it", async () => {
    const w = await withProto(`${HEAD}message M { // Holds it.\n}\n`);
    const { chmod, readdir } = await import("node:fs/promises");
    await chmod(w.path("proto/a/a.proto"), 0o640);
    await w.run("fix");
    expect((await stat(w.path("proto/a/a.proto"))).mode & 0o777).toBe(0o640);
    expect(await readdir(w.path("proto/a"))).toEqual(["a.proto"]);
  });

  it("does not write through a link that leads out of the workspace", async () => {
    const w = await workspace({
      "buf.yaml": LENIENT["buf.yaml"],
      "lockstep.yaml": undefined,
      "proto/b/b.proto": `${HEAD.replace("package a", "package b")}`,
    });
    const outside = `${w.root}-outside.proto`;
    const { writeFile, readFile, mkdir } = await import("node:fs/promises");
    await writeFile(outside, `${HEAD}message M { // Holds it.\n}\n`);
    await mkdir(w.path("proto/a"), { recursive: true });
    await symlink(outside, w.path("proto/a/a.proto"));
    const { code, stderr } = await w.run("fix");
    expect(code).toBe(2);
    expect(stderr).toContain("proto/a/a.proto leaves the workspace");
    expect(await readFile(outside, "utf8")).toContain("message M { // Holds it.");
  });
});
