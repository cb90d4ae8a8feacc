// What git's answers depend on beside the files of the work tree: its refs and its settings, as one text.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Git } from "./git.js";
import { errorCode } from "./trouble.js";

/** What each work tree has for itself, and what all work trees of a repository share. */
const OWN = ["HEAD", "MERGE_HEAD", "config.worktree"];
const SHARED = ["packed-refs", "config", "shallow", "info/exclude", "refs", "reftable"];

/**
 * A text that changes whenever a ref, HEAD, an unfinished merge, the depth of the clone or a setting of the
 * repository does; empty where the folder is in no work tree, or git is not there.
 */
export async function gitState(git: Git): Promise<string> {
  const folders = await git.folders();
  if (folders === undefined) return "";
  const { own, shared } = folders;
  const parts: string[] = [];
  for (const name of OWN) add(join(own, name), name, parts);
  for (const name of SHARED) add(join(shared, name), name, parts);
  return parts.join("\n");
}

function add(path: string, name: string, parts: string[]): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory()) {
    for (const entry of readdirSync(path).sort()) add(join(path, entry), `${name}/${entry}`, parts);
    return;
  }
  try {
    parts.push(`${name} ${readFileSync(path, "base64")}`);
  } catch (thrown) {
    // A ref that was deleted at this moment.
    if (errorCode(thrown) !== "ENOENT") throw thrown;
  }
}
