// The report for people: grouped by file, the source line with the place marked, and what to do.
import pc from "picocolors";
import { count } from "../count.js";
import { type Finding, helpOf, messageOf } from "../finding.js";
import { cellsOf, charactersOf } from "../position.js";
import type { Sources } from "../sources.js";
import { daysLeft } from "../waivers.js";
import { type Colors, evidenceLines } from "./evidence.js";
import { type Coverage, countsOf, lackingPackages, type Report } from "./report.js";

/** How many days before it expires a waiver is pointed out. */
const SOON = 14;

/**
 * The findings in text, with a line that counts them. Colour codes only where `color` is set; `today`
 * is YYYY-MM-DD.
 */
export async function textReport(
  report: Report,
  sources: Sources | undefined,
  color: boolean,
  today: string,
): Promise<string> {
  const colors = pc.createColors(color);
  const blocks: string[] = [];
  let path: string | undefined;
  for (const finding of report.findings.filter(({ waived }) => waived === undefined)) {
    if (finding.place.path !== path) {
      path = finding.place.path;
      blocks.push(colors.underline(path));
    }
    blocks.push(await block(finding, sources, colors), "");
  }
  blocks.push(...waivedLines(report.findings, today, colors));
  blocks.push(...coverageLines(report.coverage ?? []), lastLine(report, colors));
  return `${blocks.join("\n")}\n`;
}

async function block(
  finding: Finding,
  sources: Sources | undefined,
  colors: Colors,
): Promise<string> {
  const { line, column } = finding.place;
  const against = finding.baseline === undefined ? "" : colors.dim(`  against ${finding.baseline}`);
  const where = line === undefined ? "" : `${line}:${column ?? 1}  `;
  const severity = { error: colors.red, warning: colors.yellow, info: colors.cyan }[
    finding.severity
  ];
  const help = helpOf(finding);
  return [
    `  ${where}${severity(finding.severity)}  ${colors.bold(finding.rule.id)}${against}`,
    ...indent(messageOf(finding), "    "),
    ...(await excerpt(finding, sources, colors)),
    ...evidenceLines(finding.evidence ?? [], "    ", colors),
    ...(help === "" ? [] : indent(`${colors.cyan("help:")} ${help}`, "    ")),
  ].join("\n");
}

/** The line that the finding is about, with the part that it is about marked. */
async function excerpt(
  finding: Finding,
  sources: Sources | undefined,
  colors: Colors,
): Promise<string[]> {
  const { path, line, column, endLine, endColumn } = finding.place;
  if (line === undefined) return [];
  const source = (await sources?.lines(path))?.[line - 1];
  if (source === undefined || source.trim() === "" || source.length > 400) return [];
  const start = Math.min((column ?? 1) - 1, source.length);
  const end =
    endLine === line && endColumn !== undefined
      ? Math.min(endColumn - 1, source.length)
      : source.length;
  // Tabs before the mark stay tabs, so that it stands below its place however wide a tab is shown.
  const before = charactersOf(source.slice(0, start)).map((character) =>
    character === "\t" ? character : " ".repeat(cellsOf(character)),
  );
  const marked = charactersOf(source.slice(start, end).trimEnd());
  const cells = marked.reduce((sum, one) => sum + (one === "\t" ? 1 : cellsOf(one)), 0);
  const mark = "^".repeat(Math.max(1, cells));
  const number = String(line);
  return [
    `    ${colors.dim(`${number} |`)} ${source}`,
    `    ${colors.dim(`${" ".repeat(number.length)} |`)} ${before.join("")}${colors.red(mark)}`,
  ];
}

/** What was let through: where, what, why, and until when. */
function waivedLines(findings: readonly Finding[], today: string, colors: Colors): string[] {
  const lines = findings.flatMap(({ rule, place, symbol, baseline, waived }) => {
    if (waived === undefined) return [];
    const { path, line, column } = place;
    const where = line === undefined ? path : `${path}:${line}:${column ?? 1}`;
    const what = symbol === undefined ? rule.id : `${rule.id}  ${symbol}`;
    const against = baseline === undefined ? "" : ` against ${baseline}`;
    const left = daysLeft(waived, today);
    const soon = left === 0 ? "expires today" : `expires in ${count(left, "day")}`;
    const until = `until ${waived.expires}${left > SOON ? "" : `, ${colors.yellow(soon)}`}`;
    return [`  ${where}  ${what}${against}: ${waived.reason.replace(/\s+/g, " ")} (${until})`];
  });
  return lines.length === 0 ? [] : ["Waived:", ...lines, ""];
}

/** How many packages the text shows the coverage of; the JSON report has all. */
const PACKAGES_SHOWN = 10;

function coverageLines(coverage: readonly Coverage[]): string[] {
  const lacking = lackingPackages(coverage);
  if (lacking.length === 0) return [];
  const shown = lacking.slice(0, PACKAGES_SHOWN);
  const more = lacking.length - shown.length;
  return [
    "Documented:",
    ...shown.map(({ name, kinds }) => `  ${name}: ${kinds.join(", ")}`),
    ...(more > 0 ? [`  and ${count(more, "more package")}`] : []),
    "",
  ];
}

function lastLine({ ok, findings }: Report, colors: Colors): string {
  if (findings.length === 0) return colors.green("No findings.");
  const text = `${countsOf(findings)}.`;
  return ok ? colors.yellow(text) : colors.red(text);
}

function indent(text: string, by: string): string[] {
  return text.split("\n").map((line) => by + line);
}
