// What a run reports, and the formats that it may be reported in.

import { type Finding, sortFindings } from "../finding.js";
import { countBySeverity } from "../policy.js";
import type { Step } from "../steps.js";

export const FORMATS = ["text", "json"] as const;
export type Format = (typeof FORMATS)[number];

export interface Report {
  /** Whether no finding is an error and the run could be done. */
  readonly ok: boolean;
  /** Sorted, each once. */
  readonly findings: readonly Finding[];
  readonly steps: readonly Step[];
  readonly summary: { readonly errors: number; readonly warnings: number };
  /** How much is documented; undefined where that was not judged. */
  readonly coverage: readonly object[] | undefined;
}

/** The report of a run that found that; `failed` where the run itself could not be done. */
export function reportOf(
  findings: readonly Finding[],
  steps: readonly Step[],
  failed: boolean,
  coverage?: readonly object[],
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
