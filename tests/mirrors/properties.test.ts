// Laws of mirrors, for random enums, shapes and conventions: what is added to a mirror of some values makes
// it what it would be had it been written for all of them, and then there is nothing to add or to find.
import { create, createFileRegistry, type DescEnum } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { expect, it } from "vitest";
import { applyEdits } from "../../core/edit.js";
import type { MirrorProblem } from "../../core/mirror.js";
import { readMirrors } from "../../sync/languages/typescript/mirrors/read-mirrors.js";
import type { Declaration } from "../../sync/mirrors/declaration.js";
import { judgeMirror } from "../../sync/mirrors/judge.js";
import { placeIn } from "../../sync/mirrors/place.js";
import { readMirror } from "../../sync/mirrors/reading.js";

interface Value {
  readonly words: readonly string[];
  readonly number: number;
}

type Style = (words: readonly string[]) => string;
type Shape = (values: readonly Value[], how: How) => string;

interface How {
  readonly key: Style;
  readonly value: Style;
  readonly quote: string;
  readonly eol: string;
  readonly indent: string;
  readonly lastComma: boolean;
  readonly lines: boolean;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const IDENTIFIERS: readonly Style[] = [
  (words) => words.join("_").toUpperCase(),
  (words) => words.join("_"),
  (words) => words.map((word, i) => (i === 0 ? word : capital(word))).join(""),
  (words) => words.map(capital).join(""),
  (words) => `STATUS_${words.join("_").toUpperCase()}`,
  (words) => `k${words.map(capital).join("")}`,
  (words) => `status${words.map(capital).join("")}`,
];
const TEXTS: readonly Style[] = [
  ...IDENTIFIERS,
  (words) => words.join("-"),
  (words) => words.map(capital).join(" "),
  (words) => capital(words.join(" ")),
  (words) => words.join(" "),
  (words) => `status.${words.join("_")}`,
  (words) => `status-${words.join("-")}`,
];

/** Members between brackets, on lines of their own or in one. */
function bracketed(open: string, members: readonly string[], close: string, how: How): string {
  const { lines, eol, indent, lastComma } = how;
  if (!lines) return `${open}${members.join(", ")}${close}`;
  const inner = members.map((one) => `${indent}${one}`).join(`,${eol}`);
  return `${open}${eol}${inner}${lastComma ? "," : ""}${eol}${close}`;
}

const quoted = (text: string, { quote }: How): string => quote + text + quote;
const reference = ({ words }: Value): string => `Status.${words.join("_").toUpperCase()}`;
const member =
  (
    separator: string,
    key: (value: Value, how: How) => string,
    value: (value: Value, how: How) => string,
  ) =>
  (one: Value, how: How): string =>
    `${key(one, how)}${separator}${value(one, how)}`;
const name = (one: Value, how: How): string => how.key(one.words);
const text = (one: Value, how: How): string => quoted(how.value(one.words), how);

const around =
  (open: string, one: (value: Value, how: How) => string, close: string): Shape =>
  (values, how) =>
    bracketed(
      open,
      values.map((value) => one(value, how)),
      close,
      how,
    );

const SHAPES: Readonly<Record<string, Shape>> = {
  "numeric enum": around(
    "enum Life {",
    member(" = ", name, ({ number }) => String(number)),
    "}",
  ),
  "string enum": around("export enum Life {", member(" = ", name, text), "}"),
  "const object": around("const Life = {", member(": ", name, text), "} as const;"),
  "map to values": around(
    "const MAP = {",
    member(": ", (one, how) => quoted(how.value(one.words), how), reference),
    "};",
  ),
  "map to texts": around(
    "const MAP = Object.freeze({",
    member(": ", (one) => `[${reference(one)}]`, text),
    "});",
  ),
  "map of numbers": around(
    "const MAP = {",
    member(": ", ({ number }) => String(number), text),
    "};",
  ),
  "Map of pairs": around(
    "const MAP = new Map([",
    (one, how) => `[${text(one, how)}, ${reference(one)}]`,
    "]);",
  ),
  array: around("const ALL = [", text, "] as const;"),
  "Set of values": around("const ALL = new Set([", reference, "]);"),
  union: (values, how) => {
    const texts = values.map((value) => text(value, how));
    return how.lines
      ? `type Life =${how.eol}${texts.map((one) => `${how.indent}| ${one}`).join(how.eol)};`
      : `type Life = ${texts.join(" | ")};`;
  },
  switch: (values, how) => {
    const cases = values.map(
      (one) =>
        `  case ${text(one, how)}:${how.eol}${how.indent}${how.indent}return ${reference(one)};`,
    );
    return [
      "function f(s) {",
      " switch (s) {",
      ...cases,
      "  default:",
      "   return 0;",
      " }",
      "}",
    ].join(how.eol);
  },
};

const word = fc.stringMatching(/^[a-z]{2,7}$/);
const values = fc
  .uniqueArray(fc.array(word, { minLength: 1, maxLength: 3 }), {
    minLength: 4,
    maxLength: 9,
    selector: (words) => words.join(""),
  })
  // A name that ends in another one may be read as that one behind an affix.
  .filter((all) =>
    all.every((one) =>
      all.every((other) => one === other || !one.join("").endsWith(other.join(""))),
    ),
  )
  .filter((all) => all.filter((words) => words.length > 1).length >= 2)
  .chain((all) =>
    fc
      .uniqueArray(fc.integer({ min: 0, max: 40 }), {
        minLength: all.length,
        maxLength: all.length,
      })
      .map((numbers) =>
        all.map((words, i): Value => ({ words, number: i === 0 ? 0 : (numbers[i] as number) + 1 })),
      ),
  )
  .filter((all) => new Set(all.map(({ number }) => number)).size === all.length);

const how = fc.record({
  key: fc.constantFrom(...IDENTIFIERS),
  value: fc.constantFrom(...TEXTS),
  quote: fc.constantFrom('"', "'"),
  eol: fc.constantFrom("\n", "\r\n"),
  indent: fc.constantFrom("  ", "\t", "    "),
  lastComma: fc.boolean(),
  lines: fc.boolean(),
});

function enumOf(all: readonly Value[]): DescEnum {
  const value = all.map(({ words, number }) => ({
    name: `STATUS_${words.join("_").toUpperCase()}`,
    number,
  }));
  const file = {
    name: "a.proto",
    package: "a",
    syntax: "proto3",
    enumType: [{ name: "Status", value }],
  };
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getEnum(
    "a.Status",
  ) as DescEnum;
}

/** What the additions make of code, what is found in it, and what the fixes make of it. */
async function judged(
  code: string,
  desc: DescEnum,
): Promise<{ text: string; problems: readonly MirrorProblem[]; fixed: string }> {
  const { declarations, error, unsupported } = readMirrors("src/code.ts", code, () => false);
  expect([error, unsupported]).toEqual([undefined, []]);
  const reading = readMirror(declarations[0] as Declaration, desc, new Set(), () => undefined);
  const { problems, additions } = await judgeMirror(reading, {
    place: (range) => placeIn("src/code.ts", code, range),
    findMirror: () => undefined,
    fateOf: async () => ({ number: undefined, when: "in commit 0" }),
    usesOf: async () => ({ edits: [], left: [] }),
  });
  const fixes = problems.flatMap(({ fix }) => fix ?? []);
  return { text: applyEdits(code, additions), problems, fixed: applyEdits(code, fixes) };
}

const head = (eol: string): string =>
  `import { Status } from "../generated/index.js";${eol}/** @proto a.Status */${eol}`;

it.each(Object.entries(SHAPES))("%s: adding to a part makes the whole", async (_, shape) => {
  await fc.assert(
    fc.asyncProperty(values, how, fc.infiniteStream(fc.boolean()), async (all, one, kept) => {
      const desc = enumOf(all);
      const flags = [...kept.take(all.length)];
      const part = all.filter((_value, i) => flags[i]);
      // Two members, and a name of several words, show the convention.
      fc.pre(part.length >= 2 && part.some(({ words }) => words.length > 1));
      const whole = head(one.eol) + shape(all, one) + one.eol;
      const added = await judged(head(one.eol) + shape(part, one) + one.eol, desc);
      expect(added.problems).toEqual([]);
      expect(added.text).toBe(whole);
      const again = await judged(whole, desc);
      expect(again).toEqual({ text: whole, problems: [], fixed: whole });
    }),
    { numRuns: 150 },
  );
});

it.each(Object.entries(SHAPES))(
  "%s: removing what the proto deleted leaves the rest",
  async (_, shape) => {
    await fc.assert(
      fc.asyncProperty(values, how, fc.infiniteStream(fc.boolean()), async (all, one, kept) => {
        const flags = [...kept.take(all.length)];
        const part = all.filter((_value, i) => flags[i]);
        // What is left shows the convention, and is the most of it.
        fc.pre(part.length < all.length && part.length * 2 > all.length);
        fc.pre(part.some(({ words }) => words.length > 1));
        const rest = head(one.eol) + shape(part, one) + one.eol;
        const { problems, fixed } = await judged(
          head(one.eol) + shape(all, one) + one.eol,
          enumOf(part),
        );
        expect(problems.map(({ kind }) => kind)).toEqual(
          Array.from({ length: all.length - part.length }, () => "unknownMember"),
        );
        expect(fixed).toBe(rest);
      }),
      { numRuns: 100 },
    );
  },
);

const PAIRS = Object.entries(SHAPES).filter(
  ([name]) => !/array|Set|union|string enum|const object/.test(name),
);

it.each(PAIRS)("%s: an entry that leads elsewhere is led back", async (_, shape) => {
  await fc.assert(
    fc.asyncProperty(values, how, fc.nat(), fc.nat(), async (all, one, first, second) => {
      const [a, b] = [first % all.length, second % all.length];
      fc.pre(a !== b);
      const whole = head(one.eol) + shape(all, one) + one.eol;
      const [declaration] = readMirrors("src/code.ts", whole, () => false).declarations;
      const [wrong, other] = [declaration?.rows[a]?.slots[1], declaration?.rows[b]?.slots[1]];
      if (wrong === undefined || other === undefined) throw new Error("a pair has two places");
      const edit = { path: "", start: wrong.start, end: wrong.end, text: other.code };
      const { problems, fixed } = await judged(applyEdits(whole, [edit]), enumOf(all));
      expect(problems.map(({ kind }) => kind)).toEqual([
        wrong.form.kind === "number" ? "wrongNumber" : "wrongValue",
      ]);
      expect(fixed).toBe(whole);
    }),
    { numRuns: 100 },
  );
});
