// Fingerprints: by which a forge knows a finding again when its line has moved.
import { createHash } from "node:crypto";
import { type Finding, messageOf } from "../finding.js";

/**
 * A fingerprint of each finding, in hex, no two the same. Made of the rule, the element (or the file
 * where it is about none), what is said and the baseline, and not of the line. Findings that share all
 * of that are counted from the top of the report.
 */
export function fingerprintsOf(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { rule, symbol, place, baseline } = finding;
    const key = JSON.stringify([rule.id, symbol ?? place.path, messageOf(finding), baseline]);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return createHash("sha256").update(`${key}\n${before}`).digest("hex");
  });
}
