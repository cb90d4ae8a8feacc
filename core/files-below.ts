// Which files there are below a folder.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The files below a folder of the workspace, without those in folders of the `skipped` names; none without it. */
export function filesBelow(root: string, folder: string, skipped: readonly string[]): string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (skipped.includes(entry.name)) continue;
      // Not by `join` and `relative`, which would take most of the time that thousands of files take.
      const inner = path === "." ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) walk(inner);
      else found.push(inner);
    }
  };
  if (statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()) walk(folder);
  return found;
}

/** The folders that hold packages and git's own. */
export const NOT_OURS: readonly string[] = ["node_modules", ".git"];
