// A finding: one problem as data. Its prose is the rule's, its layout the reporter's.

import type { Edit } from "./edit.js";

export const SEVERITIES = ["error", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A place in a file of the workspace. Lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
  /** Relative to the workspace, with `/`. */
  path: string;
  line?: number;
  column?: number;
  endLine?: number;
  endColumn?: number;
}

/** A rule is data plus its words: what it is for, and how a finding of it reads. */
export interface Rule<A> {
  readonly id: string;
  readonly severity: Severity;
  /** One sentence: why the rule exists. */
  readonly purpose: string;
  readonly message: (args: A) => string;
  /** What to do about it. */
  readonly help: (args: A) => string;
}

/** A rule of Lockstep's own, as `lockstep explain` shows it. */
export interface OwnRule<A> extends Rule<A> {
  /** One sentence: what it reports. */
  readonly finds: string;
  /** The command that puts a finding right, where that is certain; undefined where it is left to people. */
  readonly fixedBy?: "lockstep fix" | "lockstep fix --tag" | "lockstep generate";
  /** The same thing wrong and right, as people write it. */
  readonly example: { readonly wrong: string; readonly right: string };
  /** Whether it judges an element of a proto, so that a comment above that can switch it off. */
  readonly perElement?: boolean;
}

/** How data fared: read as something else, read as absent, not read at all, or read as it was meant. */
export type Fate = "misread" | "lost" | "refused" | "unaffected";

/** One reader of the bytes, and what it made of them. */
export interface Reader {
  /** The Protobuf runtime that read. */
  readonly runtime: string;
  readonly fate: Fate;
  /** What the reader's code sees, in words. */
  readonly saw: string;
}

/** What really happened to a message that was written with one version and read with the other. */
export interface Evidence {
  /** Who sent: a peer of the baseline, or one built from the changed protos. */
  readonly sender: "old" | "new";
  readonly format: "binary" | "json" | "rpc";
  readonly fate: Fate;
  /** The message that was sent, by its full name; of an RPC, the path that was called. */
  readonly subject: string;
  /** What the sender meant, in words. */
  readonly sent: string;
  /** What was on the wire: bytes in hex, separated by spaces, or the JSON text. */
  readonly wire: string;
  /** The part of `wire` that makes the difference: a range of its characters, the end exclusive. */
  readonly marked?: readonly [number, number];
  readonly readers: readonly Reader[];
}

/** The reviewed permission that a finding was let through with. */
export interface Waived {
  readonly reason: string;
  /** The last day on which it holds, as YYYY-MM-DD. */
  readonly expires: string;
}

export interface Finding {
  readonly rule: Rule<never>;
  readonly args: unknown;
  readonly severity: Severity;
  readonly place: Place;
  /** The fully qualified name of the element, where it is about one. */
  readonly symbol?: string;
  /** Where the element was in the baseline. */
  readonly previous?: Place;
  /** The baseline that it was found against, where several were judged. */
  readonly baseline?: string;
  readonly evidence?: readonly Evidence[];
  /** Undefined where it was not let through. A finding with it counts as no error. */
  readonly waived?: Waived;
  /** What puts it right, where that is certain. */
  readonly fix?: readonly Edit[];
  /** The finding of another tool that says the same, as `RULE path:line`; it is left out then. */
  readonly instead?: string;
  /** The rule of buf's that makes it as severe as it is, and how severe that is. */
  readonly asked?: { readonly by: string; readonly severity: Severity };
}

/** The finding of that rule, with the rule's own severity. */
export function finding<A>(
  rule: Rule<A>,
  args: A,
  place: Place,
  about: Pick<Finding, "symbol" | "previous" | "baseline" | "evidence" | "fix" | "instead"> = {},
): Finding {
  return { rule, args, severity: rule.severity, place, ...about };
}

/** What is wrong, in a sentence. */
export function messageOf(finding: Finding): string {
  return finding.rule.message(finding.args as never);
}

/** What to do about it. */
export function helpOf(finding: Finding): string {
  const help = finding.rule.help(finding.args as never);
  const { asked } = finding;
  return asked === undefined
    ? help
    : `${help} ${asked.by} of buf.yaml makes it an ${asked.severity}.`;
}

/** The findings in a total order, each once. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort(compareFindings);
  return sorted.filter((f, i) => i === 0 || compareFindings(sorted[i - 1] as Finding, f) !== 0);
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.place.path, b.place.path) ||
    (a.place.line ?? 1) - (b.place.line ?? 1) ||
    (a.place.column ?? 1) - (b.place.column ?? 1) ||
    compareText(a.rule.id, b.rule.id) ||
    compareText(a.symbol ?? "", b.symbol ?? "") ||
    compareText(messageOf(a), messageOf(b)) ||
    // What is waived against one baseline may stand against another.
    Number(a.waived !== undefined) - Number(b.waived !== undefined)
  );
}

/** Orders by UTF-16 code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
