// The plan: the files that ought to exist, and how the disk differs from it. Nothing here writes.
import { createHash } from "node:crypto";
import { readFileSync, type Stats } from "node:fs";
import { lstat, readFile, readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import type { FileHashes } from "./file-hashes.js";
import { filesBelow } from "./files-below.js";
import { compareText } from "./finding.js";
import { errorCode, trouble } from "./trouble.js";
import { isInside } from "./workspace.js";

export interface PlannedFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  /** The SHA-256 of its content, in hexadecimal. */
  readonly hash: string;
  /** Undefined where the file on disk was found to have that hash. */
  readonly content: Buffer | undefined;
  /** What planned it, for messages. */
  readonly by: string;
}

/** A planned file whose content this run made. */
export interface MadeFile extends PlannedFile {
  readonly content: Buffer;
}

/** The folder in each generated folder that holds what Lockstep has to remember there. */
export const STATE_FOLDER = ".lockstep";

/** The hashes of what Lockstep wrote to each path; two while a write may have been cut short. */
export type Manifest = ReadonlyMap<string, readonly string[]>;

export type Difference =
  | { readonly kind: "missing"; readonly file: MadeFile }
  | { readonly kind: "changed"; readonly file: MadeFile; readonly before: Buffer }
  | { readonly kind: "stale"; readonly path: string; readonly before: Buffer };

/** How a generated folder differs from the plan for it. */
export interface Comparison {
  readonly folder: string;
  readonly exists: boolean;
  readonly manifest: Manifest;
  readonly planned: readonly PlannedFile[];
  readonly differences: readonly Difference[];
  /** Files in the folder that Lockstep did not write, or that somebody changed and no plan wants. */
  readonly foreign: readonly string[];
}

export function hash(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** That content as planned for a path; `by` says by what. */
export function madeFile(path: string, content: Buffer, by: string): MadeFile {
  return { path, hash: hash(content), content, by };
}

/** What the planned file has in it. */
export function contentOf(root: string, { path, content }: PlannedFile): Buffer {
  return content ?? readFileSync(join(root, path));
}

/** The SHA-256, in hexadecimal, of a file on disk; undefined where there is none. */
export function hashOnDisk(hashes: FileHashes, path: string): string | undefined {
  const found = hashes.hash(path);
  return found === undefined ? undefined : Buffer.from(found, "base64url").toString("hex");
}

export function manifestFile(folder: string): string {
  return posix.join(folder, STATE_FOLDER, "manifest.json");
}

/**
 * Compares the plan for one generated folder with the disk. Throws trouble where a path leaves the
 * folder through a link, where the folder is not a folder, where something that was not generated
 * stands at a planned path, and where a plan is for Lockstep's own files.
 */
export async function compare(
  root: string,
  folder: string,
  plan: readonly PlannedFile[],
  hashes: FileHashes,
): Promise<Comparison> {
  const planned = plan.filter((file) => isInside(file.path, folder));
  const exists = await folderExists(root, folder);
  const manifest = await readManifest(root, folder);
  refuseState(folder, planned);
  const paths = new Set([...planned.map((file) => file.path), ...manifest.keys()]);
  await refuseLinks(root, folder, paths);
  const differences: Difference[] = [];
  const wanted = new Set<string>();
  for (const file of planned) {
    wanted.add(file.path);
    if (!isMade(file) || hashOnDisk(hashes, file.path) === file.hash) continue;
    const before = await readPlanned(root, file.path);
    if (before === undefined) differences.push({ kind: "missing", file });
    else if (!before.equals(file.content)) {
      if (!manifest.has(file.path) && !looksGenerated(before)) {
        throw trouble("FOREIGN_FILE", { path: file.path });
      }
      differences.push({ kind: "changed", file, before });
    }
  }
  const stale = new Set<string>();
  for (const [path, written] of manifest) {
    if (wanted.has(path)) continue;
    const before = await readIfThere(join(root, path));
    if (before === undefined || !written.includes(hash(before))) continue;
    stale.add(path);
    differences.push({ kind: "stale", path, before });
  }
  const foreign = (exists ? filesIn(root, folder) : []).filter(
    (path) => !wanted.has(path) && !stale.has(path),
  );
  return { folder, exists, manifest, planned, differences, foreign };
}

/** Whether this run made its content. */
export function isMade(file: PlannedFile): file is MadeFile {
  return file.content !== undefined;
}

/** Whether a file that the manifest does not know was written by a generator all the same. */
function looksGenerated(content: Buffer): boolean {
  return content.subarray(0, 2000).includes("@generated");
}

/**
 * Whether the generated folder exists. Throws trouble where it, the folder in it that Lockstep
 * keeps, or one that it lies in is something else than a folder: git does not look behind links, and
 * they may leave the workspace.
 */
export async function folderExists(root: string, folder: string): Promise<boolean> {
  let exists = false;
  const parts = [...folder.split("/"), STATE_FOLDER];
  for (const path of parts.map((_, i) => parts.slice(0, i + 1).join("/"))) {
    const stat = await lstatIfThere(join(root, path));
    if (stat === undefined) break;
    const it = path === folder ? "it" : path;
    if (stat.isSymbolicLink()) {
      const why = `${it} is a symbolic link to ${await readlink(join(root, path))}`;
      throw trouble("GENERATED_UNUSABLE", { folder, why });
    }
    if (!stat.isDirectory())
      throw trouble("GENERATED_UNUSABLE", { folder, why: `${it} is a file` });
    exists ||= path === folder;
  }
  return exists;
}

async function readManifest(root: string, folder: string): Promise<Manifest> {
  const path = manifestFile(folder);
  const text = await readIfThere(join(root, path));
  if (text === undefined) return new Map();
  try {
    const { files } = JSON.parse(text.toString("utf8")) as { files: Record<string, string[]> };
    return new Map(
      Object.entries(files).map(([name, hashes]) => [posix.join(folder, name), hashes]),
    );
  } catch (thrown) {
    throw trouble(
      "CONFIGURATION_INVALID",
      {
        message: `${path} is damaged; it lists what Lockstep wrote to ${folder}.`,
        help: `Delete ${folder} and generate again.`,
      },
      { where: { path }, cause: thrown },
    );
  }
}

/** A path that differs only in case is the same one on some disks. */
function refuseState(folder: string, planned: readonly PlannedFile[]): void {
  const state = posix.join(folder, STATE_FOLDER).toLowerCase();
  const file = planned.find(({ path }) => isInside(path.toLowerCase(), state));
  if (file !== undefined) throw trouble("RESERVED_PATH", { path: file.path, by: file.by });
}

async function refuseLinks(root: string, folder: string, paths: Iterable<string>): Promise<void> {
  const checked = new Set([folder]);
  for (const path of paths) {
    if (posix.normalize(path) !== path || !isInside(path, folder)) {
      throw trouble("PATH_LEAVES_FOLDER", { path, folder, why: "it is not a path inside it" });
    }
    for (let parent = posix.dirname(path); !checked.has(parent); parent = posix.dirname(parent)) {
      checked.add(parent);
      const stat = await lstatIfThere(join(root, parent));
      if (stat?.isSymbolicLink()) {
        throw trouble("PATH_LEAVES_FOLDER", { path, folder, why: `${parent} is a symbolic link` });
      }
    }
  }
}

/** What stands at the path of a planned file. Throws trouble where something else is in the way. */
async function readPlanned(root: string, path: string): Promise<Buffer | undefined> {
  try {
    // At once, because there may be thousands.
    return readFileSync(join(root, path));
  } catch (thrown) {
    switch (errorCode(thrown)) {
      case "ENOENT":
        return undefined;
      case "EISDIR":
        throw trouble("IN_THE_WAY", { path, is: "a folder", wanted: "a file" });
      case "ENOTDIR":
        throw trouble("IN_THE_WAY", {
          path: await firstFile(root, path),
          is: "a file",
          wanted: path,
        });
      default:
        throw thrown;
    }
  }
}

/** The first part of the path that is not a folder. */
async function firstFile(root: string, path: string): Promise<string> {
  const parts = path.split("/");
  for (const parent of parts.map((_, i) => parts.slice(0, i + 1).join("/"))) {
    if (!(await lstatIfThere(join(root, parent)))?.isDirectory()) return parent;
  }
  return path;
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((thrown: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(thrown) ?? "")) return undefined;
    throw thrown;
  });
}

/** The file's content; undefined where there is none, or something else than a file. */
async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes(errorCode(thrown) ?? "")) return undefined;
    throw thrown;
  }
}

/** The files in the folder, but for what Lockstep has to remember there. */
function filesIn(root: string, folder: string): string[] {
  return filesBelow(root, folder, [])
    .filter((path) => !isInside(path, posix.join(folder, STATE_FOLDER)))
    .sort(compareText);
}
