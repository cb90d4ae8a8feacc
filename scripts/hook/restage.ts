// Takes fixes over from the copy of what is staged: into the index, and into the work tree.
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { gitCommand } from "../../core/git.js";
import type { Staged } from "../../core/staged.js";
import type { StagedCopy } from "../../core/staged-copy.js";
import { trouble } from "../../core/trouble.js";

export interface Restaged {
  /** The files that were fixed and staged. */
  readonly restaged: readonly string[];
  /** The files that have fixes that could not be staged, and why not. */
  readonly unfixed: readonly { readonly path: string; readonly why: string }[];
  /** Every file that has fixes, as it is with them. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Stages the files that were fixed in the copy, where nothing of them is unstaged. Paths are the workspace's. */
export async function restage(
  staged: Staged,
  folder: string,
  copy: StagedCopy,
  signal?: AbortSignal,
): Promise<Restaged> {
  const texts = new Map<string, string>();
  for (const [path, before] of copy.texts) {
    const after = await readFile(join(copy.root, path), "utf8");
    if (after !== before) texts.set(path, after);
  }
  if (texts.size === 0) return { restaged: [], unfixed: [], texts };
  const git = gitCommand(staged.top, staged.environment(staged.top), signal);
  const must = async (args: string[], input = ""): Promise<string> => {
    const { code, stdout, stderr } = await git(args, { input });
    if (code === 0) return stdout.toString("utf8");
    throw trouble("GIT_FAILED", { command: args[0] as string, said: stderr.trim() });
  };
  const fromTop = new Map([...texts.keys()].map((path) => [path, posix.join(folder, path)]));
  const paths = [...fromTop.values()];
  const unstaged = new Set((await must(["diff", "--name-only", "-z", "--", ...paths])).split("\0"));
  const modes = modesIn(await must(["ls-files", "--stage", "-z", "--", ...paths]));
  const whyNot = (path: string): string | undefined => {
    if (staged.isPartial)
      return "the commit names its paths: stage them, and commit without naming any";
    if (unstaged.has(path)) return "it has changes that are not staged: stage them, or stash them";
    return modes.get(path)?.startsWith("100") === true
      ? undefined
      : "it is behind a link: run lockstep fix there";
  };
  const restaged: string[] = [];
  const unfixed: Restaged["unfixed"][number][] = [];
  for (const [path, text] of texts) {
    const top = fromTop.get(path) as string;
    const why = whyNot(top);
    if (why !== undefined) {
      unfixed.push({ path, why });
      continue;
    }
    const id = (await must(["hash-object", "-w", "--stdin"], text)).trim();
    await must(["update-index", "-z", "--index-info"], `${modes.get(top)} ${id} 0\t${top}\0`);
    await must(["checkout-index", "--force", "--index", "-z", "--stdin"], `${top}\0`);
    restaged.push(path);
  }
  return { restaged, unfixed, texts };
}

/** The modes in `git ls-files --stage -z`: `mode id stage`, tab, path, NUL. */
function modesIn(printed: string): Map<string, string> {
  const entries = printed.split("\0").filter(Boolean);
  return new Map(
    entries.map((entry) => [entry.slice(entry.indexOf("\t") + 1), entry.split(" ")[0] as string]),
  );
}
