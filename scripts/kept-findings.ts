// Findings as they are kept between runs: their rules are code, so only the names of those are kept.
import type { Finding, Rule } from "../core/finding.js";

/** A finding whose rule is named. */
export type KeptFinding = Omit<Finding, "rule"> & {
  readonly rule: { readonly id: string; readonly purpose: string };
};

/** The finding without what is code. */
export function keptFinding(finding: Finding): KeptFinding {
  return { ...finding, rule: { id: finding.rule.id, purpose: finding.rule.purpose } };
}

/** The findings with their rules. */
export async function withRules(findings: readonly KeptFinding[]): Promise<Finding[]> {
  if (findings.length === 0) return [];
  const [{ RULES }, { bufRule }] = await Promise.all([
    import("../checks/table.js"),
    import("../checks/buf-rules.js"),
  ]);
  const own = new Map<string, Rule<never>>(RULES.map((rule) => [rule.id, rule]));
  return findings.map((one) => {
    const { id, purpose } = one.rule;
    return { ...one, rule: own.get(id) ?? (bufRule(id, purpose) as Rule<never>) };
  });
}
