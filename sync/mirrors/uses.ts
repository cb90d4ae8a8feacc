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
 * The uses of a member by types, and as a text in quotes; `newNames` has what its places will be called,
 * and without it the member goes. What fixes of mirrors of the same enum mend is none.
 */
export async function usesOf(
  { declaration, desc }: Reading,
  { row }: Member,
  newNames: ReadonlyMap<Slot, string> | undefined,
  { code, sources, references, readings }: UsingCode,
): Promise<MemberUses> {
  const mirrors = readings.filter((one) => one.desc === desc).map((one) => one.declaration);
  const rows = mirrors.flatMap(({ path, rows: all }) => all.map((one) => ({ ...one, path })));
  const names = rows.flatMap((one) =>
    one.slots.filter(isName).map((slot) => ({ ...slot, path: one.path })),
  );
  const slots = row.slots.filter((slot) => isName(slot) && newNames?.has(slot) !== false);
  const uses: Use[] = [];
  for (const slot of slots) {
    const found = await references.of(declaration, slot, newNames?.get(slot));
    const mended = newNames === undefined ? rows : names;
    uses.push(...found.filter((use) => !isIn(mended, use)));
  }
  const texts = slots.flatMap(({ form }) => (form.kind === "name" ? form.text : []));
  const quotes = (await quotesOf(texts, code, sources)).filter(
    (one) => !isIn([...rows, ...uses], one),
  );
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
    ...quotes.filter((one) => !isIn(others, one)),
  ];
  const lines = left.map(async ({ path, start }) => {
    const before = ((await sources.read(path)) ?? "").slice(0, start);
    return `${path}:${before.split("\n").length}`;
  });
  return {
    edits: uses.flatMap(({ text, ...use }) => (text === undefined ? [] : [{ ...use, text }])),
    left: [...new Set(await Promise.all(lines))].slice(0, SHOWN),
  };
}

interface Place {
  readonly path: string;
  readonly start: number;
}

function isIn(
  ranges: readonly (Range & { readonly path: string })[],
  { path, start }: Place,
): boolean {
  return ranges.some((one) => one.path === path && one.start <= start && start < one.end);
}

function isName({ form }: Slot): boolean {
  return form.kind === "name";
}

/** Where one of the texts stands in quotes; in a proto it is reserved there, not used. */
async function quotesOf(
  texts: readonly string[],
  code: CodeFiles,
  sources: Sources,
): Promise<Place[]> {
  const quoted = new RegExp(`(["'\`])(?:${texts.map(escaped).join("|")})\\1`, "g");
  const places: Place[] = [];
  for (const path of code.paths.filter((one) => !one.endsWith(".proto"))) {
    const bytes = code.bytes(path);
    if (bytes === undefined || !texts.some((text) => bytes.includes(text))) continue;
    const text = (await sources.read(path)) ?? "";
    places.push(...[...text.matchAll(quoted)].map(({ index }) => ({ path, start: index })));
  }
  return places;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
