// Mirrors: hand-written code that repeats an enum has what the enum has.
import { type Finding, finding, type OwnRule, type Rule } from "../../core/finding.js";
import type { MirrorProblem } from "../../core/mirror.js";
import { RULE_OF } from "./rules.js";

export const MIRROR_RULES: readonly OwnRule<never>[] = Object.values(RULE_OF);

/** What is wrong with mirrors, as findings. */
export function mirrorFindings(problems: readonly MirrorProblem[]): Finding[] {
  return problems.map(({ kind, place, args, fix }) => {
    const symbol = "symbol" in args ? { symbol: args.symbol } : {};
    const rule: Rule<never> = RULE_OF[kind];
    return finding(rule as Rule<unknown>, args, place, { ...symbol, ...(fix && { fix }) });
  });
}
