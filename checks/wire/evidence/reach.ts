// What can be inside a message: the messages that its fields and extensions lead to.
import type { DescExtension, DescMessage, Registry } from "@bufbuild/protobuf";

/** The messages of one registry, with the extensions that it has for them. */
export class Reach {
  private extensions: Map<string, DescExtension[]> | undefined;

  constructor(private readonly registry: Registry) {}

  /** The extensions of that message. */
  extensionsOf(desc: DescMessage): readonly DescExtension[] {
    if (this.extensions === undefined) {
      this.extensions = new Map();
      for (const type of this.registry) {
        if (type.kind !== "extension") continue;
        const others = this.extensions.get(type.extendee.typeName);
        if (others === undefined) this.extensions.set(type.extendee.typeName, [type]);
        else others.push(type);
      }
    }
    return this.extensions.get(desc.typeName) ?? [];
  }

  /** The message itself and every message that can be inside it, at any depth. */
  from(desc: DescMessage): Set<DescMessage> {
    const all = new Set<DescMessage>();
    const pending = [desc];
    for (let message = pending.pop(); message !== undefined; message = pending.pop()) {
      if (all.has(message)) continue;
      all.add(message);
      for (const field of [...message.fields, ...this.extensionsOf(message)]) {
        if (field.message !== undefined) pending.push(field.message);
      }
    }
    return all;
  }
}

/** Why neither runtime can do messages among which is a MessageSet: its encoding is one of its own. */
export function withMessageSet(messages: ReadonlySet<DescMessage>): string | undefined {
  for (const message of messages) {
    if (message.proto.options?.messageSetWireFormat === true) {
      return `it does not have the encoding of a MessageSet, which ${message.typeName} is`;
    }
  }
  return undefined;
}
