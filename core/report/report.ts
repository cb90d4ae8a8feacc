// What a run reports, and the formats that it may be reported in.

import type { ElementKind } from "../elements.js";
import { type Finding, sortFindings } from "../finding.js";
import { countBySeverity } from "../policy.js";
import type { Step } from "../steps.js";

export const FORMATS = ["text", "json"] as const;
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
