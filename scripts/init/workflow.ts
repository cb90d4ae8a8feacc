// The workflow of GitHub Actions, which --ci asks for.
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { packageVersion } from "../../core/installation.js";
import { workspacePath } from "../../core/workspace.js";
import { packageManager } from "./package-manager.js";
import type { Change } from "./plan.js";
import type { Repository } from "./repository.js";

/** With annotations on the lines, and a summary for the reviewer. */
const GENERATE = 'npx lockstep generate --format github --format "markdown:$GITHUB_STEP_SUMMARY"';

/** Plans the workflow, where the repository is on GitHub. */
export function planWorkflow(repository: Repository): Change {
  const { root, top, isOnGitHub, packageJson } = repository;
  const file = join(top, ".github", "workflows", "lockstep.yml");
  const path = workspacePath(root, file);
  if (!isOnGitHub) {
    const why =
      "run this in your CI, in a clone with its whole history; nothing here says that it is on GitHub";
    return { kind: "propose", path: "npx lockstep generate", why };
  }
  if (existsSync(file)) return { kind: "keep", path, why: "it is there" };
  const { install, isLocked } = packageManager(repository);
  const folder = workspacePath(top, root);
  const installed = workspacePath(top, join(root, posix.dirname(packageJson?.path ?? "x")));
  const hasLockfile = packageJson !== undefined && isLocked;
  const setUp = hasLockfile
    ? step(install, installed)
    : step(`npm install --no-save lockstep@${packageVersion()}`, folder);
  const after = `# Stops what breaks the schemas: generate runs every check, and proves that the result imports.
name: lockstep
on:
  pull_request:
  push:
    branches: [main, master]
permissions:
  contents: read
jobs:
  lockstep:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
        with:
          # Changes are judged against the merge base and all that was removed before.
          fetch-depth: 0
      - uses: actions/setup-node@v6
        with:
          node-version: 22
${setUp}${step(GENERATE, folder)}`;
  const why = "every change is judged against the branch that it goes to";
  return { kind: "write", path, before: undefined, after, why };
}

function step(run: string, folder: string): string {
  const where = folder === "" ? "" : `        working-directory: ${JSON.stringify(folder)}\n`;
  return `      - run: ${run}\n${where}`;
}
