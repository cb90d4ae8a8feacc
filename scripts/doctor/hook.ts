// Whether git calls Lockstep before a commit: in its own hooks, or by way of a hook manager.
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { markedFor } from "../hook/block.js";
import { repositoryOf, workspaceOrFolder } from "../hook/install.js";
import { hookPlaces } from "../hook/places.js";

/** How a hook calls Lockstep that somebody wrote by hand. */
const CALL = /\blockstep(?:\.js)?["']?\s+hook\s+run\b/;

/** Why no commit in the workspace of that folder is judged; undefined where one is. */
export async function whyNoHook(
  cwd: string,
  outer: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const { top, env, folder } = await repositoryOf(await workspaceOrFolder(cwd), outer);
  const places = await hookPlaces(top, env);
  let idle: string | undefined;
  for (const { file, kind } of places) {
    if (!existsSync(file) || !calls(await readFile(file, "utf8"), folder)) continue;
    const isRun =
      kind !== "script" || process.platform === "win32" || ((await stat(file)).mode & 0o111) !== 0;
    if (isRun) return undefined;
    idle = `${file} is not executable, so git does not run it.`;
  }
  const shown = places.map(({ file }) => file).join(" nor ");
  const neither = places.length > 1 ? `Neither ${shown} calls` : `${shown} does not call`;
  return idle ?? `${neither} "lockstep hook run" for this workspace.`;
}

function calls(text: string, folder: string): boolean {
  const marked = markedFor(text, folder);
  return marked === "this" || (marked === undefined && CALL.test(text));
}
