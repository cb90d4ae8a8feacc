// Whatever else is in a file of TypeScript or JavaScript, its mirrors are read and edited where they stand; and what
// does not parse is told with its place.
import { expect, it } from "vitest";
import { found, generated, mirrored, setValues, VALUES } from "./mirror-workspace.js";

const TAG = "/** @proto a.v1.Status except UNSPECIFIED */";
const UNION = `${TAG}\nexport type Life = "stopped" | "healthy" | "not_ready";\n`;
const LIST = `${TAG}\nexport const ALL = ["stopped", "healthy", "not_ready"];\n`;

/** Files with a list or a union of the texts `stopped`, `healthy` and `not_ready`. */
const FILES: Readonly<Record<string, string>> = {
  "emoji.ts": `\uFEFF// 👩‍🚀 𝒳\nconst rocket = "🚀"; /* 🚀 */ const other = '🛰️';\n${UNION}`,
  "script.mjs": `#!/usr/bin/env -S node --no-warnings // 🚀\n${LIST}await import("./none.js");\n`,
  "windows.ts": `// 🚀\r\n${UNION.replaceAll("\n", "\r\n")}`,
  "decorated.ts": `@sealed() class A {\n  ${TAG}\n  @kept static ALL: string[] = ["stopped", "healthy", "not_ready"];\n  constructor(@inject() private readonly x: string) {}\n}\n`,
  "view.js": `${LIST}export const view = <b title="it's">// no comment {/* one */}</b>;\n`,
  "view.jsx": `${LIST}export const view = <>{ALL.map((one) => <b key={one} />)}</>;\n`,
  "view.tsx": `${UNION}export const view = <T,>(x: T) => <b>{String(x)}</b>;\n`,
  "cast.ts": `${TAG}\nconst ALL = <const>(["stopped", "healthy", "not_ready"]);\n`,
  "common.cts": `import fs = require("node:fs");\n${TAG}\nexport = { stopped: 1, healthy: 2, not_ready: 3 };\n`,
  "script.js": `if (!module.parent) return;\n${TAG}\nmodule.exports.ALL = ["stopped", "healthy", "not_ready"];\n`,
  "common.cjs": `if (!module.parent) return;\n${TAG}\nmodule.exports = ["stopped", "healthy", "not_ready"];\n`,
  "types.d.ts": `declare namespace lives {\n  ${UNION}}\n`,
  "between.ts": `export /** Why. */ default 1;\n${TAG} // more\n/* and more */ export\n  declare type Life = | "stopped" | "healthy" | "not_ready";\n`,
  "two.ts": `${TAG}\n/** What there is. */\n${LIST.slice(TAG.length + 1)}`,
};

const ADDED: readonly [before: string, after: string][] = [
  ['| "not_ready"', '| "not_ready" | "pending"'],
  [', "not_ready"', ', "not_ready", "pending"'],
  ["not_ready: 3", "not_ready: 3, pending: 7"],
];

it("mirrors are kept in step beside whatever else the languages have", async () => {
  const w = await mirrored(
    Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`src/${name}`, text])),
  );
  expect(await generated(w)).toContain(`${Object.keys(FILES).length} mirrors in`);
  await setValues(w, [...VALUES, "PENDING = 7"]);
  await generated(w);
  for (const [name, text] of Object.entries(FILES)) {
    const after = ADDED.reduce((code, [from, to]) => code.replace(from, to), text);
    expect(after, name).not.toBe(text);
    expect(await w.read(`src/${name}`), name).toBe(after);
  }
});

it.each([
  ["an emoji before it", "a.ts", 'const a = "🚀", = 1;\n', "3:17"],
  ["a byte-order mark before it", "a.ts", "", "1:7", "\uFEFFconst = 1;\n"],
  ["the end of the file", "a.ts", "const a = {\n", "4:1"],
  ["a type in JavaScript", "a.js", "let a: string;\n", "3:6"],
  ["JSX where a type is asserted", "a.ts", "const a = <b>{1}</b>;\n", "3:16"],
  ["what only JavaScript takes at its top", "a.ts", "function f() {\n  await 1;\n}\n", "4:3"],
])(
  "a file that does not parse is told with its place: %s",
  async (_, name, code, at, before = "") => {
    const w = await mirrored({
      [`src/${name}`]: before + (name.endsWith("ts") ? UNION : LIST) + code,
    });
    expect(await found(w)).toEqual([`${at} MIRROR_SYNTAX`]);
  },
);
