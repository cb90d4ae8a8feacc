// A finding as plain text, for formats that have one field for all that is said.
import pc from "picocolors";
import { type Finding, helpOf, messageOf } from "../finding.js";
import { evidenceLines } from "./evidence.js";

const NO_COLORS = pc.createColors(false);

/** What is wrong, the evidence, and what to do, each from a line of its own. */
export function plainText(finding: Finding): string {
  const help = helpOf(finding);
  return [
    `${messageOf(finding)}${againstText(finding)}`,
    ...evidenceText(finding),
    ...(help === "" ? [] : [help]),
  ].join("\n");
}

/** The lines of the worst case of evidence, without colours; none where there is none. */
export function evidenceText(finding: Finding): string[] {
  return evidenceLines(finding.evidence ?? [], "", NO_COLORS);
}

/** ` (against REF)` where several baselines were judged. */
export function againstText({ baseline }: Finding): string {
  return baseline === undefined ? "" : ` (against ${baseline})`;
}

/** Why it was let through, and until when. */
export function waivedText({ reason, expires }: NonNullable<Finding["waived"]>): string {
  return `Waived until ${expires}: ${reason}`;
}
