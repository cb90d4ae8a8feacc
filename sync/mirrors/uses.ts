// Where code uses a member of a mirror, beside the mirrors themselves.
import type { CodeFiles } from "../../core/code-files.js";
import type { Member, Reading } from "./reading.js";

/** How many uses a finding shows. */
const SHOWN = 3;

/**
 * Where a member is used in those files, as `path:line`: by its name behind the mirror's, or as a text
 * in quotes. The members of mirrors of the same enum do not count, because a fix mends them, too; nor does
 * a proto, which reserves the name in quotes.
 */
export function usesOf(
  reading: Reading,
  { row }: Member,
  code: CodeFiles,
  all: readonly Reading[],
): string[] {
  const texts = [
    ...new Set(row.slots.flatMap(({ form }) => (form.kind === "name" ? form.text : []))),
  ];
  if (texts.length === 0) return [];
  const either = texts.map(escaped).join("|");
  const pattern = new RegExp(
    `\\b${escaped(reading.declaration.name)}\\s*\\??\\.\\s*(?:${either})(?![\\w$])|(["'\`])(?:${either})\\1`,
    "g",
  );
  const own = all.filter(({ desc }) => desc === reading.desc);
  const found: string[] = [];
  for (const path of code.paths.filter((one) => !one.endsWith(".proto"))) {
    const bytes = code.bytes(path);
    if (bytes === undefined || !texts.some((text) => bytes.includes(text))) continue;
    const text = bytes.toString("utf8");
    const rows = own
      .filter(({ declaration }) => declaration.path === path)
      .flatMap(({ declaration }) => declaration.rows);
    for (const { index } of text.matchAll(pattern)) {
      if (rows.some(({ start, end }) => start <= index && index < end)) continue;
      found.push(`${path}:${text.slice(0, index).split("\n").length}`);
      if (found.length === SHOWN) return found;
    }
  }
  return found;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
