// Writes what was planned, all of it or nothing: each file by a rename.
import { constants, lstatSync } from "node:fs";
import { access, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode, reason, Trouble, trouble } from "../../core/trouble.js";
import { workspacePath } from "../../core/workspace.js";
import type { Written } from "./plan.js";

interface Staged {
  readonly change: Written;
  /** Where the file really is, links followed. */
  readonly target: string;
  readonly file: string;
}

/**
 * Writes the files. Throws trouble, with every file as it was, where one of them cannot be written, was changed
 * since it was planned, or is a link that leads out of the repository.
 */
export async function writeAll(
  root: string,
  top: string,
  changes: readonly Written[],
): Promise<void> {
  const folders: string[] = [];
  const staged: Staged[] = [];
  const done: Staged[] = [];
  try {
    for (const change of changes) {
      await about(change, async () => {
        const path = join(root, change.path);
        const target = await targetOf(path, await realpath(top), change.path);
        const made = await mkdir(dirname(target), { recursive: true });
        if (made !== undefined) folders.push(made);
        await refuseChanged(target, change);
        const mode = change.before === undefined ? 0o666 : (await stat(target)).mode;
        const one = { change, target, file: `${target}.lockstep-${process.pid}` };
        staged.push(one);
        await writeFile(one.file, change.after, { flag: "wx", mode });
      });
    }
    for (const one of staged) {
      await about(one.change, () => rename(one.file, one.target));
      done.push(one);
    }
  } catch (thrown) {
    for (const { file } of staged) await rm(file, { force: true });
    for (const { change, target } of done) {
      if (change.before === undefined) await rm(target);
      else await writeFile(target, change.before);
    }
    for (const folder of folders.reverse()) await rm(folder, { recursive: true });
    throw thrown;
  }
}

/** Does that work; what the system refuses is trouble with that file. */
async function about({ path }: Written, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof Trouble || errorCode(thrown) === undefined) throw thrown;
    throw trouble("UNWRITABLE", { path, why: reason(thrown) }, { cause: thrown });
  }
}

/** The file that a path means, which may be, or lie behind, a link. */
async function targetOf(path: string, top: string, shown: string): Promise<string> {
  let known = path;
  while (lstatSync(known, { throwIfNoEntry: false }) === undefined) known = dirname(known);
  const real = await realpath(known);
  if (!workspacePath(top, real).startsWith("../")) return join(real, path.slice(known.length));
  const why = `it leads to ${real}`;
  throw trouble("PATH_LEAVES_FOLDER", { path: shown, folder: "the repository", why });
}

async function refuseChanged(target: string, { before, path }: Written): Promise<void> {
  const now = await readFile(target, "utf8").catch((thrown: unknown) => {
    if (errorCode(thrown) === "ENOENT") return undefined;
    throw thrown;
  });
  if (now !== before) throw trouble("CHANGED_MEANWHILE", { path });
  // A rename would replace a file that its owner has made read-only.
  if (now !== undefined) await access(target, constants.W_OK);
}
