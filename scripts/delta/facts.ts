// What others depend on in a file, from what it compiled to.
import type { DescFile } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { lastPart } from "../../core/proto-file.js";
import type { KnownFile } from "./base.js";

/** What others depend on in the file whose content has that id. */
export function knownFile(file: DescFile, blob: string): KnownFile {
  const methods = file.services.flatMap((service) => service.methods);
  const types = methods.flatMap(({ input, output }) => [input.typeName, output.typeName]);
  return {
    name: file.proto.name,
    package: file.proto.package,
    imports: file.proto.dependency,
    blob,
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
