// The report as JUnit XML: a suite for each file, a test case for each finding.
// Kept to what both the Ant and the Jenkins schema allow.
import { type Finding, messageOf } from "../finding.js";
import type { Trouble } from "../trouble.js";
import type { InRepository } from "./formats.js";
import { againstText, plainText, waivedText } from "./plain.js";
import type { Report } from "./report.js";
import { troubleText } from "./trouble.js";

interface Case {
  readonly name: string;
  readonly ends: "passed" | "failure" | "error" | "skipped";
  readonly message?: string;
  readonly type?: string;
  readonly text?: string;
}

/**
 * An error is a failure; a warning, a note and what was waived is a skipped test, as they fail no run.
 * The suite `lockstep` has a passed test where the run could be done, because consumers take a report
 * without any test for a mistake, and an error for each trouble where it could not.
 */
export function junitReport(
  { findings, steps }: Report,
  troubles: readonly Trouble[],
  inRepository: InRepository,
  now: Date,
): string {
  const byPath = new Map<string, Finding[]>();
  for (const finding of findings) {
    const path = inRepository(finding.place.path);
    byPath.set(path, [...(byPath.get(path) ?? []), finding]);
  }
  const run: Case[] = troubles.map((trouble) => ({
    name: trouble.code,
    ends: "error",
    message: trouble.message,
    type: trouble.code,
    text: troubleText(trouble),
  }));
  const ms = steps.reduce((sum, step) => sum + step.ms, 0);
  const suites = [
    suite("lockstep", run.length > 0 ? run : [{ name: "run", ends: "passed" }], 0, ms, now),
    ...[...byPath].map(([path, found], i) =>
      suite(
        path,
        found.map((finding) => caseOf(finding, path)),
        i + 1,
        0,
        now,
      ),
    ),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`;
}

function caseOf(finding: Finding, path: string): Case {
  const { rule, symbol, place, severity, waived } = finding;
  const at = `${place.line ?? 1}:${place.column ?? 1}`;
  const name = `${rule.id} ${symbol ?? at}${againstText(finding)}`;
  const text = `${path}:${at}\n${plainText(finding)}`;
  if (waived !== undefined) {
    return { name, ends: "skipped", text: `${waivedText(waived)}\n${text}` };
  }
  if (severity !== "error") return { name, ends: "skipped", text: `${severity}: ${text}` };
  return { name, ends: "failure", message: messageOf(finding), type: rule.id, text };
}

function suite(name: string, cases: readonly Case[], id: number, ms: number, now: Date): string {
  const number = (ends: Case["ends"]): number => cases.filter((one) => one.ends === ends).length;
  const head = attributes({
    name,
    package: "lockstep",
    id,
    tests: cases.length,
    failures: number("failure"),
    errors: number("error"),
    skipped: number("skipped"),
    time: ms / 1000,
    timestamp: now.toISOString().slice(0, "2026-01-31T00:00:00".length),
    hostname: "localhost",
  });
  const properties = '    <properties><property name="tool" value="lockstep"/></properties>\n';
  const body = cases.map((one) => testCase(one, name)).join("");
  return `  <testsuite${head}>\n${properties}${body}    <system-out/>\n    <system-err/>\n  </testsuite>\n`;
}

function testCase({ name, ends, message, type, text }: Case, classname: string): string {
  const head = attributes({ name, classname, time: 0 });
  if (ends === "passed") return `    <testcase${head}/>\n`;
  const about = ends === "skipped" ? "" : attributes({ message: message ?? "", type: type ?? "" });
  return `    <testcase${head}>\n      <${ends}${about}>${escapeXml(text ?? "")}</${ends}>\n    </testcase>\n`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(`${value}`).replace(/[\t\n]/g, reference)}"`)
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Also of what XML 1.0 cannot have at all: control characters, halves of surrogate pairs. */
function escapeXml(text: string): string {
  return text
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
      /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF\p{Surrogate}]/gu,
      (c) => `\\x${(c.codePointAt(0) as number).toString(16).padStart(2, "0")}`,
    )
    .replace(/[&<>"]/g, (c) => ENTITIES[c] as string)
    .replace(/\r/g, reference);
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
