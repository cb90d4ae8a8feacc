// Where git keeps what moves when something is committed, switched or fetched.
import { join, resolve } from "node:path";
import { gitCommand, openGit } from "./git.js";
import { trouble } from "./trouble.js";

/** Absolute paths; not all of them exist in each repository. */
export interface GitPlaces {
  /** The folders that are git's own: of this work tree, and of all work trees of the repository. */
  readonly own: readonly string[];
  readonly files: readonly string[];
  /** Folders with all that is in them. */
  readonly folders: readonly string[];
  /** There while git changes the work tree or the index. */
  readonly busy: string;
}

/** Undefined where the folder is in no repository. */
export async function gitPlaces(
  root: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<GitPlaces | undefined> {
  if (!(await openGit(root, env, signal).isRepository())) return undefined;
  const args = ["rev-parse", "--absolute-git-dir", "--git-common-dir"];
  const { code, stdout, stderr } = await gitCommand(root, env, signal)(args);
  if (code !== 0) throw trouble("GIT_FAILED", { command: "rev-parse", said: stderr.trim() });
  const [own = "", shared = ""] = stdout
    .toString("utf8")
    .split("\n")
    .map((path) => resolve(root, path));
  return {
    own: [...new Set([own, shared])],
    files: [
      join(own, "HEAD"),
      join(own, "MERGE_HEAD"),
      join(shared, "packed-refs"),
      join(shared, "shallow"),
    ],
    folders: [join(shared, "refs"), join(shared, "reftable")],
    busy: join(own, "index.lock"),
  };
}
