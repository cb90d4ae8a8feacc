// The schema: what the protos compile to, compiled once, with source positions and comments.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import {
  create,
  createFileRegistry,
  type DescFile,
  type FileRegistry,
  fromBinary,
} from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import type { Annotation, Buf } from "./buf.js";
import { asImport, cut, filesOf, type ImageFile, imageWith } from "./image.js";
import { lazy } from "./once.js";
import type { Module, Workspace } from "./workspace.js";

export interface Schema {
  /** buf's image: a file descriptor set that marks which files are only imported. */
  readonly image: Uint8Array;
  /** The names that the workspace's own files are imported as; known without decoding any. */
  readonly names: readonly string[];
  /** The descriptors of the workspace's own files, without those that are only imported. */
  readonly files: readonly DescFile[];
  /** Everything in the image, to look up by name. */
  readonly registry: FileRegistry;
  /** The path, from the workspace, of a file that is imported as `name`. */
  pathOf(name: string): string;
  /** The image with only those modules' files to judge; those of other modules become imports. */
  imageOf(modules: readonly Module[]): Uint8Array;
  /** The schema with only those of its own files, by the names that they are imported as; others become imports. */
  part(names: ReadonlySet<string>): Schema;
  /** The same with only those of its own files that are in one of the packages. */
  inPackages(packages: ReadonlySet<string>): Schema;
}

/** Compiles the workspace, or returns what keeps it from compiling. Throws trouble where buf cannot run. */
export async function compile(
  workspace: Workspace,
  buf: Buf,
  decoded?: Decoded,
): Promise<{ schema: Schema } | { annotations: Annotation[] }> {
  const result = await buf.build();
  if ("annotations" in result) return result;
  // Looked up now: a folder with a copy may be gone when a path is asked for.
  const paths = new Map(
    filesOf(result.image).map(({ name }) => {
      const places = workspace.buf.modules.map((module) => posix.join(module.path, name));
      return [name, places.find((path) => existsSync(join(workspace.root, path)))] as const;
    }),
  );
  return { schema: schemaOf(result.image, (name) => paths.get(name), decoded) };
}

/** Descriptors by the hash of their bytes, for schemas that have most files in common. */
export type Decoded = Map<string, FileDescriptorProto>;

/**
 * The schema in an image, which is decoded once its descriptors are asked for: that throws where a file
 * imports one that is not in the image. `pathOf` has the path, from the workspace, of each file that is not a
 * dependency's; files that were decoded before are taken from `decoded`, and others added.
 */
export function schemaOf(
  image: Uint8Array,
  pathOf: (name: string) => string | undefined,
  decoded?: Decoded,
): Schema {
  return schemaWith(
    () => image,
    lazy(() => filesOf(image)),
    pathOf,
    decoded,
  );
}

/** The same of the files of an image. */
export function schemaOfFiles(
  files: readonly ImageFile[],
  pathOf: (name: string) => string | undefined,
  decoded?: Decoded,
): Schema {
  return schemaWith(
    lazy(() => imageWith(files)),
    () => files,
    pathOf,
    decoded,
  );
}

function schemaWith(
  image: () => Uint8Array,
  listed: () => readonly ImageFile[],
  pathOf: (name: string) => string | undefined,
  decoded: Decoded = new Map(),
): Schema {
  const registry = lazy(() =>
    createFileRegistry(
      create(FileDescriptorSetSchema, {
        file: listed().map(({ bytes }) => decode(bytes, decoded)),
      }),
    ),
  );
  const names = lazy(() => listed().flatMap((file) => (file.isImport ? [] : [file.name])));
  const own = lazy(() => names().map((name) => registry().getFile(name) as DescFile));
  const part = (names: ReadonlySet<string>): Schema =>
    schemaOfFiles(cut(listed(), names), pathOf, decoded);
  return {
    get image() {
      return image();
    },
    get registry() {
      return registry();
    },
    get names() {
      return names();
    },
    get files() {
      return own();
    },
    pathOf: (name) => pathOf(name) ?? name,
    imageOf(modules) {
      const isOther = ({ name }: ImageFile): boolean => {
        const path = pathOf(name);
        return path !== undefined && !modules.some((one) => posix.join(one.path, name) === path);
      };
      if (!listed().some(isOther)) return image();
      return imageWith(listed().map((one) => (isOther(one) ? asImport(one) : one)));
    },
    part,
    inPackages(packages) {
      const files = listed().filter((file) => !file.isImport && packages.has(file.package));
      return part(new Set(files.map(({ name }) => name)));
    },
  };
}

/** Decoding is most of the work, so what is the same to the byte is decoded once. */
function decode(bytes: Uint8Array, decoded: Decoded): FileDescriptorProto {
  const hash = createHash("sha256").update(bytes).digest("base64");
  const file = decoded.get(hash) ?? fromBinary(FileDescriptorProtoSchema, bytes);
  decoded.set(hash, file);
  return file;
}
