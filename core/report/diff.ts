// A unified diff, as `git apply` and `patch` take it.
import { createTwoFilesPatch } from "diff";

/** The diff of two texts under those names; empty where they are the same. */
export function unifiedDiff(from: string, to: string, before: string, after: string): string {
  return before === after ? "" : createTwoFilesPatch(from, to, before, after).replace(/^=+\n/, "");
}
