// A rule as text, for who meets its id in a report.
import type { OwnRule } from "../core/finding.js";

/** Why the rule exists, the same thing wrong and right, and how to set or switch it off. */
export function explanation({
  id,
  severity,
  purpose,
  example,
  perElement,
}: OwnRule<never>): string {
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
    "Its severity, or off, for the workspace in lockstep.yaml:",
    "",
    "  severity:",
    `    ${id}: warning`,
    "",
  ].join("\n");
}
