// The rules as Markdown: tables, and a page per check with a section per rule.
import { docsOf, section } from "./explain.js";
import type { RuleRow } from "./table.js";

/** A table of the rules; `href` is where the section of a rule is, from the page that the table is on. */
export function ruleTable(
  rows: readonly RuleRow[],
  href: (row: RuleRow) => string,
  severityOf: (row: RuleRow) => string = ({ rule }) => rule.severity,
): string {
  const lines = rows.map((row) => [
    `[\`${row.rule.id}\`](${href(row)})`,
    row.rule.finds,
    severityOf(row),
    row.rule.fixedBy === undefined ? "" : `\`${row.rule.fixedBy}\``,
    row.isWaivable ? "yes" : "",
  ]);
  const head = ["rule", "finds", "severity", "fixed by", "can be waived"];
  // A column that says nothing of any rule is left out.
  const kept = head.flatMap((_, i) => (lines.some((line) => line[i] !== "") ? [i] : []));
  return aligned([head, ...lines].map((cells) => kept.map((i) => cells[i] ?? "")));
}

/** All rules as one document: a table per check, linked to the pages in the package. */
export function ruleTables(rows: readonly RuleRow[], severityOf: (row: RuleRow) => string): string {
  return groups(rows, ({ check }) => check)
    .map(([check, ofCheck]) => `## ${check}\n\n${ruleTable(ofCheck, docsOf, severityOf)}`)
    .join("\n");
}

/** The page of a check, with a section for each of its rules. */
export function rulePage(check: string, rows: readonly RuleRow[]): string {
  const parts = groups(rows, ({ category }) => category ?? "").flatMap(([category, ofCategory]) => {
    if (category === "") return ofCategory.map((row) => section(row, 2));
    const heading = `## ${category.replace(/^./, (first) => first.toUpperCase())}\n`;
    return [heading, ...ofCategory.map((row) => section(row, 3))];
  });
  const about = `<!-- From the table of rules: just docs -->\n\nWhat the check does is in [${check === "wire" ? "breaking.md](../breaking.md)" : `checks.md](../checks.md#${check})`}.\n`;
  return [`# Rules of ${check}\n`, about, ...parts].join("\n");
}

/** The items by what they have in common, in the order of its first. */
export function groups<T>(
  items: readonly T[],
  common: (item: T) => string,
): [string, readonly T[]][] {
  const found = new Map<string, T[]>();
  for (const item of items) found.set(common(item), [...(found.get(common(item)) ?? []), item]);
  return [...found];
}

/** A table whose columns stand below each other in the source, too; the first row is the head. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |\n`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return rows.map((row, i) => (i === 0 ? line(row) + rule : line(row))).join("");
}
