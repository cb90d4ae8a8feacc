// A rule in words, for who meets its id in a report: as text, and as a section of a page in docs/rules/.
import type { RuleRow } from "./table.js";

/** A sentence that ends in a colon, and the lines that it leads to. */
interface Shown {
  readonly lead: string;
  readonly code: string;
  readonly language: string;
}

/** The rule as text: what it finds and why, the same thing wrong and right, and how to do without it. */
export function explanation(row: RuleRow): string {
  const blocks = [
    `${row.rule.id} (${row.rule.severity}, ${row.check})`,
    ...wordsOf(row),
    ...shownOf(row).flatMap(({ lead, code }) => [lead, code.replace(/^/gm, "  ")]),
    `In the documentation: ${docsOf(row)}`,
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** The rule as a section of Markdown with the same words, below a heading of that level. */
export function section(row: RuleRow, level: number): string {
  const blocks = [
    `${"#".repeat(level)} ${row.rule.id}`,
    `A rule of \`${row.check}\`. By default: ${row.rule.severity}.`,
    ...wordsOf(row),
    ...shownOf(row).flatMap(({ lead, code, language }) => [
      lead,
      `\`\`\`${language}\n${code}\n\`\`\``,
    ]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** Where the section of the rule is: a path in the package, with an anchor. */
export function docsOf({ rule, check }: RuleRow): string {
  return `docs/rules/${check}.md#${rule.id.toLowerCase()}`;
}

function wordsOf({ rule }: RuleRow): string[] {
  const { finds, purpose, fixedBy } = rule;
  const fixed = fixedBy && `\`${fixedBy}\` puts it right where that is certain.`;
  return [finds, purpose, ...(fixed === undefined ? [] : [fixed])];
}

function shownOf(row: RuleRow): Shown[] {
  const { id, example, perElement } = row.rule;
  const language = languageOf(row);
  const shown = [
    { lead: "Wrong:", code: example.wrong, language },
    { lead: "Right:", code: example.right, language },
  ];
  if (perElement === true) {
    shown.push({
      lead: "For one element, say so in the comment above it:",
      code: `// buf:lint:ignore ${id}`,
      language: "proto",
    });
  }
  if (row.isWaivable) {
    shown.push({
      lead: "For one reviewed change, for a time, in lockstep.yaml:",
      code: [
        "waivers:",
        `  - rule: ${id}`,
        "    symbol: the full name of the element, as the report has it",
        "    reason: why it is harmless here",
        "    expires: the last day, as YYYY-MM-DD",
      ].join("\n"),
      language: "yaml",
    });
  }
  shown.push({
    lead: "Its severity, or off, for the workspace in lockstep.yaml:",
    code: `severity:\n  ${id}: ${row.rule.severity === "warning" ? "off" : "warning"}`,
    language: "yaml",
  });
  return shown;
}

/** What the examples of the rule are written in. */
function languageOf({ check, category }: RuleRow): string {
  if (category === "waivers") return "yaml";
  if (["compile", "docstrings", "layout", "wire"].includes(check)) return "proto";
  return ["mirrors", "consumers"].includes(check) ? "ts" : "text";
}
