// A rule as text, for who meets its id in a report.
import type { OwnRule } from "../core/finding.js";

/**
 * Why the rule exists, the same thing wrong and right, and how to set or switch it off; of one that a
 * waiver may name, how to waive it.
 */
export function explanation(
  { id, severity, purpose, example, perElement }: OwnRule<never>,
  isWaivable: boolean,
): string {
  const indented = (text: string): string => text.replace(/^/gm, "  ");
  return [
    `${id} (${severity})`,
    "",
    purpose,
    "",
    "Wrong:",
    "",
    indented(example.wrong),
    "",
    "Right:",
    "",
    indented(example.right),
    "",
    ...(perElement === true
      ? ["For one element, say so in the comment above it:", "", `  // buf:lint:ignore ${id}`, ""]
      : []),
    ...(isWaivable
      ? [
          "For one reviewed change, for a time, in lockstep.yaml:",
          "",
          "  waivers:",
          `    - rule: ${id}`,
          "      symbol: the full name of the element, as the report has it",
          "      reason: why it is harmless here",
          "      expires: the last day, as YYYY-MM-DD",
          "",
        ]
      : []),
    "Its severity, or off, for the workspace in lockstep.yaml:",
    "",
    "  severity:",
    `    ${id}: warning`,
    "",
  ].join("\n");
}
