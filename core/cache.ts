// Results that are kept between runs, keyed by what they were made from. Never a source of truth: what is
// missing or damaged is made anew.
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode } from "./trouble.js";

export interface Cache {
  /** What was kept under that key; undefined where there is nothing whole. */
  get(kind: string, key: string): Promise<Buffer | undefined>;
  /** Keeps it, whole or not at all, also beside other processes; where nothing may be written, not at all. */
  put(kind: string, key: string, content: Uint8Array): Promise<void>;
}

/** How many bytes of each file are the hash of the rest. */
const HASH_BYTES = 32;

/** What the system says where nothing may be written: then each run does the work anew. */
const READ_ONLY = ["EACCES", "EPERM", "EROFS"];

/** The cache of the workspace: in `node_modules/.cache/lockstep`, or in `.lockstep` where there is none. */
export function openCache(root: string): Cache {
  const inModules = existsSync(join(root, "node_modules"));
  const folder = inModules
    ? join(root, "node_modules", ".cache", "lockstep")
    : join(root, ".lockstep");
  const fileOf = (kind: string, key: string): string =>
    join(folder, kind, createHash("sha256").update(key).digest("hex"));
  return {
    async get(kind, key) {
      const file = await readFile(fileOf(kind, key)).catch((thrown: unknown) => {
        if (errorCode(thrown) === "ENOENT" || errorCode(thrown) === "ENOTDIR") return undefined;
        throw thrown;
      });
      if (file === undefined) return undefined;
      const content = file.subarray(HASH_BYTES);
      return hashOf(key, content).equals(file.subarray(0, HASH_BYTES)) ? content : undefined;
    },
    async put(kind, key, content) {
      const file = fileOf(kind, key);
      const staged = `${file}.${randomBytes(6).toString("hex")}`;
      try {
        await mkdir(dirname(file), { recursive: true });
        // A cache of its own in the workspace is nobody's to commit.
        if (!inModules) await writeFile(join(folder, ".gitignore"), "*\n");
        await writeFile(staged, Buffer.concat([hashOf(key, content), content]));
        await rename(staged, file);
      } catch (thrown) {
        await rm(staged, { force: true });
        if (!READ_ONLY.includes(errorCode(thrown) ?? "")) throw thrown;
      }
    },
  };
}

function hashOf(key: string, content: Uint8Array): Buffer {
  return createHash("sha256").update(key).update("\0").update(content).digest();
}
