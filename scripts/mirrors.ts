// Mirrors in a run: the check that judges them, and what generate adds to them.
import type { SchemaCheck } from "../checks/check.js";
import { MIRROR_RULES, mirrorFindings } from "../checks/mirrors/mirrors.js";
import { codeFiles } from "../core/code-files.js";
import { count } from "../core/count.js";
import { openHistory } from "../core/git-history.js";
import type { MirrorProblem } from "../core/mirror.js";
import type { Schema } from "../core/schema.js";
import { type MirrorAddition, type MirrorPlan, planMirrors } from "../sync/mirrors/mirrors.js";
import type { Run } from "./pipeline.js";

/** The mirrors of a run. */
export interface RunMirrors {
  /** Reports what is wrong with mirrors, and unless they are to be added, what they lack. */
  readonly check: SchemaCheck;
  /** What mirrors lack, once the check has run. */
  additions(): readonly MirrorAddition[];
}

/** The mirrors in the run's sources; `adds` where what they lack will be added. */
export function mirrorsOf(run: Run, adds: boolean): RunMirrors {
  let planned: MirrorPlan | undefined;
  const check: SchemaCheck = {
    name: "mirrors",
    reads: "schema",
    rules: MIRROR_RULES,
    async judge(_, schema) {
      planned = await planOf(run, schema);
      const { mirrors, files, problems, additions } = planned;
      const lacks = adds ? [] : additions.map(missing);
      return {
        findings: mirrorFindings([...problems, ...lacks]),
        summary: `${count(mirrors, "mirror")} in ${count(files, "file")}`,
      };
    },
  };
  return { check, additions: () => planned?.additions ?? [] };
}

async function planOf(run: Run, schema: Schema): Promise<MirrorPlan> {
  const { workspace, git, generated, sources, env, signal } = run;
  const paths = await codeFiles(workspace, git, generated);
  const history = (await git.isRepository()) ? openHistory(workspace.root, env, signal) : undefined;
  return planMirrors({ root: workspace.root, sources, paths, schema, history });
}

function missing({ mirror, symbol, names, place }: MirrorAddition): MirrorProblem {
  return { kind: "missing", place, args: { mirror, symbol, names, why: undefined } };
}
