// A row of the table: a pair of schemas, and what the gate has to say of the change.
import type { Fate, Severity } from "../../core/finding.js";
import type { Format } from "./judge.js";

export type Syntax = "proto2" | "proto3" | "2023" | "2024";

/**
 * The text of `a.proto`, or of several files, without their syntax and package: those are written above
 * it. The package is `t`, in a folder `other/` it is `t.other`; imports name the files `t/…`.
 */
export type Protos = string | Readonly<Record<string, string>>;

/** Who sent, in which format, and how it fared. Where runtimes differ in how it goes wrong: several fates. */
export type Case = `${"old" | "new"} ${Format} ${string}`;

export interface Expected {
  readonly rule: string;
  readonly severity: Severity;
  /** The full name of the element, without the package `t`. */
  readonly symbol: string;
  /** At least one of them is in the finding's evidence, and none is contradicted there. */
  readonly cases: readonly Case[];
}

export interface Row {
  readonly title: string;
  /** Of both versions, or of each; proto3 unless it says otherwise. */
  readonly syntax?: Syntax | readonly [before: Syntax, after: Syntax];
  readonly before: Protos;
  readonly after: Protos;
  /** All findings, in any order; none is silence. */
  readonly expect: readonly Expected[];
  /** All findings of the change from `after` to `before`; `same`: as `expect`, with the senders exchanged. */
  readonly back?: readonly Expected[] | "same";
  readonly speaks?: readonly Format[];
  /** What the message, the help or the evidence of a finding has to name. */
  readonly message?: RegExp;
}

const expected =
  (severity: Severity) =>
  (rule: string, symbol: string, ...cases: Case[]): Expected => ({ rule, severity, symbol, cases });

export const error = expected("error");
export const warning = expected("warning");
export const info = expected("info");

/** Whether that case of evidence is one of them; undefined where none speaks of its sender and format. */
export function isExpectedCase(
  cases: readonly Case[],
  found: { readonly sender: string; readonly format: string; readonly fate: Fate },
): boolean | undefined {
  const about = cases
    .map((text) => text.split(" "))
    .filter(([sender, format]) => sender === found.sender && format === found.format);
  if (about.length === 0) return undefined;
  return about.some(([, , fates]) => fates?.split("|").includes(found.fate));
}

/** The expectation of the same change the other way round. */
export function mirrored(findings: readonly Expected[]): Expected[] {
  const other = (text: Case): Case =>
    (text.startsWith("old ") ? `new ${text.slice(4)}` : `old ${text.slice(4)}`) as Case;
  return findings.map((one) => ({ ...one, cases: one.cases.map(other) }));
}
