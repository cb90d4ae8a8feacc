// Edits of hand-written files: all of them or none, each whole at any moment, and none over a change
// that somebody else made meanwhile.
import { constants } from "node:fs";
import { access, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { applyEdits, type Edit, editsByPath } from "../core/edit.js";
import type { Sources } from "../core/sources.js";
import { errorCode, trouble } from "../core/trouble.js";
import { realPathInside } from "../core/workspace.js";
import { languageOf } from "./code-languages.js";

/** A hand-written file before and after its edits. */
export interface EditedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * What the edits make of each file. Throws trouble where a file is not UTF-8, and where the result
 * would not parse.
 */
export async function editSources(sources: Sources, edits: readonly Edit[]): Promise<EditedFile[]> {
  const edited: EditedFile[] = [];
  for (const [path, own] of editsByPath(edits)) {
    const before = await sources.read(path);
    if (before === undefined) throw trouble("SOURCE_CHANGED", { path }, { where: { path } });
    const after = applyEdits(before, own);
    if (after === before) continue;
    const read = languageOf(path)?.readMirrors(path, after, () => false);
    const error = read?.error;
    if (error !== undefined) throw trouble("EDIT_BREAKS_SOURCE", { path, why: error.message });
    edited.push({ path, before, after });
  }
  return edited;
}

/** Files that are ready to be replaced. */
export interface StagedSources {
  /** Replaces them; throws trouble where one was changed meanwhile, before it is replaced. */
  replace(): Promise<void>;
  /** Removes what was not used. */
  close(): Promise<void>;
}

/**
 * Writes the new contents beside their files, which stay as they are. Throws trouble where a file
 * leaves the workspace through a link, may not be written to, is not what was read, or is not UTF-8.
 */
export async function stageSources(
  root: string,
  files: readonly EditedFile[],
): Promise<StagedSources> {
  const staged: { file: EditedFile; target: string; beside: string }[] = [];
  const close = async (): Promise<void> => {
    for (const { beside } of staged) await rm(beside, { force: true });
  };
  try {
    for (const file of files) {
      const target = await realPathInside(root, file.path);
      const where = { path: file.path };
      await verifyUnchanged(file, target);
      await access(target, constants.W_OK).catch((thrown: unknown) => {
        throw trouble("SOURCE_READ_ONLY", { path: file.path }, { where, cause: thrown });
      });
      const beside = `${target}.lockstep-${process.pid}`;
      const { mode } = await stat(target);
      staged.push({ file, target, beside });
      await writeFile(beside, file.after, { mode }).catch((thrown: unknown) => {
        if (!["EACCES", "EPERM", "EROFS"].includes(errorCode(thrown) ?? "")) throw thrown;
        throw trouble("SOURCE_READ_ONLY", { path: file.path }, { where, cause: thrown });
      });
    }
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    close,
    async replace() {
      for (const { file, target } of staged) await verifyUnchanged(file, target);
      for (const { target, beside } of staged) await rename(beside, target);
    },
  };
}

/** Throws trouble where the file is no longer what was read, byte for byte. */
async function verifyUnchanged({ path, before }: EditedFile, target: string): Promise<void> {
  const now = await readFile(target).catch((thrown: unknown) => {
    throw trouble("SOURCE_CHANGED", { path }, { where: { path }, cause: thrown });
  });
  if (now.equals(Buffer.from(before))) return;
  const isText = Buffer.from(now.toString("utf8")).equals(now);
  throw isText
    ? trouble("SOURCE_CHANGED", { path }, { where: { path } })
    : trouble("SOURCE_NOT_UTF8", { path }, { where: { path } });
}
