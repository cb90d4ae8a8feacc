// Which indexes need no new proof that they can be imported, because nothing that they load has changed.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Cache } from "../core/cache.js";
import type { FileHashes } from "../core/file-hashes.js";
import { type Comparison, contentOf, hash, type PlannedFile } from "../core/plan.js";
import type { BufGenYaml } from "../core/workspace.js";
import type { FolderIndex } from "./index.js";
import type { PackageIndex } from "./languages/language.js";
import type { Outputs } from "./outputs.js";

/** The digests of indexes that were imported and found right, by their paths. */
export type Proven = ReadonlyMap<string, string>;

/**
 * A digest for each index by its path from the workspace: as long as it is the same, so is what importing the
 * index shows.
 *
 * The index of a package loads its modules and what they import. Our plugins make these from the package's
 * protos and what they import, so the keys of the protos tell whether any is another one.
 *
 * The root's index takes names from the indexes of packages, and these as a whole. Its digest is that of its
 * text beside what decides how it loads; where only the text is another one, `isLinked` may tell that it is right.
 */
export function indexDigests(
  { folder, entries, packages: indexed, planned }: FolderIndex,
  { protos, packages }: Pick<Outputs, "protos" | "packages">,
  around: string,
): Map<string, string> {
  const keys = new Map<string, string[]>();
  for (const [name, { key }] of protos) {
    const of = packages.get(name) as string;
    const known = keys.get(of);
    if (known === undefined) keys.set(of, [key]);
    else known.push(key);
  }
  const packageOf = byEntry(indexed);
  const texts = new Map(planned.map((file) => [file.path, file.hash]));
  return new Map(
    entries.map((entry) => {
      const path = posix.join(folder, entry);
      const one = packageOf(entry);
      if (one === undefined) return [path, `${digest([around])} ${texts.get(path)}`];
      const loaded = (keys.get(one.package) ?? []).sort();
      return [path, digest([around, texts.get(path), loaded])];
    }),
  );
}

/**
 * Whether the root's index at that path was imported once, has another text now, and exports what the indexes of
 * packages export, and nothing else. Then it is right where these are: modules that run one by one run together, because generated
 * code does nothing but define, and protos do not import each other in a circle.
 */
export function isLinkedAnew(
  root: string,
  { folder, language, planned, entries, packages }: FolderIndex,
  path: string,
  { digests, proven }: { readonly digests: Proven; readonly proven: Proven },
): boolean {
  if (!entries.includes(posix.relative(folder, path))) return false;
  const [around, text] = digests.get(path)?.split(" ") ?? [];
  const [before] = proven.get(path)?.split(" ") ?? [];
  if (text === undefined || around !== before) return false;
  const files = new Map(planned.map((file) => [file.path, file]));
  const contentAt = (entry: string): Buffer =>
    contentOf(root, files.get(posix.join(folder, entry)) as PlannedFile);
  const packageOf = byEntry(packages);
  const [own, others] = [entries.filter((one) => !packageOf(one)), entries.filter(packageOf)];
  return own.every((entry) =>
    language.isLinked(
      entry,
      contentAt(entry),
      new Map(others.map((other) => [other, contentAt(other)])),
    ),
  );
}

/** The paths of those indexes that export what those packages define: theirs, and the root's. */
export function indexesOf(
  { folder, entries, packages: indexed }: FolderIndex,
  packages: ReadonlySet<string>,
): string[] {
  const packageOf = byEntry(indexed);
  return entries
    .filter((entry) => {
      const one = packageOf(entry);
      return one === undefined || packages.has(one.package);
    })
    .map((entry) => posix.join(folder, entry));
}

/** What tells which package the index in a file is of; the root's is of none. */
function byEntry(packages: readonly PackageIndex[]): (entry: string) => PackageIndex | undefined {
  const byBase = new Map(packages.map((one) => [one.base, one]));
  return (entry) => byBase.get(entry.replace(/\.(d\.ts|ts|js)$/, ""));
}

/** What else decides how modules in the generated folders load: other files there, packages, Node's settings. */
export function surroundings(
  root: string,
  comparisons: readonly Comparison[],
  hashes: FileHashes,
  env: NodeJS.ProcessEnv,
): string {
  const foreign = comparisons.flatMap((one) => one.foreign);
  const packages = comparisons.flatMap(({ folder }) => above(join(root, folder)));
  return digest([
    foreign.map((path) => [path, hashes.hash(path) ?? ""]),
    [...new Set(packages)].map((file) => (existsSync(file) ? hash(readFileSync(file)) : "")),
    [env.NODE_OPTIONS ?? "", env.NODE_PATH ?? ""],
  ]);
}

/** Where Node looks for what a folder's modules are, and for the runtime that bindings import. */
function above(folder: string): string[] {
  const own = ["package.json", "node_modules/@bufbuild/protobuf/package.json"].map((name) =>
    join(folder, name),
  );
  return dirname(folder) === folder ? own : [...own, ...above(dirname(folder))];
}

/** Whether modules import nothing but each other and the runtime, as far as the plugins' options say. */
export function importsAreKnown(gen: BufGenYaml): boolean {
  return !gen.plugins.some(({ options }) =>
    options.some((option) => option.startsWith("rewrite_imports")),
  );
}

export async function readProven(cache: Cache, key: string): Promise<Proven> {
  const kept = await cache.get("proofs", key);
  return kept === undefined ? new Map() : (deserialize(kept) as Proven);
}

export async function keepProven(cache: Cache, key: string, proven: Proven): Promise<void> {
  await cache.put("proofs", key, serialize(proven));
}

function digest(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
