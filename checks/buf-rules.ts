// buf's own rules, as findings have them: the words are buf's.
import type { Rule } from "../core/finding.js";

/** The rule of buf's lint with that id. */
export function lintRule(id: string): Rule<{ message: string }> {
  return {
    id,
    severity: "error",
    purpose: "A lint rule of buf's, switched on in buf.yaml.",
    message: (a) => a.message,
    help: () =>
      `If it has to stay as it is, say so in the comment above it: // buf:lint:ignore ${id}`,
  };
}

/** The rule of buf's breaking with that id. */
export function breakingRule(id: string): Rule<{ message: string }> {
  return {
    id,
    severity: "error",
    purpose: "A breaking rule of buf's, switched on in buf.yaml.",
    message: (a) => a.message,
    help: () =>
      "The policy under `breaking` in buf.yaml forbids it: undo it, or waive it in lockstep.yaml.",
  };
}

/** The rule of buf's with that id and purpose. */
export function bufRule(id: string, purpose: string): Rule<{ message: string }> {
  const [lint, breaking] = [lintRule(id), breakingRule(id)];
  return purpose === lint.purpose ? lint : breaking;
}
