// The elements of a file that documentation is written for, and where the compiler says they stand.
import type { DescEnum, DescExtension, DescFile, DescMessage } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Type } from "@bufbuild/protobuf/wkt";
import type { ElementKind } from "./element-kinds.js";

export interface Element {
  readonly kind: ElementKind;
  /** The fully qualified name; of a package, its name. */
  readonly symbol: string;
  /** The name as it is declared. */
  readonly name: string;
  readonly deprecated: boolean;
  /** Its path in SourceCodeInfo: field numbers and indexes of descriptor.proto. */
  readonly path: readonly number[];
  /** What the compiler made of it: the descriptor without the elements in it. */
  readonly proto: object;
}

/** The elements of the file, each before those in it. Map entries and synthetic oneofs are none. */
export function elementsOf(file: DescFile): Element[] {
  const elements: Element[] = [];
  if (file.proto.package !== "") {
    elements.push({
      kind: "package",
      symbol: file.proto.package,
      name: file.proto.package,
      deprecated: false,
      path: [2],
      proto: {},
    });
  }
  file.services.forEach((service, i) => {
    const { method: _, ...own } = service.proto;
    elements.push({
      kind: "service",
      symbol: service.typeName,
      name: service.name,
      deprecated: service.deprecated,
      path: [6, i],
      proto: own,
    });
    service.methods.forEach((method, j) => {
      elements.push({
        kind: "method",
        symbol: `${service.typeName}.${method.name}`,
        name: method.name,
        deprecated: method.deprecated,
        path: [6, i, 2, j],
        proto: method.proto,
      });
    });
  });
  for (const message of file.messages) {
    addMessage(message, [4, file.proto.messageType.indexOf(message.proto)], elements);
  }
  for (const [i, desc] of file.enums.entries()) addEnum(desc, [5, i], elements);
  for (const [i, extension] of file.extensions.entries()) addExtension(extension, [7, i], elements);
  return elements;
}

function addMessage(message: DescMessage, path: number[], elements: Element[]): void {
  const {
    field: _f,
    nestedType: _n,
    enumType: _e,
    extension: _x,
    oneofDecl: _o,
    ...own
  } = message.proto;
  elements.push({
    kind: "message",
    symbol: message.typeName,
    name: message.name,
    deprecated: message.deprecated,
    path,
    proto: own,
  });
  for (const oneof of message.oneofs) {
    const index = message.proto.oneofDecl.indexOf(oneof.proto);
    elements.push({
      kind: "oneof",
      symbol: `${message.typeName}.${oneof.name}`,
      name: oneof.name,
      deprecated: false,
      path: [...path, 8, index],
      proto: oneof.proto,
    });
  }
  message.fields.forEach((field, i) => {
    // A group is one declaration of a field and a message; the compiler gives its comments to the message.
    if (field.proto.type === FieldDescriptorProto_Type.GROUP) return;
    elements.push({
      kind: "field",
      symbol: `${message.typeName}.${field.name}`,
      name: field.name,
      deprecated: field.deprecated,
      path: [...path, 2, i],
      proto: field.proto,
    });
  });
  for (const nested of message.nestedMessages) {
    const index = message.proto.nestedType.indexOf(nested.proto);
    addMessage(nested, [...path, 3, index], elements);
  }
  for (const [i, desc] of message.nestedEnums.entries()) addEnum(desc, [...path, 4, i], elements);
  for (const [i, extension] of message.nestedExtensions.entries()) {
    addExtension(extension, [...path, 6, i], elements);
  }
}

function addEnum(desc: DescEnum, path: number[], elements: Element[]): void {
  const { value: _, ...own } = desc.proto;
  elements.push({
    kind: "enum",
    symbol: desc.typeName,
    name: desc.name,
    deprecated: desc.deprecated,
    path,
    proto: own,
  });
  desc.values.forEach((value, i) => {
    elements.push({
      kind: "value",
      symbol: `${desc.typeName}.${value.name}`,
      name: value.name,
      deprecated: value.deprecated,
      path: [...path, 2, i],
      proto: value.proto,
    });
  });
}

function addExtension(extension: DescExtension, path: number[], elements: Element[]): void {
  if (extension.proto.type === FieldDescriptorProto_Type.GROUP) return;
  elements.push({
    kind: "extension",
    symbol: extension.typeName,
    name: extension.name,
    deprecated: extension.deprecated,
    path,
    proto: extension.proto,
  });
}
