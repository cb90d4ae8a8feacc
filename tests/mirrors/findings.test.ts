// What is wrong with mirrors: the finding, its place and its cause, and what fix makes of it.
import { describe, expect, it } from "vitest";
import type { TestWorkspace } from "../workspace.js";
import { found, mirrored, placeOf, setValues, VALUES } from "./mirror-workspace.js";

const TAG = "/** @proto a.v1.Status */\n";
const EXCEPT = "/** @proto a.v1.Status except UNSPECIFIED */\n";
const IMPORT = 'import { Status } from "../generated/index.js";\n';
const NUMBERS = `${TAG}export enum Life {\n  UNSPECIFIED = 0,\n  STOPPED = 1,\n  HEALTHY = 2,\n  NOT_READY = 3,\n}\n`;
const UNION = `${EXCEPT}export type Life =\n  | "stopped"\n  | "healthy"\n  | "not_ready";\n`;
const MAP = `${IMPORT}${EXCEPT}export const MAP = {\n  stopped: Status.STOPPED,\n  healthy: Status.HEALTHY,\n  not_ready: Status.NOT_READY,\n};\n`;

/** What fix makes of the code; a second run has to change nothing. */
async function fixed(w: TestWorkspace): Promise<string> {
  return (await allFixed(w, ["src/code.ts"]))[0] as string;
}

async function allFixed(w: TestWorkspace, paths: readonly string[]): Promise<string[]> {
  const texts = (): Promise<string[]> => Promise.all(paths.map((path) => w.read(path)));
  expect((await w.run("fix")).code).toBeLessThan(2);
  const once = await texts();
  expect((await w.run("fix")).stderr).toContain("0 findings fixed");
  expect(await texts()).toEqual(once);
  return once;
}

async function messages(w: TestWorkspace): Promise<string[]> {
  const { findings } = await w.json("check", "--only", "mirrors");
  return findings.map(({ message, help }) => `${message} ${help}`);
}

type Row = readonly [what: string, code: string, ...rest: unknown[]];

const pathOf = (i: number): string => `src/row${i}.ts`;

/** A workspace in which the code of each row is a file of its own. */
function mirroredRows(rows: readonly Row[], values?: readonly string[]): Promise<TestWorkspace> {
  return mirrored(Object.fromEntries(rows.map(([, code], i) => [pathOf(i), code])), values);
}

/** What check finds in each row's file, by what the row is about. */
async function foundInRows(
  w: TestWorkspace,
  rows: readonly Row[],
): Promise<Record<string, { places: string[]; said: string }>> {
  const { findings } = await w.json("check", "--only", "mirrors");
  expect(findings.filter(({ path }) => !rows.some((_, i) => path === pathOf(i)))).toEqual([]);
  return named(rows, (_, i) => {
    const own = findings.filter(({ path }) => path === pathOf(i));
    return {
      places: own.map(placeOf),
      said: own.map(({ message, help }) => `${message} ${help}`).join("\n"),
    };
  });
}

/** Something of each row, by what the row is about. */
function named<R extends Row, T>(
  rows: readonly R[],
  of: (row: R, i: number) => T,
): Record<string, T> {
  return Object.fromEntries(rows.map((row, i) => [row[0], of(row, i)]));
}

async function commit(w: TestWorkspace, subject: string): Promise<void> {
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "--message", subject);
}

describe("a wrong member", () => {
  const cases: readonly [what: string, code: string, findings: string[], after: string][] = [
    [
      "of a map, which leads to another value",
      MAP.replace("healthy: Status.HEALTHY", "healthy: Status.STOPPED"),
      ["5:12 MIRROR_WRONG_VALUE fixable"],
      MAP,
    ],
    [
      "of a map, which leads to a value that does not exist",
      MAP.replace("healthy: Status.HEALTHY", "healthy: Status.HELTHY"),
      ["5:12 MIRROR_WRONG_VALUE fixable"],
      MAP,
    ],
    [
      "of a map back",
      `${IMPORT}${EXCEPT}const M = new Map([\n  [Status.STOPPED, 'stopped'],\n  [Status.HEALTHY, 'stopped'],\n  [Status.NOT_READY, 'not-ready'],\n]);\n`,
      ["5:20 MIRROR_WRONG_VALUE fixable"],
      `${IMPORT}${EXCEPT}const M = new Map([\n  [Status.STOPPED, 'stopped'],\n  [Status.HEALTHY, 'healthy'],\n  [Status.NOT_READY, 'not-ready'],\n]);\n`,
    ],
    [
      "of an enum, with another number",
      NUMBERS.replace("HEALTHY = 2", "HEALTHY = 9"),
      ["5:3 MIRROR_WRONG_NUMBER fixable"],
      NUMBERS,
    ],
    [
      "of an enum that counts on",
      `${TAG}enum Life { UNSPECIFIED, STOPPED = 5, HEALTHY, NOT_READY }\n`,
      [
        "2:26 MIRROR_WRONG_NUMBER fixable",
        "2:39 MIRROR_WRONG_NUMBER fixable",
        "2:48 MIRROR_WRONG_NUMBER fixable",
      ],
      `${TAG}enum Life { UNSPECIFIED, STOPPED = 1, HEALTHY = 2, NOT_READY = 3 }\n`,
    ],
    [
      "of an enum, mistyped beside its number",
      NUMBERS.replace("HEALTHY", "HELTHY"),
      ["5:3 MIRROR_UNKNOWN_MEMBER fixable"],
      NUMBERS,
    ],
    [
      "of a switch",
      `${IMPORT}${EXCEPT}function from(s: Status): string {\n  switch (s) {\n    case Status.STOPPED: return "stopped";\n    case Status.HEALTHY: return "not_ready";\n    case Status.NOT_READY: return "not_ready";\n  }\n  return "";\n}\n`,
      ["6:33 MIRROR_WRONG_VALUE fixable"],
      `${IMPORT}${EXCEPT}function from(s: Status): string {\n  switch (s) {\n    case Status.STOPPED: return "stopped";\n    case Status.HEALTHY: return "healthy";\n    case Status.NOT_READY: return "not_ready";\n  }\n  return "";\n}\n`,
    ],
  ];
  it("is found, and fixed", async () => {
    const w = await mirroredRows(cases);
    const places = named(cases, ([, , findings]) => ({ places: findings }));
    expect(await foundInRows(w, cases)).toMatchObject(places);
    const texts = await allFixed(w, [...cases.keys()].map(pathOf));
    expect(named(cases, (_, i) => texts[i])).toEqual(named(cases, ([, , , after]) => after));
    expect(await found(w)).toEqual([]);
  });

  it("that only resembles another is shown with it, and left alone", async () => {
    const w = await mirrored(UNION.replace("healthy", "helthy"));
    expect(await found(w)).toEqual(["4:5 MIRROR_UNKNOWN_MEMBER"]);
    expect(await messages(w)).toEqual([
      "a.v1.Status has no helthy, which Life has. Is STATUS_HEALTHY meant? Correct it by hand: that it is meant is likely, not certain.",
    ]);
    expect(await fixed(w)).toBe(UNION.replace("healthy", "helthy"));
  });

  it("that the proto never had is shown as such", async () => {
    const w = await mirrored(UNION.replace(";", '\n  | "exploded";'));
    expect(await messages(w)).toEqual([
      "a.v1.Status has no exploded, which Life has. The proto never had it. Remove it, or add it to the proto.",
    ]);
  });

  it("beside the right one for the same value", async () => {
    const w = await mirrored(MAP.replace("};", "  running: Status.HEALTHY,\n};"));
    expect(await messages(w)).toEqual([
      "a.v1.Status has no running, which MAP has. STATUS_HEALTHY has a member of its own already. Keep the member that is called what the proto calls it.",
    ]);
  });
});

describe("a value that the proto renames", () => {
  const RENAMED = VALUES.map((value) => value.replace("HEALTHY", "SERVING"));

  it("is renamed in a union, a map and a numeric enum, once git tells that", async () => {
    const w = await mirrored(NUMBERS + UNION + MAP);
    await commit(w, "Begin");
    await setValues(w, RENAMED);
    expect(await found(w)).toEqual([
      "5:3 MIRROR_UNKNOWN_MEMBER fixable",
      "11:5 MIRROR_UNKNOWN_MEMBER fixable",
      "17:3 MIRROR_UNKNOWN_MEMBER fixable",
    ]);
    expect(await messages(w)).toContain(
      "a.v1.Status has no healthy, which Life has. It was renamed to STATUS_SERVING since the last commit. Rename it. lockstep fix does that.",
    );
    await commit(w, "Say SERVING");
    expect((await messages(w))[1]).toMatch(
      /It was renamed to STATUS_SERVING in commit [0-9a-f]{7,} of \d{4}-\d\d-\d\d \("Say SERVING"\)\./,
    );
    expect(await fixed(w)).toBe(
      (NUMBERS + UNION + MAP).replaceAll("HEALTHY", "SERVING").replaceAll("healthy", "serving"),
    );
    expect(await found(w)).toEqual([]);
  });

  it("is left to the reader where code uses it, and the finding says where", async () => {
    const use = "export const is = (life: Life): boolean => life === Life.HEALTHY;\n";
    const w = await mirrored({ "src/code.ts": NUMBERS, "src/use.ts": use });
    await setValues(w, RENAMED);
    expect(await found(w)).toEqual(["5:3 MIRROR_UNKNOWN_MEMBER"]);
    expect((await messages(w))[0]).toContain(
      "Rename it by hand: whether it is meant cannot be told at src/use.ts:1.",
    );
    expect(await fixed(w)).toBe(NUMBERS);
  });
});

describe("a value that the proto deletes", () => {
  const cases: readonly [what: string, before: string, after: string][] = [
    ["a union", UNION, UNION.replace('  | "healthy"\n', "")],
    [
      "the last of a union",
      UNION.replace('healthy"\n  | "not_ready', 'not_ready"\n  | "healthy'),
      UNION.replace('  | "healthy"\n', ""),
    ],
    ["a map", MAP, MAP.replace("  healthy: Status.HEALTHY,\n", "")],
    [
      "a list on one line",
      `${EXCEPT}const L = ["healthy", "stopped", "not_ready"];\n`,
      `${EXCEPT}const L = ["stopped", "not_ready"];\n`,
    ],
    [
      "an enum, with its comment",
      NUMBERS.replace("  HEALTHY", "  // Answers.\n  HEALTHY").replace("2,", "2, // two"),
      NUMBERS.replace("  HEALTHY = 2,\n", ""),
    ],
  ];
  it("goes from code, once git tells that", async () => {
    const w = await mirroredRows(cases);
    await commit(w, "Begin");
    await setValues(
      w,
      VALUES.filter((value) => !value.startsWith("HEALTHY")),
    );
    await commit(w, "Drop HEALTHY");
    for (const [what, { said }] of Object.entries(await foundInRows(w, cases)))
      expect(said, what).toContain("It was deleted from the proto in commit");
    const texts = await allFixed(w, [...cases.keys()].map(pathOf));
    expect(named(cases, (_, i) => texts[i])).toEqual(named(cases, ([, , after]) => after));
    expect(await found(w)).toEqual([]);
  });
});

it("a value that the proto renumbers gets its number", async () => {
  const names = `${TAG}const NAMES = { 0: "unspecified", 1: "stopped", 2: "healthy", 3: "not_ready" };\n`;
  const w = await mirrored(NUMBERS + names);
  await setValues(
    w,
    VALUES.map((value) => value.replace("HEALTHY = 2", "HEALTHY = 4")),
  );
  expect(await found(w)).toEqual([
    "5:3 MIRROR_WRONG_NUMBER fixable",
    "9:49 MIRROR_UNKNOWN_MEMBER fixable",
  ]);
  expect(await fixed(w)).toBe(
    (NUMBERS + names).replace("HEALTHY = 2", "HEALTHY = 4").replace("2: ", "4: "),
  );
});

describe("how a new member is written", () => {
  const cases: readonly [what: string, code: string, message: string][] = [
    [
      "for an empty enum",
      `${TAG}enum Life {}\n`,
      'there is no member yet that shows how they are written. Write it by hand: UNSPECIFIED = 0 or UNSPECIFIED = "unspecified".',
    ],
    [
      "where two ways are mixed",
      `${EXCEPT}type Life = "stopped" | "not_ready" | "HEALTHY";\n`,
      'its members are written in two ways. Write it by hand: "stopped" or "HEALTHY".',
    ],
    [
      "where no member has two words",
      `${EXCEPT}type Life = "stopped" | "healthy" | "pending";\n`,
      'the other members do not show how several words are written. Write it by hand: "not_ready" or "not-ready" or "notReady" or "not ready".',
    ],
    [
      "for texts of their own",
      `${IMPORT}${EXCEPT}const LABELS = {\n  [Status.STOPPED]: "Not running",\n  [Status.HEALTHY]: "Answers requests",\n  [Status.NOT_READY]: "Loads its model",\n};\n`,
      "Add it by hand, because each of its members has a text or code of its own; or leave it out: @proto a.v1.Status except STATUS_PENDING",
    ],
    [
      "for cases with code of their own",
      `${EXCEPT}function f(s: string) {\n  switch (s) {\n    case "stopped":\n    case "healthy":\n      log(s);\n      return 1;\n    case "not_ready":\n      return 2;\n  }\n}\n`,
      "because its cases do more than to return or assign one value",
    ],
  ];
  it("is not guessed, and the code left as it is", async () => {
    const w = await mirroredRows(cases, [...VALUES, "PENDING = 7"]);
    const all = await foundInRows(w, cases);
    for (const [what, , message] of cases) expect(all[what]?.said, what).toContain(message);
    expect((await w.run("generate")).code).toBe(1);
    for (const [i, [what, code]] of cases.entries())
      expect(await w.read(pathOf(i)), what).toBe(code);
    expect((await w.files("generated")).size).toBe(0);
  });
});

describe("a tag", () => {
  const cases: readonly [what: string, code: string, finding: string, message: string][] = [
    [
      "with an unknown enum",
      "/** @proto a.v1.Statsu */\nenum Life { A }\n",
      "1:5 MIRROR_UNKNOWN_SYMBOL",
      "The protos have no a.v1.Statsu. Did you mean a.v1.Status?",
    ],
    [
      "with another package",
      "/** @proto b.v2.Status */\nenum Life { A }\n",
      "1:5 MIRROR_UNKNOWN_SYMBOL",
      "Did you mean a.v1.Status?",
    ],
    [
      "with a message",
      "/** @proto a.v1.Endpoint */\nenum Life { A }\n",
      "1:5 MIRROR_UNKNOWN_SYMBOL",
      "a.v1.Endpoint is a message, and only enums are mirrored.",
    ],
    [
      "that leaves out a value that does not exist",
      "/** @proto a.v1.Status except UNSPECIFED */\nenum Life { A }\n",
      "1:5 MIRROR_UNKNOWN_SYMBOL",
      "The protos have no a.v1.Status.UNSPECIFED. Did you mean STATUS_UNSPECIFIED?",
    ],
    ["without an enum", "/** @proto */\nenum Life { A }\n", "1:5 MIRROR_TAG", "it names no enum"],
    [
      "with a word that it does not know",
      "/** @proto a.v1.Status without X */\nenum Life { A }\n",
      "1:5 MIRROR_TAG",
      '"without" stands where only "except" may',
    ],
    [
      "on nothing that mirrors",
      "/**\n * Text.\n * @proto a.v1.Status\n */\nlet life = read();\n",
      "3:4 MIRROR_UNSUPPORTED",
      "on something else than a literal list or map",
    ],
    [
      "on a function without a switch",
      "/** @proto a.v1.Status */\nfunction f() {}\n",
      "1:5 MIRROR_UNSUPPORTED",
      "on a function without a switch",
    ],
    [
      "in a comment of another kind",
      "// @proto a.v1.Status\nenum Life { A }\n",
      "1:4 MIRROR_UNSUPPORTED",
      "on a comment that is no JSDoc comment",
    ],
    ["at the end of a file", "/** @proto a.v1.Status */", "1:5 MIRROR_UNSUPPORTED", "on nothing"],
    [
      "in a file that does not parse",
      "/** @proto a.v1.Status */\nenum Life { A\n",
      "3:1 MIRROR_SYNTAX",
      "does not parse",
    ],
    [
      "on members that cannot be read",
      `${IMPORT}${EXCEPT}const M = {\n  stopped: Status.STOPPED,\n  healthy: other(),\n  not_ready: Status.NOT_READY,\n};\n`,
      "5:12 MIRROR_UNREADABLE",
      "Which value of a.v1.Status `other()` in M stands for cannot be told.",
    ],
  ];
  it("that leads nowhere is found", async () => {
    const w = await mirroredRows(cases);
    await w.write("proto/a/v1/b.proto", 'syntax = "proto3";\npackage a.v1;\nmessage Endpoint {}\n');
    const all = await foundInRows(w, cases);
    for (const [what, , finding, message] of cases) {
      expect(all[what]?.places, what).toEqual([finding]);
      expect(all[what]?.said, what).toContain(message);
    }
  });

  it("in prose, in a string and in a word is none", async () => {
    const w = await mirrored(
      '/** Write @proto in a comment, or {@protocol x}. */\nexport const a = "@proto a.v1.Status";\nconst b = /@proto x/; // @protobuf-ts/plugin\n',
    );
    expect(await found(w)).toEqual([]);
  });
});
