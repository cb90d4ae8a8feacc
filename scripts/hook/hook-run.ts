// lockstep hook run: judges what is staged. What it takes to judge is loaded only where it is needed.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { openHistory } from "../../core/git-history.js";
import { type Change, concernsProtos, openStaged } from "../../core/staged.js";
import { asTrouble, trouble } from "../../core/trouble.js";
import { isInside } from "../../core/workspace.js";
import { TAG } from "../../sync/mirrors/tag.js";
import type { Call } from "../pipeline.js";
import type { HookOutcome } from "./judge-staged.js";

export interface HookOptions {
  /** Whether to apply the fixes that findings carry, and to stage them. */
  readonly fix: boolean;
}

/** The outcome where nothing is staged that could be judged. */
const NOTHING: HookOutcome = {
  findings: [],
  troubles: [],
  steps: [],
  sources: undefined,
  restaged: [],
  unfixed: [],
  texts: new Map(),
};

/** What is wrong with what is staged: nothing where it has no proto, configuration or mirror. */
export async function hookRun(call: Call, options: HookOptions): Promise<HookOutcome> {
  try {
    return (await judge(call, options)) ?? NOTHING;
  } catch (thrown) {
    return { ...NOTHING, troubles: [asTrouble(thrown)] };
  }
}

async function judge(call: Call, options: HookOptions): Promise<HookOutcome | undefined> {
  const staged = await openStaged(existing(call.cwd), call.env, call.signal);
  const [changes, folder] = await Promise.all([staged.changes(), staged.workspace(call.cwd)]);
  if (folder === undefined) {
    if (!changes.some((change) => concernsProtos(change, "."))) return undefined;
    const isThere = existsSync(join(call.cwd, "buf.yaml"));
    throw trouble("STAGED_WITHOUT", { file: "buf.yaml", isThere });
  }
  const history = openHistory(staged.top, staged.environment(staged.top), call.signal);
  // pre-commit calls its hooks outside of a commit, too, to have all files judged.
  const isWhole = changes.length === 0 && call.env.PRE_COMMIT === "1";
  const concerns =
    isWhole ||
    changes.some((change) => concernsProtos(change, folder)) ||
    (await hasMirror(changes, folder, history.contents));
  if (!concerns) return undefined;
  const { judgeStaged } = await import("./judge-staged.js");
  return judgeStaged(call, staged, folder, options);
}

/** What hand-written code is in, told by its name alone: what reads it is heavy. */
const CODE = /\.[cm]?[jt]sx?$/;

/** Whether a file with a mirror is among the changes in that folder; `contents` reads them by their ids. */
async function hasMirror(
  changes: readonly Change[],
  folder: string,
  contents: (ids: readonly string[]) => Promise<Buffer[]>,
): Promise<boolean> {
  const code = changes.filter(({ path }) => isInside(path, folder) && CODE.test(path));
  const texts = await contents(code.flatMap(({ id }) => id ?? []));
  return texts.some((text) => text.includes(TAG));
}

/** The folder, or the nearest above it that is there: it may be gone from the work tree. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}
