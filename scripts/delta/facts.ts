// What others depend on in a file, from what it compiled to.
import { createHash } from "node:crypto";
import type { DescFile } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { lastPart } from "../../core/proto-file.js";
import type { KnownFile } from "./base.js";

/** What others depend on in the file that has that content. */
export function knownFile(file: DescFile, hash: string, content: Uint8Array): KnownFile {
  const methods = file.services.flatMap((service) => service.methods);
  const types = methods.flatMap(({ input, output }) => [input.typeName, output.typeName]);
  return {
    name: file.proto.name,
    package: file.proto.package,
    imports: file.proto.dependency,
    hash,
    blob: blobId(content),
    methodTypes: [...new Set(types.map(lastPart))].sort(),
    declares: [
      ...[...file.messages, ...file.enums, ...file.services, ...file.extensions].map(
        ({ typeName }) => typeName,
      ),
      // Values of an enum are named in what the enum is in.
      ...file.enums.flatMap(({ values }) => values.map(({ name }) => inPackage(file, name))),
    ],
    extends: extensionsOf(file),
  };
}

/** The messages that a file extends, each with the number that it takes: `a.v1.Message 100`. */
export function extensionsOf(file: DescFile): string[] {
  return [...nestedTypes(file)].flatMap((type) =>
    type.kind === "extension" ? [`${type.extendee.typeName} ${type.number}`] : [],
  );
}

function inPackage({ proto }: DescFile, name: string): string {
  return proto.package === "" ? name : `${proto.package}.${name}`;
}

/** git's id of a blob: the SHA-1 of its length and its content. */
export function blobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
