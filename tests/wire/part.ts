// A part of what was compiled: many small schemas compile at once, and are judged one by one.
import { create, createFileRegistry, type DescFile, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Schema } from "../../core/schema.js";

/** Gives the schema of a folder alone: its files and what they import. */
export function partsOf(schema: Schema): (folder: string) => Schema {
  const all = fromBinary(FileDescriptorSetSchema, schema.image).file;
  return (folder) => {
    const names = new Set(schema.files.map(({ proto }) => proto.name));
    const own = [...names].filter((name) => name.startsWith(`${folder}/`));
    const needed = new Set<string>();
    const pending = [...own];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      needed.add(name);
      pending.push(...(all.find((file) => file.name === name)?.dependency ?? []));
    }
    const file = all.filter(({ name }) => needed.has(name));
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file }));
    return { ...schema, registry, files: own.map((name) => registry.getFile(name) as DescFile) };
  };
}
