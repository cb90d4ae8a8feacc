// All checks, and all rules that are Lockstep's own: one row each.
import type { OwnRule } from "../core/finding.js";
import type { Check } from "./check.js";
import { COMPILE, IMPORT_MISSING } from "./compile.js";
import { CONSUMER_RULES } from "./consumers.js";
import { docstrings } from "./docstrings/docstrings.js";
import { DRIFT_RULES } from "./drift.js";
import { ignored } from "./ignored.js";
import { IMPORT_RULES } from "./imports.js";
import { layout } from "./layout/layout.js";
import { lint } from "./lint.js";
import { MIRROR_RULES } from "./mirrors/mirrors.js";
import { MIRROR_UNTAGGED } from "./mirrors/untagged.js";
import { modules } from "./modules.js";
import { WIRE_RULES, wire } from "./wire/wire.js";

/** The checks that judge before anything is planned, in the order of the report. */
export const CHECKS: readonly Check[] = [lint, docstrings, layout, wire, ignored, modules];

/** A rule with what reports it. */
export interface RuleRow {
  readonly rule: OwnRule<never>;
  /** The check that it belongs to: what `check --only` takes, or "compile". */
  readonly check: string;
  /** The group that it belongs to, in a check with several. */
  readonly category?: string;
  /** Whether a waiver in lockstep.yaml may name it. */
  readonly isWaivable: boolean;
}

/** Every rule of Lockstep's own. buf's rules are not among them. */
export const RULE_ROWS: readonly RuleRow[] = [
  ...rows("compile", [COMPILE, IMPORT_MISSING]),
  ...CHECKS.flatMap((check) => (check === wire ? wireRows() : rows(check.name, check.rules))),
  ...rows("mirrors", [...MIRROR_RULES, MIRROR_UNTAGGED]),
  ...rows("drift", DRIFT_RULES),
  ...rows("imports", IMPORT_RULES),
  ...rows("consumers", CONSUMER_RULES),
];

/** The rules alone. */
export const RULES: readonly OwnRule<never>[] = RULE_ROWS.map(({ rule }) => rule);

function rows(check: string, rules: readonly OwnRule<never>[]): RuleRow[] {
  return rules.map((rule) => ({ rule, check, isWaivable: false }));
}

function wireRows(): RuleRow[] {
  return Object.entries(WIRE_RULES).flatMap(([category, rules]) =>
    rows(wire.name, rules).map((row) => ({
      ...row,
      category,
      isWaivable: rules !== WIRE_RULES.waivers,
    })),
  );
}
