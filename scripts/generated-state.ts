// What stands in the generated folders: before a run, and as it left them.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { FileHashes } from "../core/file-hashes.js";
import { filesBelow, NOT_OURS } from "../core/files-below.js";
import { manifestFile, STATE_FOLDER } from "../core/plan.js";
import { isInside } from "../core/workspace.js";

/** The hash of each file by its path. */
export type GeneratedFiles = ReadonlyMap<string, string>;

/**
 * The files in those folders. Undefined while another run is at work there, or where one that was killed has left
 * its lock or what it staged.
 */
export function generatedFiles(
  root: string,
  folders: readonly string[],
  hashes: FileHashes,
): GeneratedFiles | undefined {
  const found = new Map<string, string>();
  for (const folder of folders) {
    const state = `${folder}/${STATE_FOLDER}`;
    const own = existsSync(join(root, state)) ? readdirSync(join(root, state)) : [];
    if (own.some((name) => name !== "manifest.json")) return undefined;
    for (const path of filesBelow(root, folder, NOT_OURS)) {
      const isRead = !isInside(path, state) || path === manifestFile(folder);
      const hash = isRead ? hashes.hash(path) : undefined;
      if (hash !== undefined) found.set(path, hash);
    }
  }
  return found;
}

/**
 * The files as a run left them that wrote those: their SHA-256 in hexadecimal, undefined where it removed one. They
 * are not looked at, so that what somebody edits meanwhile is seen by the next run.
 */
export function withWritten(
  before: GeneratedFiles,
  written: ReadonlyMap<string, string | undefined>,
): GeneratedFiles {
  const after = new Map(before);
  for (const [path, hash] of written) {
    if (hash === undefined) after.delete(path);
    else after.set(path, Buffer.from(hash, "hex").toString("base64url"));
  }
  return after;
}
