// What a run reports, and the formats that it may be reported in.

import { count } from "../count.js";
import type { ElementKind } from "../element-kinds.js";
import { type Finding, sortFindings } from "../finding.js";
import { countBySeverity } from "../policy.js";
import type { Step } from "../steps.js";

export const FORMATS = ["text", "json", "github", "sarif", "junit", "gitlab", "markdown"] as const;
export type Format = (typeof FORMATS)[number];

/** How many elements of a kind have a docstring, in a package. */
export interface Coverage {
  readonly package: string;
  readonly kind: ElementKind;
  readonly documented: number;
  readonly total: number;
}

export interface Report {
  /** Whether no finding that stands is an error and the run could be done. */
  readonly ok: boolean;
  /** Sorted, each once; those that were waived are among them. */
  readonly findings: readonly Finding[];
  readonly steps: readonly Step[];
  readonly summary: { readonly errors: number; readonly warnings: number };
  /** How much is documented; undefined where that was not judged. */
  readonly coverage: readonly Coverage[] | undefined;
}

/** The report of a run that found that; `failed` where the run itself could not be done. */
export function reportOf(
  findings: readonly Finding[],
  steps: readonly Step[],
  failed: boolean,
  coverage?: readonly Coverage[],
): Report {
  const sorted = sortFindings(findings);
  const { error, warning } = countBySeverity(sorted);
  return {
    ok: error === 0 && !failed,
    findings: sorted,
    steps,
    summary: { errors: error, warnings: warning },
    coverage,
  };
}

/** How many findings there are of each severity, and how many were waived: `1 error, 2 waived`. */
export function countsOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return "no findings";
  const { error, warning, info } = countBySeverity(findings);
  const counts = [
    [error, "error", "errors"],
    [warning, "warning", "warnings"],
    [info, "note", "notes"],
    [findings.length - error - warning - info, "waived", "waived"],
  ] as const;
  return counts
    .filter(([n]) => n > 0)
    .map(([n, one, many]) => count(n, one, many))
    .join(", ");
}

/** The packages in which something is not documented, those that lack the most first. */
export function lackingPackages(
  coverage: readonly Coverage[],
): { readonly name: string; readonly kinds: readonly string[] }[] {
  const packages = new Map<string, { lacks: number; kinds: string[] }>();
  for (const { package: name, kind, documented, total } of coverage) {
    const row = packages.get(name) ?? { lacks: 0, kinds: [] };
    row.lacks += total - documented;
    if (documented < total) row.kinds.push(`${documented} of ${count(total, kind)}`);
    packages.set(name, row);
  }
  return [...packages]
    .filter(([, { lacks }]) => lacks > 0)
    .sort(([, a], [, b]) => b.lacks - a.lacks)
    .map(([name, { kinds }]) => ({ name: name === "" ? "(no package)" : name, kinds }));
}
