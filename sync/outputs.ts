// What was generated from each proto, kept between runs, so that plugins run only for protos that changed.
import { createHash } from "node:crypto";
import type { DescFile } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { Cache } from "../core/cache.js";
import type { ImageFile } from "../core/image.js";
import { packed, type Row, unpacked } from "../core/rows.js";
import type { Collision, FileExports, PackageIndex } from "./languages/language.js";

/** What the plugins made of one proto. */
export interface ProtoOutputs {
  /** Of all that the plugins read for it. */
  readonly key: string;
  /** The generated files: their paths, from the workspace, and their SHA-256 in hexadecimal. */
  readonly files: readonly (readonly [path: string, hash: string])[];
}

export interface Outputs {
  /** By the name that a proto is imported as; none where a plugin reads more than each proto and its imports. */
  readonly protos: ReadonlyMap<string, ProtoOutputs>;
  /** The package of each proto, imported ones included. */
  readonly packages: ReadonlyMap<string, string>;
  /** What generated files export, by their paths. */
  readonly exports: ReadonlyMap<string, KnownExports>;
  /** The indexes, by what names them in `sync/index.ts`. */
  readonly indexes: ReadonlyMap<string, KnownIndex>;
}

export interface KnownExports {
  /** Of the file that was read. */
  readonly hash: string;
  /** Of what it exports. */
  readonly digest: string;
  readonly exports: Row<FileExports>;
}

/** An index as it was planned last. */
export interface KnownIndex {
  /** Of the names of the modules and their packages, and of the plugins' options. */
  readonly shape: string;
  /** Of what the modules export. */
  readonly names: string;
  /** Its files in the order in which they may be written: their paths, and their SHA-256 in hexadecimal. */
  readonly files: readonly (readonly [path: string, hash: string])[];
  readonly entries: readonly string[];
  readonly packages: readonly PackageIndex[];
  readonly shared: { readonly count: number; readonly first: readonly Collision[] };
}

export const NO_OUTPUTS: Outputs = {
  protos: new Map(),
  packages: new Map(),
  exports: new Map(),
  indexes: new Map(),
};

/** Outputs as they are kept, but for what the files export. */
interface Kept {
  readonly protos: readonly (readonly [string, ProtoOutputs])[];
  readonly packages: readonly (readonly [string, string])[];
  readonly exports: readonly (readonly [path: string, hash: string, digest: string])[];
  readonly indexes: readonly (readonly [string, KnownIndex])[];
}

/** What the last run kept under that key; nothing where there is none. */
export async function readOutputs(cache: Cache, key: string): Promise<Outputs> {
  const kept = await cache.get("outputs", key);
  if (kept === undefined) return NO_OUTPUTS;
  const { head, rows } = unpacked<Kept, FileExports>(kept);
  return {
    protos: new Map(head.protos),
    packages: new Map(head.packages),
    exports: new Map(
      head.exports.map(([path, hash, digest], i) => [
        path,
        { hash, digest, exports: rows[i] as Row<FileExports> },
      ]),
    ),
    indexes: new Map(head.indexes),
  };
}

export async function keepOutputs(cache: Cache, key: string, outputs: Outputs): Promise<void> {
  const { protos, packages, exports, indexes } = outputs;
  const head: Kept = {
    protos: [...protos],
    packages: [...packages],
    exports: [...exports].map(([path, { hash, digest }]) => [path, hash, digest]),
    indexes: [...indexes],
  };
  const rows = [...exports.values()].map((one) => one.exports);
  await cache.put("outputs", key, packed(head, rows));
}

/**
 * A key for each of those files that changes with what our plugins read for it: its descriptor with all
 * comments, the descriptors of what it imports, and for the names of status maps the types of its package.
 */
export function outputKeys(
  files: ReadonlyMap<string, ImageFile>,
  descriptors: readonly DescFile[],
  own: readonly string[],
): Map<string, string> {
  const types = typesByPackage(descriptors);
  const packages = packagesOf(descriptors);
  const known = new Map<string, { shape: string; comments: string }>();
  const keyOf = (name: string): { shape: string; comments: string } => {
    const done = known.get(name);
    if (done !== undefined) return done;
    const file = files.get(name) as ImageFile;
    const { shape, comments } = digestsOf(file.bytes);
    const imports = file.imports.map((imported) => keyOf(imported).shape);
    const key = { shape: digest([shape, ...imports]), comments };
    known.set(name, key);
    return key;
  };
  return new Map(
    own.map((name) => {
      const { shape, comments } = keyOf(name);
      return [name, digest([shape, comments, types.get(packages.get(name) as string) as string])];
    }),
  );
}

/** The packages of those protos by their names. */
export function packagesOf(descriptors: readonly DescFile[]): Map<string, string> {
  return new Map(descriptors.map(({ proto }) => [proto.name, proto.package]));
}

/** The names of the types of each package, as a digest. */
function typesByPackage(descriptors: readonly DescFile[]): Map<string, string> {
  const names = new Map<string, string[]>();
  for (const file of descriptors) {
    const known = names.get(file.proto.package) ?? [];
    for (const type of nestedTypes(file)) known.push(type.typeName);
    names.set(file.proto.package, known);
  }
  return new Map([...names].map(([name, all]) => [name, digest(all.sort())]));
}

/** The fields of FileDescriptorProto that have comments and places, and what buf says of the file. */
const ASIDE = [9, 8042];

/** Digests of a FileDescriptorProto: of what it defines, and of the rest. */
function digestsOf(bytes: Uint8Array): { shape: string; comments: string } {
  const shape = createHash("sha256");
  const comments = createHash("sha256");
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [no, wireType] = reader.tag();
    reader.skip(wireType, no);
    (ASIDE.includes(no) ? comments : shape).update(bytes.subarray(start, reader.pos));
  }
  return { shape: shape.digest("base64url"), comments: comments.digest("base64url") };
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
