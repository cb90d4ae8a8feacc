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
  toBinary,
} from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import type { Annotation, Buf } from "./buf.js";
import type { Module, Workspace } from "./workspace.js";

export interface Schema {
  /** buf's image: a file descriptor set that marks which files are only imported. */
  readonly image: Uint8Array;
  /** The descriptors of the workspace's own files, without those that are only imported. */
  readonly files: readonly DescFile[];
  /** Everything in the image, to look up by name. */
  readonly registry: FileRegistry;
  /** The path, from the workspace, of a file that is imported as `name`. */
  pathOf(name: string): string;
  /** The image with only those modules' files to judge; those of other modules become imports. */
  imageOf(modules: readonly Module[]): Uint8Array;
}

/** Compiles the workspace, or returns what keeps it from compiling. Throws trouble where buf cannot run. */
export async function compile(
  workspace: Workspace,
  buf: Buf,
  decoded?: Decoded,
): Promise<{ schema: Schema } | { annotations: Annotation[] }> {
  const result = await buf.build();
  if ("annotations" in result) return result;
  const pathOf = (name: string): string | undefined =>
    workspace.buf.modules
      .map((module) => posix.join(module.path, name))
      .find((path) => existsSync(join(workspace.root, path)));
  return {
    schema: schemaOf(result.image, pathOf, decoded),
  };
}

/** Descriptors by the hash of their bytes, for schemas that have most files in common. */
export type Decoded = Map<string, FileDescriptorProto>;

/**
 * The schema in an image. `pathOf` has the path, from the workspace, of each file that is not a
 * dependency's; files that were decoded before are taken from `decoded`, and others added. Throws where a
 * file imports one that is not in the image.
 */
export function schemaOf(
  image: Uint8Array,
  pathOf: (name: string) => string | undefined,
  decoded: Decoded = new Map(),
): Schema {
  const set = create(FileDescriptorSetSchema, { file: filesIn(image, decoded) });
  const registry = createFileRegistry(set);
  const own = set.file.filter((file) => !isImport(file)).map((file) => file.name);
  const paths = new Map(set.file.map(({ name }) => [name, pathOf(name)]));
  return {
    image,
    registry,
    files: own.map((name) => registry.getFile(name) as DescFile),
    pathOf: (name) => paths.get(name) ?? name,
    imageOf(modules) {
      const isOther = ({ name }: FileDescriptorProto): boolean => {
        const path = paths.get(name);
        return path !== undefined && !modules.some((one) => posix.join(one.path, name) === path);
      };
      if (!set.file.some(isOther)) return image;
      const file = set.file.map((one) => (isOther(one) ? asImport(one) : one));
      return toBinary(FileDescriptorSetSchema, { ...set, file } satisfies FileDescriptorSet);
    },
  };
}

/** Decoding is most of the work, so it is done by the file: `file` is field 1 of a FileDescriptorSet. */
function filesIn(image: Uint8Array, decoded: Decoded): FileDescriptorProto[] {
  const files: FileDescriptorProto[] = [];
  const reader = new BinaryReader(image);
  while (reader.pos < reader.len) {
    const [no, wireType] = reader.tag();
    if (no !== FileDescriptorSetSchema.field.file.number) {
      reader.skip(wireType, no);
      continue;
    }
    const bytes = reader.bytes();
    const hash = createHash("sha256").update(bytes).digest("base64");
    const file = decoded.get(hash) ?? fromBinary(FileDescriptorProtoSchema, bytes);
    decoded.set(hash, file);
    files.push(file);
  }
  return files;
}

/**
 * buf marks its images in field 8042 of each file: a message whose field 1 says that the file is
 * only imported (buf.alpha.image.v1.ImageFileExtension).
 */
const BUF_EXTENSION = 8042;
const IS_IMPORT = 1;

function isImport(file: FileDescriptorProto): boolean {
  return (file.$unknown ?? [])
    .filter((field) => field.no === BUF_EXTENSION)
    .some((field) => {
      const reader = new BinaryReader(new BinaryReader(field.data).bytes());
      while (reader.pos < reader.len) {
        const [no, wireType] = reader.tag();
        if (no === IS_IMPORT) return reader.bool();
        reader.skip(wireType, no);
      }
      return false;
    });
}

/** The file, marked as one that is only imported. */
export function asImport(file: FileDescriptorProto): FileDescriptorProto {
  const mark = {
    no: BUF_EXTENSION,
    wireType: WireType.LengthDelimited,
    data: Uint8Array.of(2, IS_IMPORT << 3, 1),
  };
  return { ...file, $unknown: [...(file.$unknown ?? []), mark] };
}
