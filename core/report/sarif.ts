// The report as SARIF 2.1.0: code scanning and editors read it.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
import { type Edit, editsByPath } from "../edit.js";
import {
  type Finding,
  helpOf,
  type OwnRule,
  type Place,
  type Rule,
  type Severity,
} from "../finding.js";
import type { Sources } from "../sources.js";
import type { Trouble } from "../trouble.js";
import { fingerprintsOf } from "./fingerprint.js";
import type { InRepository } from "./formats.js";
import { codeBlock, prose } from "./markdown-text.js";
import { plainText } from "./plain.js";
import type { Report } from "./report.js";

const LEVELS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** The base of all paths: the root of the repository, wherever it was checked out. */
const ROOT = "%SRCROOT%";

/** One run with its rules, results and what kept it from being done. */
export async function sarifReport(
  { findings }: Report,
  troubles: readonly Trouble[],
  inRepository: InRepository,
  sources: Sources | undefined,
  version: string,
): Promise<string> {
  const rules = [...new Map(findings.map(({ rule }) => [rule.id, rule])).values()];
  const fingerprints = fingerprintsOf(findings);
  const results = await Promise.all(
    findings.map(async (finding, i) => ({
      ruleId: finding.rule.id,
      ruleIndex: rules.findIndex(({ id }) => id === finding.rule.id),
      level: LEVELS[finding.severity],
      message: { text: escapeMessage(plainText(finding)) },
      locations: [
        {
          physicalLocation: physicalLocation(finding.place, inRepository),
          ...(finding.symbol === undefined
            ? {}
            : { logicalLocations: [{ fullyQualifiedName: finding.symbol }] }),
        },
      ],
      ...relatedLocations(finding, inRepository),
      // Not `primaryLocationLineHash`: whoever uploads to GitHub adds that from the source line.
      partialFingerprints: { "lockstep/v1": fingerprints[i] },
      // Either every result of a run has it, or none.
      suppressions: suppressions(finding),
      ...(await fixes(finding, inRepository, sources)),
    })),
  );
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Lockstep", semanticVersion: version, rules: rules.map(ruleOf) } },
        invocations: [
          {
            executionSuccessful: troubles.length === 0,
            toolExecutionNotifications: troubles.map((one) => notification(one, inRepository)),
          },
        ],
        originalUriBaseIds: { [ROOT]: { description: { text: "The root of the repository." } } },
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(rule: Rule<never>): object {
  const { id, severity, purpose } = rule;
  return {
    id,
    shortDescription: { text: isOwn(rule) ? rule.finds : purpose },
    // GitHub wants both.
    fullDescription: { text: purpose },
    help: {
      text: `${purpose}\n\nMore, with an example: lockstep explain ${id}`,
      ...(isOwn(rule) ? { markdown: helpMarkdown(rule) } : {}),
    },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function isOwn(rule: Rule<never>): rule is OwnRule<never> {
  return "example" in rule;
}

function helpMarkdown({ purpose, example }: OwnRule<never>): string {
  const block = (text: string): string => codeBlock(text.trimEnd().split("\n")).join("\n");
  return `${prose(purpose)}\n\n**Wrong**\n\n${block(example.wrong)}\n\n**Right**\n\n${block(example.right)}\n`;
}

function relatedLocations(
  { previous, baseline }: Finding,
  inRepository: InRepository,
): { relatedLocations?: object[] } {
  if (previous === undefined) return {};
  const text = `Where it is in ${baseline ?? "the baseline"}.`;
  return {
    relatedLocations: [
      { physicalLocation: physicalLocation(previous, inRepository), message: { text } },
    ],
  };
}

function suppressions({ waived }: Finding): object[] {
  if (waived === undefined) return [];
  const justification = `${waived.reason} (until ${waived.expires})`;
  return [{ kind: "external", status: "accepted", justification }];
}

function notification({ code, message, help, where }: Trouble, inRepository: InRepository): object {
  return {
    level: "error",
    descriptor: { id: code },
    message: { text: escapeMessage(help === "" ? message : `${message}\n${help}`) },
    ...(where === undefined
      ? {}
      : { locations: [{ physicalLocation: physicalLocation(where, inRepository) }] }),
  };
}

function physicalLocation(place: Place, inRepository: InRepository): object {
  const { line, column, endLine, endColumn } = place;
  return {
    artifactLocation: artifactLocation(place.path, inRepository),
    // GitHub shows no result without a line.
    region: {
      startLine: line ?? 1,
      ...(column === undefined ? {} : { startColumn: column }),
      ...(endLine === undefined ? {} : { endLine }),
      ...(endColumn === undefined ? {} : { endColumn }),
    },
  };
}

function artifactLocation(path: string, inRepository: InRepository): object {
  const uri = inRepository(path).split("/").map(encodeURIComponent).join("/");
  return { uri, uriBaseId: ROOT };
}

async function fixes(
  finding: Finding,
  inRepository: InRepository,
  sources: Sources | undefined,
): Promise<{ fixes?: object[] }> {
  if (finding.fix === undefined) return {};
  const artifactChanges = await Promise.all(
    [...editsByPath(finding.fix)].map(async ([path, edits]) => {
      const text = (await sources?.read(path)) ?? "";
      return {
        artifactLocation: artifactLocation(path, inRepository),
        replacements: edits.map((edit) => ({
          deletedRegion: regionOf(edit, text),
          ...(edit.text === "" ? {} : { insertedContent: { text: edit.text } }),
        })),
      };
    }),
  );
  return { fixes: [{ description: { text: escapeMessage(helpOf(finding)) }, artifactChanges }] };
}

function regionOf({ start, end }: Edit, text: string): object {
  const [startLine, startColumn] = positionOf(start, text);
  const [endLine, endColumn] = positionOf(end, text);
  return { startLine, startColumn, endLine, endColumn };
}

/** Line and column, from 1, of an offset; a byte-order mark is no column. */
function positionOf(offset: number, text: string): [line: number, column: number] {
  const before = text.slice(0, offset).replace(/^\uFEFF/, "");
  const lineStart = before.lastIndexOf("\n") + 1;
  return [before.split("\n").length, before.length - lineStart + 1];
}

/** Without what a message may have of its own: `{0}` for an argument, `[text](target)` for a link. */
function escapeMessage(text: string): string {
  return text.replace(/\{(\d+)\}/g, "{{$1}}").replace(/\]\(/g, "\\](");
}
