// What is staged: the index of the commit that is being made, and in what it differs from its parent.
import { existsSync, realpathSync } from "node:fs";
import { posix, resolve } from "node:path";
import { gitCommand } from "./git.js";
import { isAmending } from "./git-amend.js";
import { trouble } from "./trouble.js";
import { isInside, workspacePath } from "./workspace.js";

export interface Staged {
  /** The top folder of the work tree. */
  readonly top: string;
  /** Whether HEAD is being replaced: then the parent is HEAD's. */
  readonly amends: boolean;
  /** Whether git keeps a second index, because the commit is of paths that were named. */
  readonly isPartial: boolean;
  /** The environment for git with this repository and index, and the work tree at `tree`. */
  environment(tree: string): NodeJS.ProcessEnv;
  /** What differs from the parent. */
  changes(): Promise<Change[]>;
  /** The folder, from the top, of the workspace that `folder` lies in; undefined where none is staged. */
  workspace(folder: string): Promise<string | undefined>;
  /** The id of the tree that would be committed. */
  tree(): Promise<string>;
}

export interface Change {
  /** From the top. */
  readonly path: string;
  /** The new mode, as git writes it. */
  readonly mode: string;
  /** The id of the new content; undefined where the file is gone. */
  readonly id: string | undefined;
}

/** What is staged in the repository that the folder lies in. Throws trouble where it lies in none. */
export async function openStaged(
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Staged> {
  const asked = await gitCommand(
    cwd,
    env,
    signal,
  )(["rev-parse", "--show-toplevel", "--absolute-git-dir"]);
  if (asked.code !== 0) throw trouble("STAGED_OUTSIDE", { folder: cwd });
  const [top = "", repository = ""] = asked.stdout.toString("utf8").split("\n");
  const { GIT_PREFIX: _, GIT_INDEX_FILE: index, ...rest } = env;
  const environment = (tree: string): NodeJS.ProcessEnv => ({
    ...rest,
    GIT_DIR: repository,
    GIT_WORK_TREE: tree,
    ...(index === undefined ? {} : { GIT_INDEX_FILE: resolve(top, index) }),
  });
  const git = gitCommand(top, environment(top), signal);
  const must = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await git(args);
    if (code === 0) return stdout.toString("utf8");
    throw trouble("GIT_FAILED", { command: args[0] as string, said: stderr.trim() });
  };
  const amends = await isAmending(top, environment(top), signal);
  return {
    top,
    amends,
    isPartial: /^next-index-\d+\.lock$/.test(posix.basename(index ?? "")),
    environment,
    async changes() {
      const parent = amends ? "HEAD^" : "HEAD";
      const found = await git(["rev-parse", "--verify", "--quiet", `${parent}^{commit}`]);
      const empty = async (): Promise<string> => must("hash-object", "-t", "tree", "--stdin");
      const from = (found.code === 0 ? found.stdout.toString("utf8") : await empty()).trim();
      return changesIn(await must("diff-index", "--cached", "--raw", "-z", "--no-renames", from));
    },
    async workspace(folder) {
      // git has followed the links on the way to the top.
      const inside = workspacePath(top, existsSync(folder) ? realpathSync(folder) : folder);
      const folders: string[] = [];
      for (let one = inside === "" ? "." : inside; ; one = posix.dirname(one)) {
        folders.push(one);
        if (one === ".") break;
        if (one === "..") return undefined;
      }
      const names = folders.flatMap((one) =>
        ["buf.yaml", "buf.work.yaml"].map((name) => posix.join(one, name)),
      );
      const tracked = (await must("ls-files", "-z", "--cached", "--", ...names)).split("\0");
      return folders.find((one) =>
        tracked.some((path) => path !== "" && posix.dirname(path) === one),
      );
    },
    tree: async () => (await must("write-tree")).trim(),
  };
}

/** The changes in `git diff-index --raw -z`: `:mode mode id id status`, NUL, path, NUL. */
function changesIn(printed: string): Change[] {
  const parts = printed.split("\0");
  const changes: Change[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [, mode = "", , id, status] = (parts[i] as string).split(" ");
    changes.push({ path: parts[i + 1] as string, mode, id: status === "D" ? undefined : id });
  }
  return changes;
}

/** buf's and Lockstep's files that a judgement depends on. */
export const CONFIGURATION = /(^|\/)(buf(\.[\w-]+)*\.yaml|buf\.lock|lockstep\.yaml)$/;

/** A link or a submodule: there may be protos behind it. */
const LEADS_ELSEWHERE = ["120000", "160000"];

/** Whether a change in that folder can change what is judged, mirrors aside. */
export function concernsProtos({ path, mode }: Change, folder: string): boolean {
  if (!isInside(path, folder)) return false;
  return path.endsWith(".proto") || CONFIGURATION.test(path) || LEADS_ELSEWHERE.includes(mode);
}
