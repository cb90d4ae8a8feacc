// The report for GitLab's merge requests: a code quality report.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
import { createHash } from "node:crypto";
import { type Finding, helpOf, messageOf, type Severity } from "../finding.js";
import type { Trouble } from "../trouble.js";
import { fingerprintsOf } from "./fingerprint.js";
import type { InRepository } from "./formats.js";
import { againstText } from "./plain.js";
import type { Report } from "./report.js";

const SEVERITIES: Readonly<Record<Severity, string>> = {
  error: "major",
  warning: "minor",
  info: "info",
};

/** What was not waived, and what kept the run from being done, as one JSON array. */
export function gitlabReport(
  { findings }: Report,
  troubles: readonly Trouble[],
  inRepository: InRepository,
): string {
  const standing = findings.filter(({ waived }) => waived === undefined);
  const fingerprints = fingerprintsOf(standing);
  const entries = [
    ...standing.map((finding, i) => ({
      description: description(finding),
      check_name: finding.rule.id,
      fingerprint: fingerprints[i],
      severity: SEVERITIES[finding.severity],
      location: location(finding.place, inRepository),
    })),
    // An empty list would read as "all is well".
    ...troubles.map(({ code, message, help, where }) => ({
      description: oneParagraph(message, help),
      check_name: code,
      fingerprint: createHash("sha256").update(`${code}\n${message}`).digest("hex"),
      severity: "blocker",
      location: location(where ?? { path: "buf.yaml" }, inRepository),
    })),
  ];
  return `${JSON.stringify(entries, null, 2)}\n`;
}

function description(finding: Finding): string {
  return oneParagraph(`${messageOf(finding)}${againstText(finding)}`, helpOf(finding));
}

/** GitLab shows it as plain text, without line endings. */
function oneParagraph(...texts: readonly string[]): string {
  return texts.join(" ").replace(/\s+/g, " ").trim();
}

function location(
  { path, line }: { path: string; line?: number },
  inRepository: InRepository,
): object {
  return { path: inRepository(path), lines: { begin: line ?? 1 } };
}
