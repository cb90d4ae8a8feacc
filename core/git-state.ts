// What git's answers depend on beside the files of the work tree: its refs and its settings, as one text.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { gitCommand } from "./git.js";
import { errorCode } from "./trouble.js";

/** What each work tree has for itself, and what all work trees of a repository share. */
const OWN = ["HEAD", "MERGE_HEAD", "config.worktree"];
const SHARED = ["packed-refs", "config", "shallow", "info/exclude", "refs", "reftable"];

/**
 * A text that changes whenever a ref, HEAD, an unfinished merge, the depth of the clone or a setting of the
 * repository does; empty where the folder is in no repository, or git is not there.
 */
export async function gitState(
  root: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<string> {
  const git = gitCommand(root, env, signal);
  const { code, stdout } = await git(["rev-parse", "--absolute-git-dir", "--git-common-dir"]);
  if (code !== 0) return "";
  const [own, shared] = stdout.toString("utf8").split("\n") as [string, string];
  const parts: string[] = [];
  for (const name of OWN) add(join(own, name), name, parts);
  for (const name of SHARED) add(join(resolve(root, shared), name), name, parts);
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
