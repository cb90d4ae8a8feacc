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
import { wire } from "./wire/wire.js";

/** The checks that judge before anything is planned, in the order of the report. */
export const CHECKS: readonly Check[] = [lint, docstrings, layout, wire, ignored, modules];

/** Every rule of Lockstep's own. buf's rules are not among them. */
export const RULES: readonly OwnRule<never>[] = [
  COMPILE,
  IMPORT_MISSING,
  ...CHECKS.flatMap((check) => check.rules),
  ...DRIFT_RULES,
  ...IMPORT_RULES,
  ...MIRROR_RULES,
  MIRROR_UNTAGGED,
  ...CONSUMER_RULES,
];
