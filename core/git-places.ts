// Where git keeps what moves when something is committed, switched or fetched.
import { join } from "node:path";
import type { Git } from "./git.js";

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
export async function gitPlaces(git: Git): Promise<GitPlaces | undefined> {
  const folders = await git.folders();
  if (folders === undefined) return undefined;
  const { own, shared } = folders;
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
