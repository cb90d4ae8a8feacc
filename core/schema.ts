// The schema: what the protos compile to, compiled once, with source positions and comments.
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import {
  createFileRegistry,
  type DescFile,
  type FileRegistry,
  fromBinary,
  toBinary,
} from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import {
  type FileDescriptorProto,
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
  /** The path in the workspace of a file that is imported as `name`. */
  pathOf(name: string): string;
  /** The image with only those modules' files to judge; the others become imports. */
  imageOf(modules: readonly Module[]): Uint8Array;
}

/** Compiles the workspace, or returns what keeps it from compiling. Throws trouble where buf cannot run. */
export async function compile(
  workspace: Workspace,
  buf: Buf,
): Promise<{ schema: Schema } | { annotations: Annotation[] }> {
  const result = await buf.build();
  return "annotations" in result ? result : { schema: schemaOf(workspace, result.image) };
}

function schemaOf(workspace: Workspace, image: Uint8Array): Schema {
  const set = fromBinary(FileDescriptorSetSchema, image);
  const registry = createFileRegistry(set);
  const own = set.file.filter((file) => !isImport(file)).map((file) => file.name);
  const modules = new Map(
    set.file.map(({ name }) => [
      name,
      workspace.buf.modules.find((module) => existsSync(join(workspace.root, module.path, name))),
    ]),
  );
  const moduleOf = (name: string): Module | undefined => modules.get(name);
  return {
    image,
    registry,
    files: own.map((name) => registry.getFile(name) as DescFile),
    pathOf: (name) => posix.join(moduleOf(name)?.path ?? "", name),
    imageOf(modules) {
      const others = workspace.buf.modules.filter((module) => !modules.includes(module));
      if (others.length === 0) return image;
      const inOthers = (file: FileDescriptorProto): boolean => {
        const module = moduleOf(file.name);
        return module !== undefined && others.includes(module);
      };
      const file = set.file.map((one) => (inOthers(one) ? asImport(one) : one));
      return toBinary(FileDescriptorSetSchema, { ...set, file } satisfies FileDescriptorSet);
    },
  };
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

function asImport(file: FileDescriptorProto): FileDescriptorProto {
  const mark = {
    no: BUF_EXTENSION,
    wireType: WireType.LengthDelimited,
    data: Uint8Array.of(2, IS_IMPORT << 3, 1),
  };
  return { ...file, $unknown: [...(file.$unknown ?? []), mark] };
}
