// Code that looks like a mirror and does not say so.
import type { Edit } from "../../core/edit.js";
import { type Finding, finding, type OwnRule, type Place } from "../../core/finding.js";

export const MIRROR_UNTAGGED: OwnRule<{
  mirror: string;
  symbol: string;
  missing: readonly string[];
  unknown: readonly string[];
}> = {
  id: "MIRROR_UNTAGGED",
  severity: "error",
  finds:
    "Code looks like a copy of an enum and has no tag. Only `doctor` and `fix --tag` report it.",
  fixedBy: "lockstep fix --tag",
  purpose: "A copy of an enum that does not say so goes stale, and then a status shows wrong.",
  example: {
    wrong: 'type Status = "up" | "down" | "starting";',
    right: '/** @proto a.v1.Status */\ntype Status = "up" | "down" | "starting";',
  },
  message: (a) => {
    const differences = [
      a.missing.length > 0 ? `lacks ${a.missing.join(", ")}` : "",
      a.unknown.length > 0 ? `has ${a.unknown.join(", ")}, which it does not have` : "",
    ].filter((one) => one !== "");
    const today = differences.length > 0 ? `, and ${differences.join(" and ")}` : "";
    return `${a.mirror} looks like a copy of ${a.symbol}${today}.`;
  },
  help: (a) =>
    `Have it kept in step: lockstep fix --tag writes the tag @proto ${a.symbol}. If it is none, say so in lockstep.yaml: severity: { MIRROR_UNTAGGED: off }`,
};

/** An untagged mirror as it was discovered. */
export interface Untagged {
  readonly mirror: string;
  readonly symbol: string;
  readonly place: Place;
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  readonly tag: Edit;
}

/** Untagged mirrors as findings, with the fix that tags them. */
export function untaggedFindings(discovered: readonly Untagged[]): Finding[] {
  return discovered.map(({ mirror, symbol, place, missing, unknown, tag }) =>
    finding(MIRROR_UNTAGGED, { mirror, symbol, missing, unknown }, place, { symbol, fix: [tag] }),
  );
}
