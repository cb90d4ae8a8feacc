// The fields that carry an enum, to see in real messages what becomes of its values.
import {
  create,
  createFileRegistry,
  type DescEnum,
  type DescMessage,
  type FileRegistry,
} from "@bufbuild/protobuf";
import {
  Edition,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { Field, Pair, Pairs } from "../pairs.js";

/** A field of both versions, and the message that it is in. */
export interface Carrier {
  readonly message: Pair<DescMessage>;
  readonly field: Pair<Field>;
}

/** How many fields of a kind are tried for one enum: more show nothing new. */
const OF_A_KIND = 1;

/** For each enum of the old version, fields that carry it in both: of each kind of field a few. */
export function findCarriers(pairs: Pairs): ReadonlyMap<string, readonly Carrier[]> {
  const carriers = new Map<string, Map<string, Carrier[]>>();
  for (const old of pairs.old.types.values()) {
    const now = old.kind === "message" ? pairs.nowOf(old) : undefined;
    if (old.kind !== "message" || now === undefined || old.proto.options?.mapEntry === true)
      continue;
    for (const field of pairs.fields(old, now).both) {
      if (!carriesEnum(field, pairs)) continue;
      const ofEnum = getOrAdd(carriers, (field.old.enum as DescEnum).typeName, () => new Map());
      const ofKind = getOrAdd(ofEnum, kindOf(field), () => []);
      if (ofKind.length < OF_A_KIND) ofKind.push({ message: { old, now }, field });
    }
  }
  return new Map(
    [...carriers].map(([name, kinds]) => [name, [...kinds.values()].flat().sort(plainestFirst)]),
  );
}

function carriesEnum({ old, now }: Pair<Field>, pairs: Pairs): boolean {
  return (
    old.enum !== undefined &&
    now.enum !== undefined &&
    old.fieldKind === now.fieldKind &&
    pairs.isPair(old.enum, now.enum)
  );
}

function kindOf({ old, now }: Pair<Field>): string {
  const kinds = [old, now].map(
    (field) => `${field.kind} ${field.fieldKind} ${field.presence} ${field.proto.defaultValue}`,
  );
  return [...kinds, old.number === now.number, old.jsonName === now.jsonName].join(" ");
}

function plainestFirst(a: Carrier, b: Carrier): number {
  const rank = ({ field }: Carrier): number =>
    ["enum", "list", "map"].indexOf(field.old.fieldKind) +
    (field.old.kind === "extension" ? 9 : 0) +
    (field.old.number === field.now.number && field.old.jsonName === field.now.jsonName ? 0 : 99);
  return rank(a) - rank(b);
}

function getOrAdd<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Where messages are that are made up, because no field carries the enum. */
const PACKAGE = "lockstep.example";

/** Whether the message is made up by `withHolders`. */
export function isMadeUp(message: DescMessage): boolean {
  return message.file.proto.package === PACKAGE;
}

/** The registry with a made-up message for each of those enums: it has one field, `value`. */
export function withHolders(
  registry: FileRegistry,
  enums: readonly DescEnum[],
): { registry: FileRegistry; holders: DescMessage[] } {
  if (enums.length === 0) return { registry, holders: [] };
  const file = create(FileDescriptorProtoSchema, {
    name: "lockstep/example.proto",
    package: PACKAGE,
    syntax: "editions",
    edition: Edition.EDITION_2023,
    dependency: [...new Set(enums.map((desc) => desc.file.proto.name))],
    messageType: enums.map((desc, i) => ({
      name: `Message${i + 1}`,
      field: [
        {
          name: "value",
          jsonName: "value",
          number: 1,
          label: FieldDescriptorProto_Label.OPTIONAL,
          type: FieldDescriptorProto_Type.ENUM,
          typeName: `.${desc.typeName}`,
        },
      ],
    })),
  });
  const own = createFileRegistry(file, (name) => registry.getFile(name));
  return {
    registry: createFileRegistry(registry, own),
    holders: enums.map((_, i) => own.getMessage(`${PACKAGE}.Message${i + 1}`) as DescMessage),
  };
}
