// The report as one JSON object: the contract that tools rely on.
import { type Evidence, type Finding, helpOf, messageOf, type Place } from "../finding.js";
import type * as Contract from "./contract.js";
import type { Report } from "./report.js";

/** The report in JSON, version 1 of the contract, with a line ending. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(reportObject(report), null, 2)}\n`;
}

/** The same in one line, for reports that follow one another. */
export function jsonLine(report: Report): string {
  return `${JSON.stringify(reportObject(report))}\n`;
}

/** The report as version 1 of the contract has it. */
export function reportObject(report: Report): Contract.Report {
  const { ok, findings, steps, summary, coverage } = report;
  return {
    version: 1,
    ok,
    findings: findings.map(findingObject),
    steps,
    summary,
    ...(coverage === undefined ? {} : { coverage }),
  };
}

function findingObject(finding: Finding): Contract.Finding {
  return {
    rule: finding.rule.id,
    severity: finding.severity,
    ...position(finding.place),
    symbol: finding.symbol ?? null,
    message: messageOf(finding),
    help: helpOf(finding),
    previous: finding.previous === undefined ? null : position(finding.previous),
    evidence: (finding.evidence ?? []).map(evidenceObject),
    fixable: finding.fix !== undefined,
    waived: finding.waived ?? null,
    ...(finding.baseline === undefined ? {} : { baseline: finding.baseline }),
  };
}

/** A case of evidence, of the fields that docs/report.md lists. */
function evidenceObject(evidence: Evidence): Contract.Evidence {
  const { sender, format, fate, subject, sent, wire, marked, readers } = evidence;
  return {
    sender,
    format,
    fate,
    subject,
    sent,
    wire,
    marked: marked ?? null,
    readers: readers.map(({ runtime, fate: read, saw }) => ({ runtime, fate: read, saw })),
  };
}

/** A place with its line and column; the start of the file where it is about the file as a whole. */
function position({ path, line, column }: Place): Contract.Position {
  return { path, line: line ?? 1, column: column ?? 1 };
}
