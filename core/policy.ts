// Policy: functions from findings to findings, applied after detection.
import type { Finding, Severity } from "./finding.js";

/** What a workspace may set a rule to. */
export type SeveritySetting = Severity | "off";

/** The findings with the workspace's severities; those of rules that are off are left out. */
export function applySeverity(
  findings: readonly Finding[],
  settings: Readonly<Record<string, SeveritySetting>>,
): Finding[] {
  return findings.flatMap((finding) => {
    const setting = settings[finding.rule.id] ?? finding.severity;
    return setting === "off" ? [] : [{ ...finding, severity: setting }];
  });
}

/** The findings without those of which another one says the same, and more. */
export function dropRepeated(findings: readonly Finding[]): Finding[] {
  const said = new Set(findings.map((finding) => finding.instead));
  return findings.filter(({ rule, place }) => !said.has(`${rule.id} ${place.path}:${place.line}`));
}

/** How many findings stand of each severity; what is waived is of none. */
export function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const finding of findings) if (finding.waived === undefined) counts[finding.severity]++;
  return counts;
}
