// The protos of the workspace, in modules or not.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareText } from "./finding.js";
import type { Git } from "./git.js";
import { workspacePath } from "./workspace.js";

/**
 * The paths, relative to the workspace, of all protos that are there and that git does not ignore; without git, of all
 * that lie neither in `node_modules` nor in a hidden folder.
 */
export async function protoFiles(
  root: string,
  git: Git,
  isThere = (path: string): boolean => existsSync(join(root, path)),
): Promise<string[]> {
  if (await git.isRepository()) {
    const listed = await git.files(".proto");
    return [...new Set(listed)].filter(isThere).sort(compareText);
  }
  return (await walk(root, root, ".proto")).sort(compareText);
}

/** The files below the folder whose name ends so, without `node_modules` and hidden folders. */
export async function walk(root: string, folder: string, ending: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const skipped = entry.name === "node_modules" || entry.name.startsWith(".");
        return skipped ? [] : walk(root, path, ending);
      }
      return entry.name.endsWith(ending) ? [workspacePath(root, path)] : [];
    }),
  );
  return found.flat();
}
