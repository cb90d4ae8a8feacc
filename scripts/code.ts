// Hand-written code in a run: its mirrors, which a check judges and generate adds to, and its imports.
import type { WholeCheck } from "../checks/check.js";
import { CONSUMER_RULES, consumerFindings } from "../checks/consumers.js";
import { MIRROR_RULES, mirrorFindings } from "../checks/mirrors/mirrors.js";
import { MIRROR_UNTAGGED, untaggedFindings } from "../checks/mirrors/untagged.js";
import { type CodeFiles, openCodeFiles } from "../core/code-files.js";
import { count } from "../core/count.js";
import type { Finding } from "../core/finding.js";
import { openHistory } from "../core/git-history.js";
import type { MirrorProblem } from "../core/mirror.js";
import { applySeverity } from "../core/policy.js";
import type { Schema } from "../core/schema.js";
import { readConsumers } from "../sync/consumers.js";
import { type Discovery, discoverMirrors } from "../sync/mirrors/discover.js";
import { type MirrorAddition, type MirrorPlan, planMirrors } from "../sync/mirrors/mirrors.js";
import type { Plan, Run } from "./pipeline.js";

/** The hand-written code of a run's workspace. */
export interface Code {
  /** Reports what is wrong with mirrors, and unless it is to be added, what they lack. */
  readonly mirrors: WholeCheck;
  /** What mirrors lack, once the check has run. */
  additions(): readonly MirrorAddition[];
  /** Reports code that looks like a mirror and has no tag. */
  readonly untagged: WholeCheck;
  /** The same, as what was discovered; nothing where the rule is off. */
  discoveries(whole: () => Promise<Schema>): Promise<readonly Discovery[]>;
  /** What is wrong with the imports of what is planned. */
  judgeImports(plan: Plan): Promise<Finding[]>;
}

/** The code in the run's sources; `adds` where what mirrors lack will be added. */
export function codeOf(run: Run, adds: boolean): Code {
  const { workspace, git, generated, sources, steps } = run;
  let opened: Promise<CodeFiles> | undefined;
  const files = (): Promise<CodeFiles> => (opened ??= openCodeFiles(workspace, git, generated));
  let planned: MirrorPlan | undefined;
  return {
    mirrors: {
      name: "mirrors",
      reads: "whole",
      rules: MIRROR_RULES,
      async judge(_, whole) {
        planned = await planOf(run, whole, await files());
        const { mirrors, files: tagged, problems, additions } = planned;
        const lacks = adds ? [] : additions.map(missing);
        return {
          findings: mirrorFindings([...problems, ...lacks]),
          summary: `${count(mirrors, "mirror")} in ${count(tagged, "file")}`,
        };
      },
    },
    additions: () => planned?.additions ?? [],
    untagged: {
      name: "untagged",
      reads: "whole",
      rules: [MIRROR_UNTAGGED],
      async judge(_, whole) {
        const code = await files();
        return {
          findings: untaggedFindings(await discoverMirrors(code, sources, whole)),
          summary: `${count(code.paths.length, "file")} looked through`,
        };
      },
    },
    discoveries: async (whole) => {
      if (workspace.configuration.severity[MIRROR_UNTAGGED.id] === "off") return [];
      return discoverMirrors(await files(), sources, whole);
    },
    async judgeImports({ indexes, comparisons }) {
      const { severity } = workspace.configuration;
      if (CONSUMER_RULES.every(({ id }) => severity[id] === "off")) {
        steps.skip("consumers", "its rules are off in lockstep.yaml");
        return [];
      }
      const report = await steps.run(
        "consumers",
        async () => readConsumers(await files(), sources, indexes, comparisons),
        (made) => `${count(made.imports, "import")} in ${count(made.files, "file")}`,
        ({ broken }) => broken.length > 0,
      );
      return applySeverity(consumerFindings(report.broken), severity);
    },
  };
}

async function planOf(
  run: Run,
  whole: () => Promise<Schema>,
  code: CodeFiles,
): Promise<MirrorPlan> {
  const { workspace, git, generated, sources, env, signal } = run;
  const history = (await git.isRepository()) ? openHistory(workspace.root, env, signal) : undefined;
  return planMirrors({ code, sources, whole, generated, history });
}

function missing({ mirror, symbol, names, place }: MirrorAddition): MirrorProblem {
  return { kind: "missing", place, args: { mirror, symbol, names, why: undefined } };
}
