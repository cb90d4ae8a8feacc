// Results that are kept between runs, keyed by what they were made from. Never a source of truth: what is
// missing or damaged is made anew.
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode } from "./trouble.js";

export interface Cache {
  /** What was kept under that key; undefined where there is nothing whole. */
  get(kind: string, key: string): Promise<Buffer | undefined>;
  /** Keeps it, whole or not at all, also beside other processes; where nothing may be written, not at all. */
  put(kind: string, key: string, content: Uint8Array): Promise<void>;
  /** Removes what was not used for longest, where all of it together is beyond the bound. */
  trim(): Promise<void>;
}

/** How many bytes of each file are the hash of the rest. */
const HASH_BYTES = 32;

/** What the system says where nothing may be written: then each run does the work anew. */
const READ_ONLY = ["EACCES", "EPERM", "EROFS"];

/** How many bytes all entries together may take. */
const BOUND = 1 << 30;

/** A cache that keeps nothing. */
export const NO_CACHE: Cache = {
  get: async () => undefined,
  put: async () => {},
  trim: async () => {},
};

/** Where the workspace's cache is: in `node_modules/.cache/lockstep`, or in `.lockstep` where there is none. */
function cacheFolder(root: string): string {
  return existsSync(join(root, "node_modules"))
    ? join(root, "node_modules", ".cache", "lockstep")
    : join(root, ".lockstep");
}

/** The cache of the workspace, which holds at most `bound` bytes once it was trimmed. */
export function openCache(root: string, bound = BOUND): Cache {
  const folder = cacheFolder(root);
  const fileOf = (kind: string, key: string): string =>
    join(folder, kind, createHash("sha256").update(key).digest("hex"));
  return {
    async get(kind, key) {
      const path = fileOf(kind, key);
      const file = await readFile(path).catch((thrown: unknown) => {
        if (errorCode(thrown) === "ENOENT" || errorCode(thrown) === "ENOTDIR") return undefined;
        throw thrown;
      });
      if (file === undefined) return undefined;
      const content = file.subarray(HASH_BYTES);
      if (!hashOf(key, content).equals(file.subarray(0, HASH_BYTES))) return undefined;
      const now = new Date();
      await utimes(path, now, now).catch(ignoreGone);
      return content;
    },
    async put(kind, key, content) {
      const file = fileOf(kind, key);
      const staged = `${file}.${randomBytes(6).toString("hex")}`;
      try {
        await mkdir(dirname(file), { recursive: true });
        // A cache of its own in the workspace is nobody's to commit.
        if (folder.endsWith(".lockstep")) await writeFile(join(folder, ".gitignore"), "*\n");
        await writeFile(staged, [hashOf(key, content), content]);
        await rename(staged, file);
      } catch (thrown) {
        await rm(staged, { force: true });
        if (!READ_ONLY.includes(errorCode(thrown) ?? "")) throw thrown;
      }
    },
    async trim() {
      const entries = await entriesIn(folder);
      let total = entries.reduce((sum, { size }) => sum + size, 0);
      if (total <= bound) return;
      for (const { path, size } of entries.sort((a, b) => a.usedMs - b.usedMs)) {
        await rm(path, { force: true }).catch(ignoreGone);
        total -= size;
        if (total <= bound / 2) return;
      }
    },
  };
}

/** What a call keeps between runs in that folder; where it works on a copy, the workspace's own. */
export function cacheOf(
  call: {
    readonly cached?: boolean | undefined;
    readonly copyOf?: { readonly root: string } | undefined;
  },
  root: string,
): Cache {
  return call.cached === false ? NO_CACHE : openCache(call.copyOf?.root ?? root);
}

/** Removes the cache of the workspace, and returns the folder that it was in. */
export async function clearCache(root: string): Promise<string> {
  const folder = cacheFolder(root);
  await rm(folder, { recursive: true, force: true });
  return folder;
}

/** The files of the cache, other processes' unfinished ones among them. */
async function entriesIn(
  folder: string,
): Promise<{ path: string; size: number; usedMs: number }[]> {
  if (!existsSync(folder)) return [];
  const listed = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = listed.filter((entry) => entry.isFile());
  const entries = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const found = await stat(path).catch(ignoreGone);
    return found === undefined ? [] : [{ path, size: found.size, usedMs: found.mtimeMs }];
  });
  return (await Promise.all(entries)).flat();
}

/** Another process may have trimmed the cache, and a cache that is read only stays as it is. */
function ignoreGone(thrown: unknown): undefined {
  if (["ENOENT", ...READ_ONLY].includes(errorCode(thrown) ?? "")) return undefined;
  throw thrown;
}

function hashOf(key: string, content: Uint8Array): Buffer {
  return createHash("sha256").update(key).update("\0").update(content).digest();
}
