// Which types an element uses.
import type { DescEnum, DescMessage, DescService } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";

/** A message or an enum that is not inside another. */
export type TopLevel = DescMessage | DescEnum;

/** The top-level types that the methods, fields and extensions of an element name, itself excluded. */
export function directUses(desc: DescMessage | DescService): Set<TopLevel> {
  const used = new Set<TopLevel>();
  const add = (type: DescMessage | DescEnum | undefined): void => {
    if (type !== undefined && topLevel(type) !== desc) used.add(topLevel(type));
  };
  if (desc.kind === "service") {
    for (const method of desc.methods) {
      add(method.input);
      add(method.output);
    }
    return used;
  }
  for (const message of [desc, ...nestedTypes(desc)]) {
    if (message.kind === "extension") {
      add(message.extendee);
      add(message.message ?? message.enum);
    }
    if (message.kind !== "message") continue;
    for (const field of message.fields) add(field.message ?? field.enum);
  }
  return used;
}

/** The type that is not inside another and that it is, or is in. */
export function topLevel(type: DescMessage | DescEnum): TopLevel {
  return type.parent === undefined ? type : topLevel(type.parent);
}
