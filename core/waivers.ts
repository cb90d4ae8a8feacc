// Waivers: which findings are let through for a time, and what is wrong with a waiver.

import type { Waiver } from "./configuration.js";
import { type Finding, finding, type OwnRule, type Place, type Waived } from "./finding.js";
import { nearest } from "./nearest.js";
import { trouble } from "./trouble.js";
import type { YamlFile } from "./yaml-file.js";

interface About {
  readonly rule: string;
  readonly symbol: string;
}

const EXAMPLE = `waivers:
  - rule: FIELD_TYPE_CHANGED
    symbol: acme.v1.Order.note
    reason: No released client reads it yet.
    expires: `;

export const WAIVER_EXPIRED: OwnRule<About & { expires: string }> = {
  id: "WAIVER_EXPIRED",
  severity: "error",
  finds: "The last day of a waiver is over; it lets nothing through.",
  purpose: "A permission that was given for a time ends with it, whether anybody looks or not.",
  example: { wrong: `${EXAMPLE}2020-01-31`, right: `${EXAMPLE}2099-01-31` },
  message: (a) =>
    `The waiver of ${a.rule} for ${a.symbol} expired on ${a.expires}; it lets nothing through any more.`,
  help: () =>
    "Remove the waiver if the change is released or undone. Otherwise have it reviewed again and set a new date.",
};

interface Unused extends About {
  /** The baseline that it names, and whether that was judged. */
  readonly baseline: string | undefined;
  readonly isJudged: boolean;
  /** The rules that other findings of its symbol are of. */
  readonly others: readonly string[];
}

export const WAIVER_UNUSED: OwnRule<Unused> = {
  id: "WAIVER_UNUSED",
  severity: "warning",
  finds: "A waiver lets nothing through.",
  purpose: "A waiver that is left behind lets the next break of the same kind through unseen.",
  example: {
    wrong: `# acme.v1.Order.note is back.\n${EXAMPLE}2099-01-31`,
    right: "waivers: []",
  },
  message: (a) => {
    const against = a.baseline === undefined ? "" : ` against ${a.baseline}`;
    const why = a.isJudged ? `there is no such finding${against}` : `${a.baseline} was not judged`;
    return `The waiver of ${a.rule} for ${a.symbol} lets nothing through: ${why}.`;
  },
  help: (a) =>
    a.others.length === 0
      ? "Remove it."
      : `Remove it, or correct its rule: what was found of that symbol is ${a.others.join(" and ")}.`,
};

export const WAIVER_UNKNOWN_SYMBOL: OwnRule<About & { near: string | undefined }> = {
  id: "WAIVER_UNKNOWN_SYMBOL",
  severity: "error",
  finds: "A waiver names something that neither the protos nor their history has.",
  purpose: "A waiver with a mistyped name lets nothing through, and nobody would see why.",
  example: {
    wrong: `${EXAMPLE}2099-01-31`.replace("Order.note", "Ordr.note"),
    right: `${EXAMPLE}2099-01-31`,
  },
  message: (a) =>
    `The waiver of ${a.rule} names ${a.symbol}, which neither the protos nor an earlier version of them has.`,
  help: (a) =>
    a.near === undefined
      ? "Write the fully qualified name, such as acme.v1.Order.note. Remove the waiver if that is gone for good."
      : `Did you mean "${a.near}"? Remove the waiver if what it names is gone for good.`,
};

export const WAIVER_RULES: readonly OwnRule<never>[] = [
  WAIVER_EXPIRED,
  WAIVER_UNUSED,
  WAIVER_UNKNOWN_SYMBOL,
];

/** What waivers are judged by. */
export interface Judged {
  /** As YYYY-MM-DD, in local time. */
  readonly today: string;
  /**
   * Every fully qualified name in the protos, in a judged baseline, and in its history: what a waived
   * change deleted is in no baseline any more once it is merged, and its waiver is unused then.
   */
  readonly symbols: ReadonlySet<string>;
  /** The names of the baselines that were judged, as people write them. */
  readonly baselines: readonly string[];
  /** The configuration that has the waivers. */
  readonly source: YamlFile | undefined;
}

/**
 * The findings, those that a waiver names marked with it, and what is wrong with the waivers. What is
 * waived is wanted, so it has no fix any more. A finding that is left out for another one
 * (`dropRepeated`) is to be left out before, or its waiver would seem to be of use.
 */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  judged: Judged,
): Finding[] {
  const names = (waiver: Waiver, one: Finding): boolean =>
    one.rule.id === waiver.rule && one.symbol === waiver.symbol && holdsFor(waiver, one, judged);
  const valid = waivers.filter((waiver) => judged.today <= waiver.expires);
  const applied = findings.map((one) => {
    const waiver = valid.find((each) => names(each, one));
    return waiver === undefined ? one : waivedBy(one, waiver);
  });
  const wrong = waivers.flatMap((waiver, i) => {
    const used = valid.includes(waiver) && findings.some((one) => names(waiver, one));
    return used ? [] : [wrongWith(waiver, i, findings, judged)];
  });
  return [...applied, ...wrong];
}

function holdsFor({ baseline }: Waiver, one: Finding, { baselines }: Judged): boolean {
  // Where one baseline was judged, every finding is against it.
  const against = one.baseline ?? (baselines.length === 1 ? baselines[0] : undefined);
  return baseline === undefined || baseline === against;
}

function waivedBy({ fix: _, ...rest }: Finding, { reason, expires }: Waiver): Finding {
  return { ...rest, waived: { reason, expires } };
}

/** What is wrong with a waiver that let nothing through. */
function wrongWith(
  waiver: Waiver,
  index: number,
  findings: readonly Finding[],
  { today, symbols, baselines, source }: Judged,
): Finding {
  const { rule, symbol, expires, baseline } = waiver;
  const place = (...key: string[]): Place =>
    source?.locate(["waivers", index, ...key]) ?? { path: "lockstep.yaml" };
  const found = findings.filter((one) => one.symbol === symbol).map((one) => one.rule.id);
  const others = [...new Set(found)].filter((id) => id !== rule).sort();
  if (expires < today)
    return finding(WAIVER_EXPIRED, { rule, symbol, expires }, place("expires"), { symbol });
  if (!symbols.has(symbol) && found.length === 0) {
    const near = nearest(symbol, [...symbols]);
    return finding(WAIVER_UNKNOWN_SYMBOL, { rule, symbol, near }, place("symbol"), { symbol });
  }
  const isJudged = baseline === undefined || baselines.includes(baseline);
  return finding(WAIVER_UNUSED, { rule, symbol, baseline, isJudged, others }, place(), { symbol });
}

/**
 * Throws trouble with line and column where a waiver names a rule that is none of `waivable`: the ids
 * of the wire check's rules and of buf's breaking rules.
 */
export function validateWaivers(
  waivers: readonly Waiver[],
  waivable: readonly string[],
  source: YamlFile | undefined,
): void {
  waivers.forEach(({ rule }, i) => {
    if (waivable.includes(rule)) return;
    const near = nearest(rule, waivable);
    throw trouble(
      "CONFIGURATION_INVALID",
      {
        message: `A waiver names "${rule}", which is no rule about breaking changes.`,
        help:
          near === undefined
            ? "Waivers are for the rules of the wire check (docs/checks.md) and buf's breaking rules. The severity of any other rule can be set instead."
            : `Did you mean "${near}"?`,
      },
      source === undefined ? {} : { where: source.locate(["waivers", i, "rule"]) },
    );
  });
}

/** The day of that moment in local time, as YYYY-MM-DD. */
export function dayOf(moment: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** How many days, from that day on, are left of what was waived; 0 on its last day. */
export function daysLeft({ expires }: Waived, today: string): number {
  return (Date.parse(expires) - Date.parse(today)) / (24 * 60 * 60 * 1000);
}
