// What the hook says of a commit, beside the report of the findings.
import type { ExitCode } from "../command-line/command.js";
import type { HookOutcome } from "./judge-staged.js";

const ANYWAY = "To commit all the same: git commit --no-verify\n";

/** What was fixed and what was not, and why the commit is stopped where it is. */
export function hookWords({ restaged, unfixed }: HookOutcome, code: ExitCode): string {
  const told = [
    ...restaged.map((path) => `Fixed and staged: ${path}\n`),
    ...unfixed.map(({ path, why }) => `Not fixed: ${path}, because ${why}.\n`),
  ].join("");
  if (code === 2) return `${told}The commit is stopped, because it could not be judged. ${ANYWAY}`;
  if (unfixed.length > 0) {
    return `${told}The commit is stopped: not every fix could be staged. ${ANYWAY}`;
  }
  if (code === 0) return told;
  return `${told}The commit is stopped. Correct what is staged, git add it and commit again. ${ANYWAY}`;
}
