// lockstep explain RULE: from the table that holds the rules.

import { explanation } from "../checks/explain.js";
import { RULE_ROWS, RULES } from "../checks/table.js";
import { suggestion } from "../core/nearest.js";
import { trouble } from "../core/trouble.js";

/** What a rule is for, an example of each side, and how to do without it. Throws trouble for an unknown one. */
export function explain(id: string): string {
  const row = RULE_ROWS.find(({ rule }) => rule.id === id.toUpperCase());
  if (row !== undefined) return explanation(row);
  if (
    /^(COMMENT|PACKAGE|FILE|ENUM|FIELD|MESSAGE|SERVICE|RPC|ONEOF|IMPORT|DIRECTORY|SYNTAX|PROTOVALIDATE|STABLE)_/.test(
      id,
    )
  ) {
    const known = suggestion(
      id,
      RULES.map((one) => one.id),
    );
    const near = known.startsWith("Did you mean") ? `\n${known}` : "";
    const section = /_(NO_DELETE|SAME|NO_REMOVE)(_|$)|_COMPATIBLE_/.test(id) ? "breaking" : "lint";
    return `${id} is not a rule of Lockstep's. If it is one of buf's ${section} rules, its documentation is at\nhttps://buf.build/docs/${section}/rules/\n\nSwitch it on or off in buf.yaml, under \`${section}\`. Its severity can be set in lockstep.yaml:\n\n  severity:\n    ${id}: warning\n${near}`;
  }
  throw trouble("BAD_FLAG", {
    message: `There is no rule "${id}". ${suggestion(
      id,
      RULES.map((one) => one.id),
    )}`,
  });
}
