// The report for a pull request: what a reviewer has to know, as a job summary or a comment.
import { count } from "../count.js";
import { type Finding, helpOf, messageOf, type Place, type Severity } from "../finding.js";
import type { Step } from "../steps.js";
import type { Trouble } from "../trouble.js";
import type { InRepository } from "./formats.js";
import { code, codeBlock, prose, table } from "./markdown-text.js";
import { evidenceText } from "./plain.js";
import { type Coverage, countsOf, lackingPackages, type Report } from "./report.js";
import { whereText } from "./trouble.js";

// How much of each part is shown at most, so that a reviewer reads it all.
const CHANGES_SHOWN = 8;
const ROWS_SHOWN = 40;
const PACKAGES_SHOWN = 5;
const MESSAGE = 300;
const HELP = 300;
const TROUBLE = 1_000;
/** And how many characters it may have: a comment on GitHub has room for 65,536, and escapes take some. */
const ROOM = { troubles: 8_000, changes: 20_000, rows: 14_000, coverage: 3_000, steps: 4_000 };

const WORST: readonly Severity[] = ["error", "warning", "info"];

const HEAD = ["", "Rule", "Where", "Finding"];

/**
 * What changes on the wire with its evidence, then the other findings, what was waived, how much is
 * documented, and what was judged against what. What does not apply is left out, and so is what a comment
 * has no room for, with a line that says how much.
 */
export function markdownReport(
  { findings, coverage, steps }: Report,
  troubles: readonly Trouble[],
  inRepository: InRepository,
): string {
  const failed = troubles.length > 0;
  const headline = failed ? "the run could not be done" : countsOf(findings);
  const standing = findings.filter(({ waived }) => waived === undefined);
  const changes = worstFirst(standing.filter(isChange));
  const shown = fitting(
    changes.slice(0, CHANGES_SHOWN).map((one) => changeLines(one, inRepository)),
    ROOM.changes,
  );
  // The rest of the changes is in a table, so that the text stays one that is read.
  const rest = [
    ...changes.slice(shown.length),
    ...worstFirst(standing.filter((one) => !isChange(one))),
  ];
  return [
    `### Lockstep: ${headline}`,
    ...troublesLines(troubles, inRepository),
    ...(failed && findings.length > 0 ? ["", `Found before that: ${countsOf(findings)}.`] : []),
    ...section(
      "On the wire",
      shown.flatMap((lines, i) => [...(i > 0 ? [""] : []), ...lines]),
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
    ...stepLines(steps),
    "",
  ].join("\n");
}

/** Whether it comes of comparing with a baseline. */
function isChange({ evidence = [], previous }: Finding): boolean {
  return evidence.length > 0 || previous !== undefined;
}

/** Sorted by severity, and else in the order in which they were. */
function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => WORST.indexOf(a.severity) - WORST.indexOf(b.severity));
}

/** As many of those blocks of lines, from the first one on, as have so many characters together. */
function fitting(blocks: readonly (readonly string[])[], room: number): (readonly string[])[] {
  let left = room;
  const end = blocks.findIndex((lines) => {
    // Each line ends with a line break, and each block with an empty line.
    left -= lines.reduce((sum, line) => sum + line.length + 1, 1);
    return left < 0;
  });
  return end < 0 ? [...blocks] : blocks.slice(0, end);
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
  const [first, second, ...all] = table(head, findings.slice(0, ROWS_SHOWN).map(rowOf));
  const shown = fitting(
    all.map((row) => [row]),
    ROOM.rows,
  );
  const more = findings.length - shown.length;
  return [
    ...(shown.length === 0 ? [] : [first as string, second as string, ...shown.flat()]),
    ...(more > 0 ? [...(shown.length === 0 ? [] : [""]), `And ${more} more.`] : []),
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

function troublesLines(troubles: readonly Trouble[], inRepository: InRepository): string[] {
  const shown = fitting(
    troubles.map((one) => troubleLines(one, inRepository)),
    ROOM.troubles,
  );
  const more = troubles.length - shown.length;
  return [
    ...shown.flatMap((lines) => ["", ...lines]),
    ...(more > 0 ? ["", `And ${more} more, in the log.`] : []),
  ];
}

function troubleLines(
  { where, message, help }: Trouble,
  inRepository: InRepository,
): readonly string[] {
  const place =
    where === undefined ? "" : `${code(whereText({ ...where, path: inRepository(where.path) }))}: `;
  return [
    `**error** ${place}${prose(message, TROUBLE)}`,
    ...(help === "" ? [] : ["", prose(help, TROUBLE)]),
  ];
}

function coverageLines(coverage: readonly Coverage[]): string[] {
  const total = coverage.reduce((sum, one) => sum + one.total, 0);
  if (total === 0) return [];
  const documented = coverage.reduce((sum, one) => sum + one.documented, 0);
  const lacking = lackingPackages(coverage);
  const rows = lacking
    .slice(0, PACKAGES_SHOWN)
    .map(({ name, kinds }) => [`- ${code(name)}: ${kinds.join(", ")}`]);
  const shown = fitting(rows, ROOM.coverage);
  const more = lacking.length - shown.length;
  return [
    "",
    `Documented: ${documented} of ${count(total, "element")}.`,
    ...(lacking.length === 0 ? [] : [""]),
    ...shown.flat(),
    ...(more > 0 ? [`- and ${count(more, "more package")}`] : []),
  ];
}

/** What was judged, and against what: a report without findings is worth only as much. */
function stepLines(steps: readonly Step[]): string[] {
  if (steps.length === 0) return [];
  const all = steps.map(({ name, summary }) => `${name} (${prose(summary, MESSAGE)})`);
  const shown = fitting(
    all.map((one) => [one]),
    ROOM.steps,
  ).flat();
  const more = all.length - shown.length;
  return ["", `Judged: ${[...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ")}.`];
}
