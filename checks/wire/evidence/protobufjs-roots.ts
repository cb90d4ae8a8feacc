// The types of protobufjs, made from descriptors: of no more files than the messages asked for need.
import {
  create,
  type DescFile,
  type DescMessage,
  type FileRegistry,
  toBinary,
} from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Root } from "protobufjs";
import { Reach, withMessageSet } from "./reach.js";

type Made = { readonly root: Root } | { readonly reason: string };

export interface Roots {
  /** The types for all those messages, or why protobufjs cannot have them. */
  of(messages: readonly DescMessage[]): Made;
}

/** Loads protobufjs; a root is made when the first message that needs it is asked for. */
export async function protobufJsRoots(registry: FileRegistry): Promise<Roots> {
  const { default: protobuf } = await import("protobufjs/light.js");
  await import("protobufjs/ext/descriptor.js");
  const reach = new Reach(registry);
  const made: { readonly files: ReadonlySet<DescFile>; readonly made: Made }[] = [];
  const known = new Map<DescMessage, Made>();

  function make(files: ReadonlySet<DescFile>): Made {
    const set = create(FileDescriptorSetSchema);
    set.file = [...files].map((file) => bare(file.proto));
    try {
      const bytes = toBinary(FileDescriptorSetSchema, set);
      return { root: protobuf.Root.fromDescriptor(bytes, { keepCase: true }) };
    } catch (error) {
      return { reason: `it does not take the descriptors: ${(error as Error).message}` };
    }
  }

  function rootOf(wanted: readonly DescMessage[]): Made {
    const messages = new Set(wanted.flatMap((desc) => [...reach.from(desc)]));
    const reason = withMessageSet(messages) ?? unnameable(messages);
    if (reason !== undefined) return { reason };
    const files = filesOf(messages, reach);
    const had = made.find(
      (one) =>
        ("root" in one.made || one.files.size === files.size) &&
        [...files].every((file) => one.files.has(file)),
    );
    if (had !== undefined) return had.made;
    const one = { files, made: make(files) };
    made.push(one);
    return one.made;
  }

  return {
    of(wanted) {
      const [desc, ...others] = wanted;
      if (desc === undefined || others.length > 0) return rootOf(wanted);
      const found = known.get(desc) ?? rootOf(wanted);
      known.set(desc, found);
      return found;
    },
  };
}

/** The files of those messages and of their extensions, and whatever these import. */
function filesOf(messages: ReadonlySet<DescMessage>, reach: Reach): Set<DescFile> {
  const files = new Set<DescFile>();
  const pending = [...messages].flatMap((message) => [
    message.file,
    ...reach.extensionsOf(message).map((extension) => extension.file),
  ]);
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    pending.push(...file.dependencies);
  }
  return files;
}

/** protobufjs leaves out a field of that name without a word. */
function unnameable(messages: ReadonlySet<DescMessage>): string | undefined {
  for (const message of messages) {
    if (message.fields.some((field) => field.name === "__proto__")) {
      return `it leaves out the field __proto__ of ${message.typeName}`;
    }
  }
  return undefined;
}

/**
 * Without positions and comments, which would be read for nothing. The fields of google.protobuf.Value
 * get their names in camel case, as protobufjs names every field unless told otherwise: its ProtoJSON
 * knows them by no other. Elsewhere the names stay as they are, since in camel case two can be the same.
 */
function bare({ sourceCodeInfo: _, ...file }: FileDescriptorProto): FileDescriptorProto {
  if (file.name !== "google/protobuf/struct.proto") return file;
  const messageType = file.messageType.map((message) =>
    message.name === "Value"
      ? { ...message, field: message.field.map((field) => ({ ...field, name: field.jsonName })) }
      : message,
  );
  return { ...file, messageType };
}
