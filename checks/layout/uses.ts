// Which types an element uses.
import type { DescEnum, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { compareText } from "../../core/finding.js";

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

/** Everything that is used, directly or through what is used. */
export function allUses(desc: DescMessage | DescService): Set<TopLevel> {
  const all = new Set<TopLevel>();
  const pending = [...directUses(desc)];
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (all.has(type)) continue;
    all.add(type);
    if (type.kind === "message") pending.push(...directUses(type));
  }
  return all;
}

/** The names of the top-level types of one file that another uses, sorted. */
export function typesUsedBy(user: DescFile, owner: DescFile): string[] {
  const users = [...user.messages, ...user.services];
  const used = new Set(
    users.flatMap((one) => [...directUses(one)]).filter((type) => type.file === owner),
  );
  for (const extension of user.extensions) {
    for (const type of [extension.extendee, extension.message, extension.enum]) {
      if (type?.file === owner) used.add(topLevel(type));
    }
  }
  return [...used].map((type) => type.name).sort(compareText);
}

function topLevel(type: DescMessage | DescEnum): TopLevel {
  return type.parent === undefined ? type : topLevel(type.parent);
}
