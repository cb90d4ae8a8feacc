// The base: what the last complete run knew of each proto, which the next one takes for what did not change.
import { createHash } from "node:crypto";
import type { Cache } from "../../core/cache.js";
import type { Coverage } from "../../core/report/report.js";
import { packed, type Row, unpacked } from "../../core/rows.js";
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
  readonly facts: ReadonlyMap<string, ReadonlyMap<string, Row<unknown>>>;
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

type Entries<T> = readonly (readonly [string, T])[];

/** A base as it is kept, but for the facts themselves. */
interface Kept extends Pick<Base, "images"> {
  readonly files: Entries<KnownFile>;
  readonly others: readonly string[];
  readonly dependencies: Entries<Dependency>;
  readonly findings: Entries<Entries<readonly KeptFinding[]>>;
  readonly facts: Entries<readonly string[]>;
  readonly documented: Entries<readonly Coverage[]>;
}

/** The base that was kept for that setting and those checks; undefined where there is none that is whole. */
export async function readBase(cache: Cache, key: string): Promise<Base | undefined> {
  const kept = await cache.get("bases", key);
  if (kept === undefined) return undefined;
  const { head, rows } = unpacked<Kept, unknown>(kept);
  const next = rows.values();
  const facts = head.facts.map(([check, paths]) => {
    const own = paths.map((path) => [path, next.next().value as Row<unknown>] as const);
    return [check, new Map(own)] as const;
  });
  return {
    images: head.images,
    files: new Map(head.files),
    others: new Set(head.others),
    dependencies: new Map(head.dependencies),
    findings: new Map(head.findings.map(([check, found]) => [check, new Map(found)])),
    facts: new Map(facts),
    documented: new Map(head.documented),
  };
}

export async function keepBase(cache: Cache, key: string, base: Base): Promise<void> {
  const head: Kept = {
    images: base.images,
    files: [...base.files],
    others: [...base.others],
    dependencies: [...base.dependencies],
    findings: [...base.findings].map(([check, found]) => [check, [...found]]),
    facts: [...base.facts].map(([check, facts]) => [check, [...facts.keys()]]),
    documented: [...base.documented],
  };
  const rows = [...base.facts.values()].flatMap((facts) => [...facts.values()]);
  await cache.put("bases", key, packed(head, rows));
}

/** Keeps an image, and returns its key. */
export async function keepImage(cache: Cache, image: Uint8Array): Promise<string> {
  const key = createHash("sha256").update(image).digest("base64url");
  await cache.put("images", key, image);
  return key;
}
