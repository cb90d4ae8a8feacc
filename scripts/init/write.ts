// Writes what was planned, all of it or nothing: each file by a rename.
import { constants, lstatSync } from "node:fs";
import { access, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode, reason, trouble } from "../../core/trouble.js";
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
      const path = join(root, change.path);
      const target = await targetOf(path, top, change.path);
      await makeFolder(dirname(target), folders);
      await refuseChanged(target, change);
      const file = `${target}.lockstep-${process.pid}`;
      staged.push({ change, target, file });
      const mode = change.before === undefined ? 0o666 : (await stat(target)).mode;
      await writeFile(file, change.after, { flag: "wx", mode });
    }
    for (const one of staged) {
      await rename(one.file, one.target);
      done.push(one);
    }
  } catch (thrown) {
    for (const { file } of staged) await rm(file, { force: true });
    for (const { change, target } of done) {
      if (change.before === undefined) await rm(target);
      else await writeFile(target, change.before);
    }
    for (const folder of folders.reverse()) await rm(folder, { recursive: true });
    const path = changes[staged.length === 0 ? 0 : staged.length - 1]?.path ?? "";
    if (errorCode(thrown) === undefined || !(thrown instanceof Error && "syscall" in thrown))
      throw thrown;
    throw trouble("UNWRITABLE", { path, why: reason(thrown) }, { cause: thrown });
  }
}

/** The file that a path means, which may be a link. */
async function targetOf(path: string, top: string, shown: string): Promise<string> {
  const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  let known = exists ? path : dirname(path);
  while (lstatSync(known, { throwIfNoEntry: false }) === undefined) known = dirname(known);
  const real = await realpath(known);
  if (workspacePath(await realpath(top), real).startsWith("../"))
    throw trouble("PATH_LEAVES_FOLDER", {
      path: shown,
      folder: "the repository",
      why: `it leads to ${real}`,
    });
  return join(real, path.slice(known.length));
}

/** Makes the folder and those above it, and notes the topmost that was made. */
async function makeFolder(folder: string, made: string[]): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first !== undefined) made.push(first);
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
