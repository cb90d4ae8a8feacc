// What code uses a member of a mirror, beside the mirrors themselves.
import type { CodeFiles } from "../../core/code-files.js";
import type { Edit } from "../../core/edit.js";
import type { Sources } from "../../core/sources.js";
import type { References, Use } from "../languages/code.js";
import type { Range, Slot } from "./declaration.js";
import type { Member, Reading } from "./reading.js";

/** How many uses a finding shows. */
export const SHOWN = 3;

export interface MemberUses {
  /** What renames the member wherever that is certain. */
  readonly edits: readonly Edit[];
  /** Where else it is used, or may be, as `path:line`. */
  readonly left: readonly string[];
}

/** The code in which uses are looked for. */
export interface UsingCode {
  readonly code: CodeFiles;
  readonly sources: Sources;
  readonly references: References;
  /** All mirrors. */
  readonly readings: readonly Reading[];
}

/**
 * The uses of a member by types, and as a text in quotes; `names` has what its places will be called,
 * and without it the member goes. What fixes of mirrors of the same enum mend is none.
 */
export async function usesOf(
  { declaration, desc }: Reading,
  { row }: Member,
  names: ReadonlyMap<Slot, string> | undefined,
  { code, sources, references, readings }: UsingCode,
): Promise<MemberUses> {
  const mirrors = readings.filter((one) => one.desc === desc).map((one) => one.declaration);
  const isIn = (ranges: readonly Range[], at: number): boolean =>
    ranges.some(({ start, end }) => start <= at && at < end);
  const rowsIn = (path: string): Range[] =>
    mirrors.filter((one) => one.path === path).flatMap(({ rows }) => rows);
  const namesIn = (path: string): Range[] =>
    mirrors
      .filter((one) => one.path === path)
      .flatMap(({ rows }) => rows.flatMap(({ slots }) => slots))
      .filter(({ form }) => form.kind === "name");
  const slots = row.slots.filter((slot) => slot.form.kind === "name" && names?.has(slot) !== false);
  const uses: Use[] = [];
  for (const slot of slots) {
    for (const use of await references.of(declaration, slot, names?.get(slot))) {
      const mended = names === undefined ? rowsIn(use.path) : namesIn(use.path);
      if (!isIn(mended, use.start)) uses.push(use);
    }
  }
  const edits = uses.flatMap(({ text, ...use }) => (text === undefined ? [] : [{ ...use, text }]));
  const quotes: (Range & { path: string })[] = [];
  const texts = slots.flatMap(({ form }) => (form.kind === "name" ? form.text : []));
  const quoted = new RegExp(`(["'\`])(?:${texts.map(escaped).join("|")})\\1`, "g");
  for (const path of texts.length === 0 ? [] : code.paths) {
    const bytes = code.bytes(path);
    if (bytes === undefined || !texts.some((text) => bytes.includes(text))) continue;
    const known = [...rowsIn(path), ...uses.filter((use) => use.path === path)];
    for (const { index } of ((await sources.read(path)) ?? "").matchAll(quoted)) {
      if (!isIn(known, index)) quotes.push({ path, start: index, end: index });
    }
  }
  // What types connect with another mirror is told of, and mended, with that one.
  const others: Use[] = [];
  for (const mirror of quotes.length === 0 ? [] : mirrors) {
    for (const slot of mirror.rows.flatMap((one) => one.slots)) {
      const isSame = slot.form.kind === "name" && texts.includes(slot.form.text);
      if (!isSame || slots.includes(slot)) continue;
      others.push(...(await references.of(mirror, slot, undefined)));
    }
  }
  const left = [
    ...uses.filter(({ text }) => text === undefined),
    ...quotes.filter(
      ({ path, start }) =>
        !isIn(
          others.filter((use) => use.path === path),
          start,
        ),
    ),
  ];
  const lines = left.map(async ({ path, start }) => {
    const before = ((await sources.read(path)) ?? "").slice(0, start);
    return `${path}:${before.split("\n").length}`;
  });
  return { edits, left: [...new Set(await Promise.all(lines))].slice(0, SHOWN) };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
