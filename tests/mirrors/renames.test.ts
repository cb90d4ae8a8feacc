// A member that the proto renames: fix renames it wherever code uses it, or nowhere.
import { symlink, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { TestWorkspace } from "../workspace.js";
import { found, mirrored, setValues, VALUES } from "./mirror-workspace.js";

const EXCEPT = "/** @proto a.v1.Status except UNSPECIFIED */\n";
const ENUM = `${EXCEPT}export enum Life {\n  STOPPED = 1,\n  HEALTHY = 2,\n  NOT_READY = 3,\n}\n`;
const UNION = `${EXCEPT}export type Life = "stopped" | "healthy" | "not_ready";\n`;
const RENAMED = VALUES.map((value) => value.replace("HEALTHY", "SERVING"));

/** A workspace whose proto had HEALTHY in an earlier commit, and has those values in the last. */
async function changed(
  code: Readonly<Record<string, string>>,
  values = RENAMED,
): Promise<TestWorkspace> {
  const w = await mirrored(code);
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "--message", "Begin");
  await setValues(w, values);
  await w.git("commit", "--quiet", "--all", "--message", "Change the proto");
  return w;
}

/** Expects fix to rename in all files, as `[HEALTHY]` in them says, and to leave nothing to be found. */
async function expectRenamed(code: Readonly<Record<string, string>>): Promise<void> {
  const as = (text: string, upper: string, lower: string): string =>
    text.replace(/\[HEALTHY\]/g, upper).replace(/\[healthy\]/g, lower);
  const before = Object.entries(code).map(([path, text]) => [path, as(text, "HEALTHY", "healthy")]);
  const w = await changed(Object.fromEntries(before));
  expect((await w.run("fix")).code).toBeLessThan(2);
  for (const [path, text] of Object.entries(code)) {
    expect(await w.read(path), path).toBe(as(text, "SERVING", "serving"));
  }
  expect(await found(w)).toEqual([]);
  expect((await w.run("fix")).stderr).toContain("0 findings fixed");
}

/** Expects fix to change nothing, and the finding to say where the rename is uncertain. */
async function expectLeft(code: Readonly<Record<string, string>>, where: string): Promise<void> {
  const w = await changed(code);
  const { findings } = await w.json("check", "--only", "mirrors");
  expect(findings.map(({ help, fixable }) => [help, fixable])).toEqual(
    findings.map(() => [
      `Rename it by hand: whether it is meant cannot be told at ${where}.`,
      false,
    ]),
  );
  expect(findings).not.toEqual([]);
  expect((await w.run("fix")).code).toBe(1);
  for (const [path, text] of Object.entries(code)) expect(await w.read(path), path).toBe(text);
}

const DEFINED = ENUM.replace("HEALTHY", "[HEALTHY]");

describe("fix renames a member", () => {
  it("through aliases, namespaces, re-exports, element access, destructuring and JavaScript", () =>
    expectRenamed({
      "src/life.ts": `${DEFINED}export const own = Life.[HEALTHY];\n`,
      "src/alias.ts": 'import { Life as L } from "./life.js";\nexport const a = L.[HEALTHY];\n',
      "src/space.ts":
        'import * as life from "./life.js";\r\n\r\nexport const b = [ life.Life . [HEALTHY],  life.Life["[HEALTHY]"] ];',
      "src/index.ts": 'export { Life as Lives } from "./life.js";\nexport * from "./life.js";\n',
      "src/far.ts":
        'import { Lives } from "./index.js";\nexport type H = Lives.[HEALTHY];\nexport const c = Lives[`[HEALTHY]`];\n',
      "src/view.tsx":
        'import { Life } from "./index.js";\nexport const View = () => <b title={Life[Life.[HEALTHY]]}>HEALTHY</b>;\n',
      "src/old.js":
        '// HEALTHY is good.\nconst { Life } = require("./life.js");\n/** @type {import("./life.js").Life} */\nlet life = Life.[HEALTHY];\nmodule.exports = { life };\n',
      "lib/mark.mts":
        "\uFEFFimport { Life } from '../src/life.js';\nexport const d = Life.[HEALTHY];\n",
    }));

  it("of a const object, with what is taken out of it", () =>
    expectRenamed({
      "src/life.ts": `${EXCEPT}export const Life = Object.freeze({ STOPPED: 1, [HEALTHY]: 2, NOT_READY: 3 } as const);\n`,
      "src/use.ts":
        'import { Life } from "./life.js";\nexport const { STOPPED, [HEALTHY]: up } = Life;\nexport const is = (x: unknown) => x === Life.[HEALTHY];\n',
    }));

  it("in a destructuring that names a variable after it, whose name stays", async () => {
    const w = await changed({
      "src/life.ts": ENUM,
      "src/use.ts":
        'import { Life } from "./life.js";\nconst { HEALTHY } = Life;\nexport default { HEALTHY };\n',
    });
    await w.run("fix");
    expect(await w.read("src/use.ts")).toBe(
      'import { Life } from "./life.js";\nconst { SERVING: HEALTHY } = Life;\nexport default { HEALTHY };\n',
    );
  });

  it("of a union, where the types say that a text is one of it", () =>
    expectRenamed({
      "src/life.ts": UNION.replace("healthy", "[healthy]"),
      "src/use.ts":
        "import type { Life } from './life.js';\nexport const first: Life = '[healthy]';\nexport const is = (life: Life) => life === '[healthy]';\nexport function f(life: Life): Life {\n  switch (life) {\n    case '[healthy]':\n      return 'stopped';\n    default:\n      return '[healthy]';\n  }\n}\n",
    }));

  it("together with the mirrors that refer to it, and with the bindings in them", () =>
    expectRenamed({
      "src/life.ts": DEFINED,
      "src/map.ts": `import { Status as Proto } from "../generated/index.js";\nimport { Life } from "./life.js";\n\n${EXCEPT}export const TO = {\n  [Life.STOPPED]: Proto.STOPPED,\n  [Life.[HEALTHY]]: Proto.[HEALTHY],\n  [Life.NOT_READY]: Proto.NOT_READY,\n};\n${EXCEPT}export const FROM: Record<string, Life> = {\n  stopped: Life.STOPPED,\n  [healthy]: Life.[HEALTHY],\n  not_ready: Life.NOT_READY,\n};\n`,
    }));

  it("of mirrors that types connect with each other, and of what has their keys", () =>
    expectRenamed({
      "src/a.ts": `${EXCEPT}export const A = { "STOPPED": 1, "[HEALTHY]": 2, "NOT_READY": 3 } as const;\n`,
      "src/b.ts": `import { A } from "./a.js";\n${EXCEPT}export const B: Record<keyof typeof A, number> = { STOPPED: 1, [HEALTHY]: A.[HEALTHY], NOT_READY: 3 };\n`,
      "src/c.ts":
        'import { A } from "./a.js";\nimport { B } from "./b.js";\nexport const LABELS: { [K in keyof typeof A]: string } = {\n  STOPPED: "Off",\n  [HEALTHY]: "On",\n  NOT_READY: "Soon",\n};\nexport const all = [LABELS.[HEALTHY], A["[HEALTHY]"], B.[HEALTHY]];\nexport const of = (key: keyof typeof A) => LABELS[key] + B[key];\n',
    }));

  it("whose new name somebody gave to a key that leads to it", () =>
    expectRenamed({
      "src/life.ts": DEFINED,
      "src/map.ts": `import { Life } from "./life.js";\n${EXCEPT}export const FROM = {\n  stopped: Life.STOPPED,\n  serving: Life.[HEALTHY],\n  not_ready: Life.NOT_READY,\n};\n`,
    }));

  it("once, where a link leads to the same file", async () => {
    const use = 'import { Life } from "../src/life.js";\nexport const x = Life.HEALTHY;\n';
    const w = await changed({ "src/life.ts": ENUM, "lib/use.ts": use });
    await symlink(w.path("lib/use.ts"), w.path("src/link.ts"));
    expect((await w.run("fix")).code).toBeLessThan(2);
    expect(await w.read("lib/use.ts")).toBe(use.replace("HEALTHY", "SERVING"));
  });

  it("and leaves alone what only has the same name", () =>
    expectRenamed({
      "src/life.ts": DEFINED,
      "src/other.ts":
        'import { Code } from "some-package";\nenum Other { HEALTHY }\nexport const o = [Other.HEALTHY, Code.HEALTHY, process.env.HEALTHY];\n',
    }));
});

describe("fix renames nothing, and says where it cannot tell,", () => {
  const IMPORT = 'import { Life } from "./life.js";\n';
  it.each([
    ["of a text", "export const x = [1].map(String).includes('HEALTHY');\n", "src/use.ts:1"],
    [
      "of an access by a text",
      `${IMPORT}export const get = (name: string) => Life[name as never];\nexport const of = (name: string) => Life[name];\n`,
      "src/use.ts:3",
    ],
    [
      "of something without a type",
      "export const get = (life: any) => life.HEALTHY;\n",
      "src/use.ts:1",
    ],
    [
      "of an import that leads nowhere",
      'import { Life } from "./gone.js";\nexport const x = Life.HEALTHY;\n',
      "src/use.ts:2",
    ],
    [
      "of a file that does not parse",
      `${IMPORT}export const x = Life.HEALTHY;\nexport const y = {\n`,
      "src/use.ts:4",
    ],
  ])("because %s", (_, use, where) =>
    expectLeft({ "src/life.ts": ENUM, "src/use.ts": use }, where),
  );

  it("because a Map is asked with a text", () =>
    expectLeft(
      {
        "src/map.ts": `${EXCEPT}export const MAP = new Map([["stopped", 1], ["healthy", 2], ["not_ready", 3]]);\n`,
        "src/use.ts":
          'import * as all from "./map.js";\nexport const get = (name: string) => all.MAP.get(name);\n',
      },
      "src/use.ts:2",
    ));

  it("because a link leads to code outside the workspace", async () => {
    const w = await changed({ "src/life.ts": ENUM });
    const outside = `${w.root}-outside.ts`;
    await writeFile(outside, 'import { Life } from "./life.js";\nexport const x = Life.HEALTHY;\n');
    await symlink(outside, w.path("src/use.ts"));
    const { findings } = await w.json("check", "--only", "mirrors");
    expect(findings.map(({ help }) => help)).toEqual([
      "Rename it by hand: whether it is meant cannot be told at src/use.ts:2.",
    ]);
  });

  it("and not in one mirror of two", () =>
    expectLeft(
      {
        "src/life.ts": UNION,
        "src/map.ts": `${EXCEPT}export const MAP = { stopped: 1, healthy: 2, not_ready: 3 };\nexport const get = (name: string) => (MAP as Record<string, number>)["healthy"];\n`,
      },
      "src/map.ts:3",
    ));
});

it("a member that the proto deleted is not removed while code uses it by another name", async () => {
  const code = {
    "src/life.ts": ENUM,
    "src/use.ts": 'import { Life as L } from "./life.js";\nexport const x = L.HEALTHY;\n',
  };
  const left = VALUES.filter((value) => !value.startsWith("HEALTHY"));
  const w = await changed(code, left);
  const { findings } = await w.json("check", "--only", "mirrors");
  expect(findings.map(({ help }) => help)).toEqual([
    "Remove it, and what uses it. It is used at src/use.ts:2.",
  ]);
  await w.run("fix");
  expect(await w.read("src/life.ts")).toBe(ENUM);
});
