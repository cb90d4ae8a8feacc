// lockstep rules: the table of rules, with the severities of the workspace where there is one.
import pc from "picocolors";
import { docsOf } from "../checks/explain.js";
import { groups, ruleTables } from "../checks/rule-pages.js";
import { RULE_ROWS, type RuleRow } from "../checks/table.js";
import type { SeveritySetting } from "../core/policy.js";
import { Trouble } from "../core/trouble.js";
import { openWorkspace } from "../core/workspace.js";
import type { Call } from "./pipeline.js";

export type RulesFormat = "text" | "json" | "markdown";

/**
 * Every rule of Lockstep's own in that format, with a line ending. The severity is the one that holds in the
 * workspace; where the folder is in none, the rule's own. Throws trouble where the configuration is malformed.
 */
export async function rules(
  { cwd, config }: Pick<Call, "cwd" | "config">,
  format: RulesFormat,
  color: boolean,
): Promise<string> {
  const settings = await settingsOf(cwd, config);
  const severityOf = ({ rule }: RuleRow): SeveritySetting => settings[rule.id] ?? rule.severity;
  switch (format) {
    case "text":
      return textOf(severityOf, color);
    case "json":
      return jsonOf(severityOf);
    case "markdown":
      return ruleTables(RULE_ROWS, severityOf);
  }
}

async function settingsOf(
  cwd: string,
  config: string | undefined,
): Promise<Readonly<Record<string, SeveritySetting>>> {
  try {
    return (await openWorkspace(cwd, config)).configuration.severity;
  } catch (thrown) {
    const isOutside = thrown instanceof Trouble && thrown.code === "WORKSPACE_MISSING";
    if (isOutside && config === undefined) return {};
    throw thrown;
  }
}

/** An object for each rule, as docs/checks.md lists its fields; version 1 of the contract. */
function jsonOf(severityOf: (row: RuleRow) => SeveritySetting): string {
  const rules = RULE_ROWS.map((row) => {
    const { rule, check, category, isWaivable } = row;
    return {
      id: rule.id,
      check,
      category: category ?? null,
      finds: rule.finds,
      purpose: rule.purpose,
      severity: severityOf(row),
      defaultSeverity: rule.severity,
      fixedBy: rule.fixedBy ?? null,
      waivable: isWaivable,
      ignorable: rule.perElement === true,
      docs: docsOf(row),
    };
  });
  return `${JSON.stringify({ version: 1, rules }, null, 2)}\n`;
}

function textOf(severityOf: (row: RuleRow) => SeveritySetting, color: boolean): string {
  const colors = pc.createColors(color);
  const shades = { error: colors.red, warning: colors.yellow, info: colors.cyan, off: colors.dim };
  const width = Math.max(...RULE_ROWS.map(({ rule }) => rule.id.length));
  const blocks = groups(RULE_ROWS, ({ check }) => check).map(([check, rows]) => {
    const lines = rows.map((row) => {
      const severity = severityOf(row);
      const fix = row.rule.fixedBy === undefined ? "   " : colors.green("fix");
      return `  ${row.rule.id.padEnd(width)}  ${shades[severity](severity.padEnd(7))}  ${fix}  ${row.rule.finds}\n`;
    });
    return `${colors.bold(check)}\n${lines.join("")}`;
  });
  return `${blocks.join("\n")}
${RULE_ROWS.length} rules. "fix": lockstep fix or generate puts it right, where that is certain.
More of one, with an example: lockstep explain RULE
The rules of buf that lint and wire report as well: buf config ls-lint-rules, buf config ls-breaking-rules
`;
}
