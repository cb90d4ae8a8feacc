// Options that are for the source alone: protoc and buf leave them out of what they hand to plugins
// (`retention` in google/protobuf/descriptor.proto).
import { type DescField, isFieldSet, type Message } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  FieldOptions_OptionRetention,
  type FileDescriptorProto,
  file_google_protobuf_descriptor,
} from "@bufbuild/protobuf/wkt";

/** Fields of descriptor.proto with that retention, by the type that they are in. */
const KNOWN = new Map(
  file_google_protobuf_descriptor.messages.map(({ typeName, fields }) => [
    typeName,
    fields.filter((field) => isForSource(field.proto)),
  ]),
);

/**
 * Whether one of those files may set an option of that retention. One that the files define themselves counts
 * as set.
 */
export function mayHaveSourceOptions(files: readonly FileDescriptorProto[]): boolean {
  return files.some(
    (file) =>
      file.name !== "google/protobuf/descriptor.proto" &&
      (file.extension.some(isForSource) ||
        file.messageType.some(definesOne) ||
        optionsOf(file).some(setsOne)),
  );
}

function isForSource({ options }: DescField["proto"]): boolean {
  return options?.retention === FieldOptions_OptionRetention.RETENTION_SOURCE;
}

function definesOne({ field, extension, nestedType }: DescriptorProto): boolean {
  return field.some(isForSource) || extension.some(isForSource) || nestedType.some(definesOne);
}

type Options = Message & { readonly features?: Message | undefined };

function setsOne(options: Options): boolean {
  return [options, options.features].some(
    (one) => one && KNOWN.get(one.$typeName)?.some((field) => isFieldSet(one, field)),
  );
}

interface Optional {
  readonly options?: Options | undefined;
}

function optionsOf(file: FileDescriptorProto): Options[] {
  const found: Options[] = [];
  const add = (all: readonly Optional[]): void => {
    for (const { options } of all) if (options !== undefined) found.push(options);
  };
  const addEnums = (enums: readonly EnumDescriptorProto[]): void => {
    add(enums);
    for (const { value } of enums) add(value);
  };
  const addMessages = (messages: readonly DescriptorProto[]): void => {
    add(messages);
    for (const { field, extension, oneofDecl, extensionRange, ...nested } of messages) {
      for (const all of [field, extension, oneofDecl, extensionRange]) add(all);
      addEnums(nested.enumType);
      addMessages(nested.nestedType);
    }
  };
  add([file]);
  add(file.extension);
  addEnums(file.enumType);
  addMessages(file.messageType);
  add(file.service);
  for (const { method } of file.service) add(method);
  return found;
}
