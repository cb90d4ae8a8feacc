// The base: what the last complete run knew of each proto, which the next one takes for what did not change.
import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { Cache } from "../../core/cache.js";
import type { Coverage } from "../../core/report/report.js";
import type { KeptFinding } from "../kept-findings.js";

export interface Base {
  /** The keys of images in the cache: the first has all files, the next ones have newer versions of some. */
  readonly images: readonly string[];
  /** The workspace's own files that were compiled, by their paths. */
  readonly files: ReadonlyMap<string, KnownFile>;
  /** The paths of protos that were not compiled, because they are in no module. */
  readonly others: ReadonlySet<string>;
  /** The files of dependencies, by the names that they are imported as. */
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** What each check found that judges single files, by the paths of those. */
  readonly findings: ReadonlyMap<string, ReadonlyMap<string, readonly KeptFinding[]>>;
  /** The facts that each check reads that judges how files hang together, by the paths of the files. */
  readonly facts: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  /** How much of each file is documented, by its path. */
  readonly documented: ReadonlyMap<string, readonly Coverage[]>;
}

/** A file that is only imported. */
export interface Dependency {
  readonly package: string;
  readonly imports: readonly string[];
}

/** A file of the workspace's own: what others depend on in it. */
export interface KnownFile extends Dependency {
  /** The name that it is imported as. */
  readonly name: string;
  /** The id that git gives its content, in a repository whose ids are SHA-1. */
  readonly blob: string;
  /** The types that its methods take and return, each by the last part of its name, sorted. */
  readonly methodTypes: readonly string[];
  /** The full names of what it declares that is in nothing else. */
  readonly declares: readonly string[];
  /** The messages that it extends, each with the number that it takes: `a.v1.Message 100`. */
  readonly extends: readonly string[];
}

/** The base that was kept for that setting and those checks; undefined where there is none that is whole. */
export async function readBase(cache: Cache, key: string): Promise<Base | undefined> {
  const kept = await cache.get("bases", key);
  return kept === undefined ? undefined : (deserialize(kept) as Base);
}

export async function keepBase(cache: Cache, key: string, base: Base): Promise<void> {
  await cache.put("bases", key, serialize(base));
}

/** Keeps an image, and returns its key. */
export async function keepImage(cache: Cache, image: Uint8Array): Promise<string> {
  const key = createHash("sha256").update(image).digest("base64url");
  await cache.put("images", key, image);
  return key;
}
