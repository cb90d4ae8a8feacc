// lockstep hook install and uninstall: add the hook to what is there, and take it out again.
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { openStaged } from "../../core/staged.js";
import { asTrouble, trouble } from "../../core/trouble.js";
import { openWorkspace, workspacePath } from "../../core/workspace.js";
import { fileWith, withLines, withoutLines } from "./block.js";
import { binaries, hookLines, placeInScript, quoted, SHEBANG } from "./hook-file.js";
import { type HookPlace, hookPlaces, refuseShared } from "./places.js";
import { lefthookEntry, preCommitEntry } from "./yaml-entry.js";

/** Adds the hook where the repository has its hooks, and returns what was done, in words. */
export async function installHook(
  cwd: string,
  environment: NodeJS.ProcessEnv,
  fixes: boolean,
): Promise<string> {
  const { root } = await openWorkspace(cwd, undefined);
  const { top, env, folder } = await repositoryOf(root, environment);
  const [place] = (await hookPlaces(top, env)) as [HookPlace];
  const shown = shownFrom(top, place.file);
  const flags = fixes ? " --fix" : "";
  if (place.kind === "script") await refuseShared(top, env, hookLines(folder, flags));
  const before = existsSync(place.file) ? await readFile(place.file, "utf8") : undefined;
  const after =
    before === undefined
      ? fileWith(headOf(place), hookLines(folder, flags), folder)
      : added(place, before, { top, folder, flags, shown });
  const note = place.note === undefined ? "" : ` ${place.note}`;
  if (after === before) return `The hook is in ${shown} already.${note}\n`;
  const isScript = place.kind === "script";
  if (before !== undefined && isScript && !(await isExecutable(place.file))) {
    const why = "it is not executable, so git does not run it";
    const help = `Make it so (chmod +x ${quoted(shown)}) or move it away, and run again.`;
    throw trouble("HOOK_BY_HAND", { file: shown, why, help });
  }
  await write(place.file, after, isScript ? 0o755 : 0o644);
  return `The hook is in ${shown} now.${note}\n`;
}

/** Takes the hook out of wherever it is, and returns what was done, in words. */
export async function uninstallHook(cwd: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const { top, env, folder } = await repositoryOf(await workspaceOrFolder(cwd), environment);
  const told: string[] = [];
  for (const place of await hookPlaces(top, env)) {
    if (!existsSync(place.file)) continue;
    const shown = shownFrom(top, place.file);
    const text = await readFile(place.file, "utf8");
    const rest = withoutLines(text, headOf(place), folder, shown);
    if (rest === undefined) continue;
    if (rest === "gone") await rm(place.file);
    else await write(place.file, rest, 0o755);
    told.push(rest === "gone" ? `${shown} is gone.\n` : `The hook is out of ${shown}.\n`);
  }
  return told.length === 0 ? "There is no hook of Lockstep's here.\n" : told.join("");
}

/** The repository that a workspace is in, and its folder in it. */
export async function repositoryOf(
  root: string,
  outer: NodeJS.ProcessEnv,
): Promise<{ top: string; env: NodeJS.ProcessEnv; folder: string }> {
  let there = root;
  while (!existsSync(there)) there = dirname(there);
  const { top, environment } = await openStaged(there, outer);
  const inTop = workspacePath(top, await realpath(there));
  const folder = posix.join(inTop, workspacePath(there, root));
  return { top, env: environment(top), folder };
}

/** The workspace that the folder lies in; the folder itself where the workspace has gone. */
export async function workspaceOrFolder(cwd: string): Promise<string> {
  return openWorkspace(cwd, undefined).then(
    ({ root }) => root,
    (thrown: unknown) => {
      const isGone = ["WORKSPACE_MISSING", "FILE_MISSING"].includes(asTrouble(thrown).code);
      if (isGone) return cwd;
      throw thrown;
    },
  );
}

function headOf({ kind }: HookPlace): string {
  return kind === "script" ? SHEBANG : "";
}

function shownFrom(top: string, file: string): string {
  const path = workspacePath(top, file);
  return path.startsWith("../") ? file : path;
}

/** The file with the hook in it. Throws trouble where it has to be added by hand. */
function added(
  { kind, file }: HookPlace,
  text: string,
  { top, folder, flags, shown }: { top: string; folder: string; flags: string; shown: string },
): string {
  if (kind === "script" || kind === "husky") {
    const lines = hookLines(folder, flags);
    return withLines(text, placeInScript(text, shown, folder), lines, folder, shown);
  }
  const installed = binaries(folder).find((path) => existsSync(join(top, path)));
  const cwd = folder === "." ? "" : ` --cwd ${quoted(folder)}`;
  const program = installed === undefined ? "npx --no-install lockstep" : quoted(installed);
  const command = `${program} hook run${cwd}${flags}`;
  if (!/\.ya?ml$/.test(file)) {
    const why = "only YAML is edited";
    const help = `Add by hand, under pre-commit and commands, one that is called lockstep and runs: ${command}`;
    throw trouble("HOOK_BY_HAND", { file: shown, why, help });
  }
  const rest = withoutLines(text, "", folder, shown) ?? text;
  const entry = kind === "lefthook" ? lefthookEntry : preCommitEntry;
  const { at, lines } = entry(rest, command, shown);
  return withLines(rest, at, lines, folder, shown);
}

async function isExecutable(file: string): Promise<boolean> {
  return process.platform === "win32" || ((await stat(file)).mode & 0o111) !== 0;
}

/** Writes a file by a rename, with the mode that it has, or that one where it is new. */
async function write(file: string, content: string, mode: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // Where it is a link, what it leads to is written.
  const target = existsSync(file) ? await realpath(file) : file;
  const staged = `${target}.lockstep-${process.pid}`;
  const kept = existsSync(target) ? (await stat(target)).mode : mode;
  try {
    await writeFile(staged, content);
    await chmod(staged, kept & 0o7777);
    await rename(staged, target);
  } catch (thrown) {
    await rm(staged, { force: true });
    throw thrown;
  }
}
