// A law of lockstep fix: whatever was inserted, removed, moved and swapped, it leaves nothing of what it
// mends, and a second run changes nothing. FIX_BATCHES asks for more than forty types.
import fc from "fast-check";
import { expect, it } from "vitest";
import { LENIENT, workspace } from "../workspace.js";

/** Names that share no word, so that none is taken for another one renamed. */
const NAMES =
  "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango".split(
    " ",
  );
const TYPES = ["int32", "string", "bool", "repeated int64", "double"];

interface Element {
  readonly name: string;
  number: number;
}

interface Edit {
  readonly kind: "insert" | "append" | "remove" | "remove and shift" | "swap" | "move" | "replace";
  readonly at: number;
  readonly to: number;
}

interface Type {
  readonly kind: "enum" | "message";
  readonly syntax: "proto2" | "proto3";
  readonly size: number;
  readonly gaps: readonly number[];
  readonly edits: readonly Edit[];
  readonly isOnOneLine: boolean;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom<Edit["kind"]>(
    "insert",
    "append",
    "remove",
    "remove and shift",
    "swap",
    "move",
    "replace",
  ),
  at: fc.nat(20),
  to: fc.nat(20),
});

const type: fc.Arbitrary<Type> = fc.record({
  kind: fc.constantFrom("enum", "message"),
  syntax: fc.constantFrom("proto2", "proto3"),
  size: fc.integer({ min: 1, max: 8 }),
  gaps: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 8, maxLength: 8 }),
  edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
  isOnOneLine: fc.boolean(),
});

/** The elements before and after the edits. */
function versionsOf({ kind, syntax, size, gaps, edits }: Type): { old: Element[]; now: Element[] } {
  let number = kind === "enum" ? -1 : 0;
  const old = NAMES.slice(0, size).map((name, i) => {
    number += kind === "enum" && i === 0 ? 1 : (gaps[i] ?? 1);
    return { name, number };
  });
  // The zero of an open enum stays first, and stays: the compiler asks that.
  const kept = kind === "enum" && syntax === "proto3" ? 1 : 0;
  const now = old.map((element) => ({ ...element }));
  const fresh = NAMES.slice(size);
  for (const { kind: what, at, to } of edits) {
    const [i, j] = [at, to].map((n) => kept + (n % Math.max(1, now.length - kept))) as [
      number,
      number,
    ];
    const here = now[i];
    const top = Math.max(0, ...now.map((one) => one.number)) + 1;
    if (what === "append" || here === undefined) {
      now.push({ name: fresh.shift() as string, number: top + (to % 3) });
    } else if (what === "insert") {
      const added = { name: fresh.shift() as string, number: here.number };
      for (const one of now.slice(i)) one.number++;
      now.splice(i, 0, added);
    } else if (what === "remove" && now.length > 1) now.splice(i, 1);
    else if (what === "remove and shift" && now.length > 1) {
      const numbers = now.map((one) => one.number);
      now.splice(i, 1);
      for (const [k, one] of now.entries()) if (k >= i) one.number = numbers[k] as number;
    } else if (what === "swap") {
      const other = now[j] as Element;
      [here.number, other.number] = [other.number, here.number];
    } else if (what === "move") here.number = top + (to % 3);
    else if (what === "replace") now[i] = { name: fresh.shift() as string, number: here.number };
  }
  // Shifting behind a gap may meet a number that was moved there.
  const taken = new Set<number>();
  for (const one of now) {
    while (taken.has(one.number)) one.number++;
    taken.add(one.number);
  }
  return { old, now };
}

function textOf(
  { kind, syntax, isOnOneLine }: Type,
  i: number,
  elements: readonly Element[],
): string {
  const label = syntax === "proto2" ? "optional " : "";
  const lines = elements.map(({ name, number }) => {
    if (kind === "enum") return `${name.toUpperCase()} = ${number};`;
    const chosen = TYPES[NAMES.indexOf(name) % TYPES.length] as string;
    return `${chosen.startsWith("repeated") ? "" : label}${chosen} ${name} = ${number};`;
  });
  const body = isOnOneLine
    ? ` ${lines.join(" ")} `
    : `\n${lines.map((one) => `  ${one}\n`).join("")}`;
  return `syntax = "${syntax}";\npackage p${i};\n${kind} T {${body}}\n`;
}

const FIXED = /RENUMBERED|NUMBER_REUSED|REMOVED_UNRESERVED/;
const BATCHES = Number(process.env.FIX_BATCHES ?? 1);

it("leaves nothing of what it mends, whatever was changed", {
  timeout: 60_000 * (BATCHES + 1),
}, async () => {
  const types = fc.array(type, { minLength: 40, maxLength: 40, size: "max" });
  const property = fc.asyncProperty(types, async (all) => {
    const w = await workspace(LENIENT);
    const versions = all.map(versionsOf);
    const write = async (version: "old" | "now"): Promise<void> => {
      for (const [i, one] of all.entries()) {
        const elements = versions[i]?.[version] ?? [];
        await w.write(`proto/p${i}/p.proto`, textOf(one, i, elements));
      }
    };
    const texts = () => Promise.all(all.map((_, i) => w.read(`proto/p${i}/p.proto`)));
    await write("old");
    await w.git("add", "--all");
    await w.git("commit", "--quiet", "-m", "old");
    await write("now");
    const found = (await w.json("breaking")).findings.filter(({ rule }) => FIXED.test(rule));
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter(({ fixable }) => !fixable)).toEqual([]);
    const { code, stderr } = await w.run("fix");
    expect(code, stderr).toBeLessThan(2);
    const once = await texts();
    const left = (await w.json("breaking")).findings.filter(({ rule }) => FIXED.test(rule));
    const where = (path: string): string => once[Number(/\d+/.exec(path)?.[0])] ?? path;
    expect(left.map(({ rule, path }) => `${rule}\n${where(path)}`)).toEqual([]);
    expect((await w.run("fix")).stderr).toContain("0 findings fixed in 0 files");
    expect(await texts()).toEqual(once);
  });
  await fc.assert(property, { numRuns: BATCHES, endOnFailure: true });
});
