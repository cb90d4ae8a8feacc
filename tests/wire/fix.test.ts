// lockstep fix on breaking changes, as a user sees it: what becomes of a file, to the byte.
import { describe, expect, it } from "vitest";
import { LENIENT, type TestWorkspace, workspace } from "../workspace.js";
import { BY_HAND, type Case, E, ENUMS, FIELDS, REMOVED } from "./fix-table.js";

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
