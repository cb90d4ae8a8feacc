// The generated folder is ignored by git, and nothing in it is tracked.

import { allEnded } from "../core/all-ended.js";
import { count } from "../core/count.js";
import { type Finding, finding, type OwnRule } from "../core/finding.js";
import type { Git } from "../core/git.js";
import { quoted } from "../core/shell-word.js";
import { trouble } from "../core/trouble.js";
import type { WorkspaceCheck } from "./check.js";

export const GENERATED_NOT_IGNORED: OwnRule<{ folder: string }> = {
  id: "GENERATED_NOT_IGNORED",
  severity: "error",
  finds: "git does not ignore the generated folder.",
  purpose:
    "Generated code that is not ignored ends up in commits, where it goes stale and conflicts.",
  example: {
    wrong: "# .gitignore\nnode_modules/",
    right: "# .gitignore\nnode_modules/\ngenerated/",
  },
  message: (a) => `git does not ignore the generated folder ${a.folder}/.`,
  help: (a) => `Add the line "${a.folder}/" to .gitignore.`,
};

export const GENERATED_TRACKED: OwnRule<{ folder: string; files: readonly string[] }> = {
  id: "GENERATED_TRACKED",
  severity: "error",
  finds: "git tracks files in the generated folder.",
  purpose:
    "A generated file that git tracks is a second copy of the protos, and nobody reviews it.",
  example: { wrong: "git add --force generated", right: "git rm -r --cached generated" },
  message: (a) =>
    `git tracks ${count(a.files.length, "file")} in the generated folder ${a.folder}/: ${a.files.slice(0, 3).join(", ")}${a.files.length > 3 ? ", ..." : ""}.`,
  help: (a) =>
    `Untrack them, keeping the files, and commit: git rm -r --cached ${quoted(a.folder)}`,
};

const RULES = [GENERATED_NOT_IGNORED, GENERATED_TRACKED];

export const ignored: WorkspaceCheck = {
  name: "ignored",
  reads: "workspace",
  rules: RULES,
  async judge({ workspace, git, generated }) {
    if (!(await git.isRepository())) {
      const rules = RULES.map((rule) => rule.id);
      throw trouble("NOT_A_REPOSITORY", { folder: workspace.root, rules });
    }
    const findings = await allEnded(generated.map((folder) => judgeFolder(folder, git)));
    return {
      findings: findings.flat(),
      summary: `${generated.map((f) => `${f}/`).join(", ")} is ignored by git`,
    };
  },
};

/** What git does with a generated folder. */
export interface Standing {
  /** Whether it ignores all that may be generated there. */
  readonly isIgnored: boolean;
  readonly tracked: readonly string[];
}

/** What git does with that folder, whether or not it exists. */
export async function standingOf(folder: string, git: Git): Promise<Standing> {
  // Names of several kinds, because a pattern such as *.js ignores only some of what is generated.
  const probes = ["index.js", "index.d.ts", ".lockstep/manifest.json"].map(
    (name) => `${folder}/${name}`,
  );
  const [ignored, tracked] = await allEnded([git.ignored(probes), git.tracked(folder)]);
  return { isIgnored: probes.every((probe) => ignored.has(probe)), tracked };
}

async function judgeFolder(folder: string, git: Git): Promise<Finding[]> {
  const { isIgnored, tracked } = await standingOf(folder, git);
  const findings: Finding[] = [];
  if (!isIgnored) findings.push(finding(GENERATED_NOT_IGNORED, { folder }, { path: ".gitignore" }));
  if (tracked.length > 0) {
    findings.push(finding(GENERATED_TRACKED, { folder, files: tracked }, { path: folder }));
  }
  return findings;
}
