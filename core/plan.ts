// The plan: the files that ought to exist, and how the disk differs from it. Nothing here writes.
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import { join, posix } from "node:path";
import { compareText } from "./finding.js";
import { errorCode, trouble } from "./trouble.js";
import { isInside, workspacePath } from "./workspace.js";

export interface PlannedFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly content: Buffer;
  /** What planned it, for messages. */
  readonly by: string;
}

/** The folder in each generated folder that holds what Lockstep has to remember there. */
export const STATE_FOLDER = ".lockstep";

/** The hashes of what Lockstep wrote to each path; two while a write may have been cut short. */
export type Manifest = ReadonlyMap<string, readonly string[]>;

export type Difference =
  | { readonly kind: "missing"; readonly file: PlannedFile }
  | { readonly kind: "changed"; readonly file: PlannedFile; readonly before: Buffer }
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

export function manifestFile(folder: string): string {
  return posix.join(folder, STATE_FOLDER, "manifest.json");
}

/**
 * Compares the plan for one generated folder with the disk. Throws trouble where a path leaves the
 * folder through a link, where the folder is not a folder, and where a file that was not generated
 * stands at a planned path.
 */
export async function compare(
  root: string,
  folder: string,
  plan: readonly PlannedFile[],
): Promise<Comparison> {
  const planned = plan.filter((file) => isInside(file.path, folder));
  const exists = await folderExists(root, folder);
  const manifest = await readManifest(root, folder);
  await refuseLinks(root, folder, [...planned.map((file) => file.path), ...manifest.keys()]);
  const differences: Difference[] = [];
  const wanted = new Set<string>();
  for (const file of planned) {
    wanted.add(file.path);
    const before = await readIfThere(join(root, file.path));
    if (before === undefined) differences.push({ kind: "missing", file });
    else if (!before.equals(file.content)) {
      if (!manifest.has(file.path) && !looksGenerated(before)) {
        throw trouble("FOREIGN_FILE", { path: file.path });
      }
      differences.push({ kind: "changed", file, before });
    }
  }
  const stale = new Set<string>();
  for (const [path, hashes] of manifest) {
    if (wanted.has(path)) continue;
    const before = await readIfThere(join(root, path));
    if (before === undefined || !hashes.includes(hash(before))) continue;
    stale.add(path);
    differences.push({ kind: "stale", path, before });
  }
  const foreign = (exists ? await filesIn(root, folder) : []).filter(
    (path) => !wanted.has(path) && !stale.has(path),
  );
  return { folder, exists, manifest, planned, differences, foreign };
}

/** Whether a file that the manifest does not know was written by a generator all the same. */
function looksGenerated(content: Buffer): boolean {
  return content.subarray(0, 2000).includes("@generated");
}

/**
 * Whether the generated folder exists. Throws trouble where it is something else than a folder, or a
 * link that leaves the workspace.
 */
export async function folderExists(root: string, folder: string): Promise<boolean> {
  let real: string;
  try {
    real = await realpath(join(root, folder));
  } catch (thrown) {
    if (errorCode(thrown) === "ENOENT") return false;
    throw thrown;
  }
  if (workspacePath(await realpath(root), real).startsWith("..")) {
    const why = `it is a link to ${real}`;
    throw trouble("PATH_LEAVES_FOLDER", { path: folder, folder: "the workspace", why });
  }
  if ((await lstat(real)).isDirectory()) return true;
  throw trouble("GENERATED_UNUSABLE", { folder, why: "it is a file" });
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

async function refuseLinks(root: string, folder: string, paths: readonly string[]): Promise<void> {
  const checked = new Set([folder]);
  for (const path of paths) {
    if (!isInside(posix.normalize(path), folder) || posix.normalize(path) !== path) {
      throw trouble("PATH_LEAVES_FOLDER", { path, folder, why: "it is not a path inside it" });
    }
    for (let parent = posix.dirname(path); !checked.has(parent); parent = posix.dirname(parent)) {
      checked.add(parent);
      const stat = await lstat(join(root, parent)).catch((thrown: unknown) => {
        if (errorCode(thrown) === "ENOENT") return undefined;
        throw thrown;
      });
      if (stat?.isSymbolicLink()) {
        throw trouble("PATH_LEAVES_FOLDER", { path, folder, why: `${parent} is a symbolic link` });
      }
    }
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if (errorCode(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

async function filesIn(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => workspacePath(root, join(entry.parentPath, entry.name)))
    .filter((path) => !isInside(path, posix.join(folder, STATE_FOLDER)))
    .sort(compareText);
}
