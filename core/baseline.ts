// The baseline: the schema at an earlier commit, compiled from git's objects.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { History } from "./git-history.js";
import type { Schema } from "./schema.js";
import { compileScratch } from "./scratch.js";
import { trouble } from "./trouble.js";
import type { Workspace } from "./workspace.js";

export interface Baseline {
  /** How people call it: `main`, or the merge base with `origin/main`. */
  readonly name: string;
  readonly commit: string;
}

/**
 * The commit to judge changes against: the one that `ref` names, else the merge base with the remote's
 * default branch, else HEAD where there is no remote. Undefined where the repository has no commit.
 * Throws trouble, with the command that would fetch it, where it is not here.
 */
export async function findBaseline(
  history: History,
  ref: string | undefined,
): Promise<Baseline | undefined> {
  const head = await history.commit("HEAD");
  if (ref !== undefined) {
    const commit = await history.commit(ref);
    if (commit !== undefined) return { name: ref, commit };
    if (head === undefined) return undefined;
    throw trouble("BASELINE_MISSING", { name: ref, fetch: `git fetch origin ${ref}` });
  }
  if (head === undefined) return undefined;
  const remote = await history.defaultBranch();
  if (remote === undefined) return { name: "HEAD", commit: head };
  const name = `${remote.remote}/${remote.branch}`;
  if (remote.commit === undefined) {
    throw trouble("BASELINE_MISSING", {
      name,
      fetch: `git fetch ${remote.remote} ${remote.branch}`,
    });
  }
  const base = await history.mergeBase(head, remote.commit);
  if (base !== undefined) return { name: `the merge base with ${name}`, commit: base };
  const fetch = (await history.isShallow())
    ? "git fetch --unshallow"
    : `git fetch ${remote.remote} ${remote.branch}`;
  throw trouble("BASELINE_MISSING", { name: `the merge base with ${name}`, fetch });
}

/** buf's configuration that a compilation depends on. */
const CONFIGURATION = /(^|\/)buf(\.work)?\.(yaml|lock)$/;

/**
 * The schema of the workspace at that commit; undefined where it had no protos yet. The protos are laid
 * out in a temporary folder, compiled there and removed. Throws trouble where they do not compile.
 */
export async function compileBaseline(
  baseline: Baseline,
  history: History,
  workspace: Workspace,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Schema | undefined> {
  const files = [...(await history.filesAt(baseline.commit))].filter(
    ([path]) => path.endsWith(".proto") || CONFIGURATION.test(path),
  );
  if (!files.some(([path]) => path.endsWith(".proto"))) return undefined;
  const contents = await history.contents(files.map(([, id]) => id));
  const compiled = await compileScratch(
    async (folder) => {
      if (!files.some(([path]) => path === "buf.yaml" || path === "buf.work.yaml")) {
        // Older than buf's configuration: what the modules are today is the best there is to go by.
        await copyFile(join(workspace.root, "buf.yaml"), join(folder, "buf.yaml"));
      }
      for (const [i, [path]] of files.entries()) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), contents[i] as Buffer);
      }
    },
    env,
    signal,
  );
  if ("schema" in compiled) return compiled.schema;
  const [first] = compiled.annotations;
  const said = `${first?.path ?? "buf.yaml"}:${first?.start_line ?? 1}: ${first?.message ?? ""}`;
  throw trouble("BASELINE_BROKEN", { name: baseline.name, said });
}
