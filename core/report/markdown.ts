// The report for a pull request: what a reviewer has to know, as a job summary or a comment.
import { count } from "../count.js";
import { type Finding, helpOf, messageOf, type Place } from "../finding.js";
import type { Trouble } from "../trouble.js";
import type { InRepository } from "./formats.js";
import { code, codeBlock, prose, table } from "./markdown-text.js";
import { evidenceText } from "./plain.js";
import { type Coverage, countsOf, lackingPackages, type Report } from "./report.js";
import { whereText } from "./trouble.js";

// A comment has room for 65,536 characters.
const CHANGES_SHOWN = 8;
const ROWS_SHOWN = 40;
const PACKAGES_SHOWN = 5;
const MESSAGE = 300;
const HELP = 300;

const HEAD = ["", "Rule", "Where", "Finding"];

/**
 * What changes on the wire with its evidence, then the other findings, what was waived, and how much is
 * documented; what does not apply is left out.
 */
export function markdownReport(
  { findings, coverage }: Report,
  troubles: readonly Trouble[],
  inRepository: InRepository,
): string {
  const failed = troubles.length > 0;
  const headline = failed ? "the run could not be done" : countsOf(findings);
  const standing = findings.filter(({ waived }) => waived === undefined);
  const changes = standing.filter(isChange);
  const shown = changes.slice(0, CHANGES_SHOWN);
  // The rest of the changes is in a table, so that the text stays one that is read.
  const rest = [...changes.slice(CHANGES_SHOWN), ...standing.filter((one) => !isChange(one))];
  return [
    `### Lockstep: ${headline}`,
    ...troubles.flatMap((one) => ["", ...troubleLines(one, inRepository)]),
    ...(failed && findings.length > 0 ? ["", `Found before that: ${countsOf(findings)}.`] : []),
    ...section(
      "On the wire",
      shown.flatMap((one, i) => [...(i > 0 ? [""] : []), ...changeLines(one, inRepository)]),
    ),
    ...section(
      shown.length > 0 ? "Also found" : "Found",
      rows(HEAD, rest, (one) => findingRow(one, inRepository)),
    ),
    ...section(
      "Waived",
      rows(
        ["Rule", "Where", "Finding", "Reason", "Until"],
        findings.filter(({ waived }) => waived !== undefined),
        (one) => waivedRow(one, inRepository),
      ),
    ),
    ...(coverage === undefined ? [] : coverageLines(coverage)),
    "",
  ].join("\n");
}

/** Whether it comes of comparing with a baseline. */
function isChange({ evidence = [], previous }: Finding): boolean {
  return evidence.length > 0 || previous !== undefined;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `#### ${title}`, "", ...lines];
}

function rows(
  head: readonly string[],
  findings: readonly Finding[],
  rowOf: (finding: Finding) => string[],
): string[] {
  if (findings.length === 0) return [];
  const more = findings.length - ROWS_SHOWN;
  return [
    ...table(head, findings.slice(0, ROWS_SHOWN).map(rowOf)),
    ...(more > 0 ? ["", `And ${more} more.`] : []),
  ];
}

function changeLines(finding: Finding, inRepository: InRepository): string[] {
  const { rule, severity, place } = finding;
  const evidence = evidenceText(finding);
  const help = helpOf(finding);
  return [
    `**${severity}** ${code(rule.id)} at ${placeText(place, inRepository)}${against(finding)}: ${prose(messageOf(finding), MESSAGE)}`,
    ...(evidence.length === 0 ? [] : ["", ...codeBlock(evidence)]),
    ...(help === "" ? [] : ["", `Instead: ${prose(help, HELP)}`]),
  ];
}

function findingRow(finding: Finding, inRepository: InRepository): string[] {
  const message = prose(messageOf(finding), MESSAGE);
  return [
    finding.severity,
    `${code(finding.rule.id)}${against(finding)}`,
    placeText(finding.place, inRepository),
    message,
  ];
}

function waivedRow(finding: Finding, inRepository: InRepository): string[] {
  const { reason = "", expires = "" } = finding.waived ?? {};
  return [
    `${code(finding.rule.id)}${against(finding)}`,
    placeText(finding.place, inRepository),
    prose(messageOf(finding), MESSAGE),
    prose(reason, MESSAGE),
    expires,
  ];
}

function placeText({ path, line }: Place, inRepository: InRepository): string {
  const shown = inRepository(path);
  return code(line === undefined ? shown : `${shown}:${line}`);
}

function against({ baseline }: Finding): string {
  return baseline === undefined ? "" : ` against ${code(baseline)}`;
}

function troubleLines(
  { where, message, help }: Trouble,
  inRepository: InRepository,
): readonly string[] {
  const place =
    where === undefined ? "" : `${code(whereText({ ...where, path: inRepository(where.path) }))}: `;
  return [`**error** ${place}${prose(message)}`, ...(help === "" ? [] : ["", prose(help)])];
}

function coverageLines(coverage: readonly Coverage[]): string[] {
  const total = coverage.reduce((sum, one) => sum + one.total, 0);
  if (total === 0) return [];
  const documented = coverage.reduce((sum, one) => sum + one.documented, 0);
  const lacking = lackingPackages(coverage);
  const more = lacking.length - PACKAGES_SHOWN;
  return [
    "",
    `Documented: ${documented} of ${count(total, "element")}.`,
    ...(lacking.length === 0 ? [] : [""]),
    ...lacking
      .slice(0, PACKAGES_SHOWN)
      .map(({ name, kinds }) => `- ${code(name)}: ${kinds.join(", ")}`),
    ...(more > 0 ? [`- and ${count(more, "more package")}`] : []),
  ];
}
