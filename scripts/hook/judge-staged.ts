// Judges a copy of what is staged, in which the checks and the fixes of the other commands run.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CHECKS } from "../../checks/table.js";
import type { Finding } from "../../core/finding.js";
import { Sources } from "../../core/sources.js";
import type { Staged } from "../../core/staged.js";
import { copyStaged } from "../../core/staged-copy.js";
import { trouble } from "../../core/trouble.js";
import { openWorkspace, workspacePath } from "../../core/workspace.js";
import { languageOf } from "../../sync/code-languages.js";
import { TAG } from "../../sync/mirrors/tag.js";
import { codeOf } from "../code.js";
import { fix } from "../fix.js";
import { openRun } from "../open-run.js";
import { type Call, judgeAndPlan, type Outcome } from "../pipeline.js";
import { withInputs } from "../remember.js";
import type { HookOptions } from "./hook-run.js";
import { type Restaged, restage } from "./restage.js";

export type HookOutcome = Outcome & Restaged;

/** The hand-written code that mirrors are in, and may be used in. */
const CODE = { tag: TAG, has: (path: string): boolean => languageOf(path) !== undefined };

/** What is staged again where nothing is to be fixed. */
const UNCHANGED: Restaged = { restaged: [], unfixed: [], texts: new Map() };

/** What is wrong with the workspace that is staged in that folder, once what can be fixed is. */
export async function judgeStaged(
  call: Call,
  staged: Staged,
  folder: string,
  options: HookOptions,
): Promise<HookOutcome> {
  const real = join(staged.top, folder);
  const settings = call.config && workspacePath(real, call.config);
  const isInside = settings !== undefined && !settings.startsWith("../");
  const copy = await copyStaged(staged, folder, isInside ? settings : undefined, CODE, call.signal);
  try {
    const inCopy: Call = {
      ...call,
      cwd: copy.root,
      env: copy.env,
      config: isInside ? join(copy.root, settings) : call.config,
      copyOf: { ...copy.home, pending: copy.pending },
      amends: staged.amends,
    };
    const { template } = (await openWorkspace(copy.root, inCopy.config)).configuration;
    if (!copy.texts.has(template) && existsSync(join(real, template)))
      throw trouble("STAGED_WITHOUT", { file: template, isThere: true });
    const outcome = await (options.fix
      ? fix(inCopy, { dryRun: false, tag: false })
      : judge(inCopy));
    const restaged = options.fix ? await restage(staged, folder, copy, call.signal) : UNCHANGED;
    await copy.pending.lay(outcome.findings.flatMap(pathsIn));
    const sources = new Sources(real, new Map([...copy.texts, ...restaged.texts]));
    return { ...outcome, ...restaged, sources };
  } finally {
    await copy.remove();
  }
}

/** The files that a report of the finding shows. */
function pathsIn({ place, fix = [] }: Finding): string[] {
  return [place.path, ...fix.map(({ path }) => path)];
}

async function judge(call: Call): Promise<Outcome> {
  const run = await openRun(await withInputs(call, true));
  const checks = [...CHECKS, codeOf(run, false).mirrors];
  const { findings, troubles, coverage } = await judgeAndPlan(run, checks, undefined);
  return { findings, troubles, coverage, steps: run.steps.done, sources: run.sources };
}
