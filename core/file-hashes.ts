// What files contain, as hashes: computed anew only where a file's times, size or inode say that it may differ.
import { createHash } from "node:crypto";
import { type BigIntStats, readFileSync, statSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import type { Cache } from "./cache.js";
import { errorCode } from "./trouble.js";

/** How long after a write another one may still leave the same times, on the coarsest of file systems. */
const RACY_MS = 2_000;

/** One file, as it was when it was hashed: size, modification time, change time, inode, and the hash. */
type Entry = readonly [string, string];

export class FileHashes {
  readonly #now = new Map<string, Entry>();
  /** What was looked at since `forget`. */
  readonly #seen = new Map<string, string | undefined>();
  #isChanged = false;

  private constructor(
    private readonly root: string,
    private readonly cache: Cache,
    private readonly known: ReadonlyMap<string, Entry>,
  ) {}

  /** The hashes of files in that folder, with what the cache has of earlier runs. */
  static async open(root: string, cache: Cache): Promise<FileHashes> {
    const kept = await cache.get("files", root);
    return new FileHashes(root, cache, kept === undefined ? new Map() : deserialize(kept));
  }

  /** Whether no earlier run has left any. */
  get isNew(): boolean {
    return this.known.size === 0;
  }

  /**
   * The SHA-256 of the file at that path in the folder; undefined where there is none. As git does it, a
   * file is taken for unchanged by its stat, unless it was written only just before it was hashed. It is looked at
   * once, until `forget`.
   */
  hash(path: string): string | undefined {
    return this.#known(path, path, sha256);
  }

  /** git's id of what the file at that path contains, in a repository of that format; else like `hash`. */
  blob(path: string, format: ObjectFormat): string | undefined {
    return this.#known(blobKey(path, format), path, (content) => blobId(content, format));
  }

  /** Has those files looked at again, or all of them. */
  forget(paths: Iterable<string> = [...this.#seen.keys()]): void {
    for (const path of paths) {
      this.#seen.delete(path);
      for (const format of ["sha1", "sha256"] as const) this.#seen.delete(blobKey(path, format));
    }
  }

  #known(key: string, path: string, digest: Digest): string | undefined {
    if (!this.#seen.has(key)) this.#seen.set(key, this.#look(key, path, digest));
    return this.#seen.get(key);
  }

  #look(key: string, path: string, digest: Digest): string | undefined {
    const file = `${this.root}/${path}`;
    const stat = statIfThere(file);
    if (stat === undefined) return undefined;
    const state = `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`;
    const known = this.#now.get(key) ?? this.known.get(key);
    if (known?.[0] === state) {
      this.#now.set(key, known);
      return known[1];
    }
    this.#isChanged = true;
    const written = Math.max(Number(stat.mtimeMs), Number(stat.ctimeMs));
    const isRacy = Date.now() - written < RACY_MS;
    const content = readIfThere(file);
    if (content === undefined) return undefined;
    const hash = digest(content);
    if (!isRacy) this.#now.set(key, [state, hash]);
    return hash;
  }

  /** Keeps the hashes of all files that were asked for. */
  async save(): Promise<void> {
    if (!this.#isChanged && this.#now.size === this.known.size) return;
    await this.cache.put("files", this.root, serialize(this.#now));
  }
}

/** What a file's blob id is kept under: no path has a NUL. */
function blobKey(path: string, format: ObjectFormat): string {
  return `${format}\0${path}`;
}

type Digest = (content: Uint8Array) => string;

const sha256: Digest = (content) => createHash("sha256").update(content).digest("base64url");

/** What git's ids in a repository are. */
export type ObjectFormat = "sha1" | "sha256";

/** What an id is that git gave, in hexadecimal. */
export function objectFormatOf(id: string): ObjectFormat {
  return id.length === 64 ? "sha256" : "sha1";
}

/** git's id of a file with that content: the hash of a header with its length, and of the content. */
export function blobId(content: Uint8Array, format: ObjectFormat): string {
  return createHash(format).update(`blob ${content.length}\0`).update(content).digest("hex");
}

function statIfThere(file: string): BigIntStats | undefined {
  try {
    const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
    return stat?.isFile() ? stat : undefined;
  } catch (thrown) {
    if (errorCode(thrown) === "ENOTDIR") return undefined;
    throw thrown;
  }
}

/** What is in the file; undefined where there is none. */
export function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR", "EISDIR", "ELOOP"].includes(errorCode(thrown) ?? ""))
      return undefined;
    throw thrown;
  }
}
