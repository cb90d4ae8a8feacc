// The report as workflow commands: GitHub shows each as an annotation on its line.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
import type { Finding, Place, Severity } from "../finding.js";
import type { Trouble } from "../trouble.js";
import type { InRepository } from "./formats.js";
import { plainText } from "./plain.js";
import type { Report } from "./report.js";

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "notice",
};

/** A command for each finding that was not waived and for each trouble; empty where there is none. */
export function githubReport(
  { findings }: Report,
  troubles: readonly Trouble[],
  inRepository: InRepository,
): string {
  const standing = findings.filter(({ waived }) => waived === undefined);
  return [
    ...standing.map((finding) => annotation(finding, inRepository)),
    ...troubles.map(({ where, message, help }) =>
      command(
        "error",
        where === undefined ? {} : properties(where, inRepository),
        help === "" ? message : `${message}\n${help}`,
      ),
    ),
  ].join("");
}

function annotation(finding: Finding, inRepository: InRepository): string {
  const about = { ...properties(finding.place, inRepository), title: finding.rule.id };
  return command(COMMANDS[finding.severity], about, plainText(finding));
}

type Properties = Readonly<Record<string, string | number>>;

function properties(
  { path, line, column, endLine, endColumn }: Place,
  inRepository: InRepository,
): Properties {
  const file = inRepository(path);
  if (line === undefined) return { file };
  const lines = endLine === undefined ? { line } : { line, endLine };
  // GitHub takes columns only of what is in one line.
  if (column === undefined || (endLine ?? line) !== line) return { file, ...lines };
  return { file, ...lines, col: column, ...(endColumn === undefined ? {} : { endColumn }) };
}

function command(name: string, about: Properties, message: string): string {
  const shown = Object.entries(about).map(([key, value]) => `${key}=${escapeProperty(`${value}`)}`);
  const head = shown.length === 0 ? name : `${name} ${shown.join(",")}`;
  return `::${head}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
