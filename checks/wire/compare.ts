// Compares two versions of a schema: walks their pairs, and asks of each what may break a peer.
import type { DescEnum, DescFile, DescMessage, FileRegistry } from "@bufbuild/protobuf";
import { toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { type Carrier, findCarriers, withHolders } from "./enums/carriers.js";
import { enumSuspects } from "./enums/enums.js";
import type { Probe } from "./evidence/prove.js";
import { elementSamples, fieldSamples, required } from "./evidence/samples.js";
import { TYPE_RULES } from "./fields/aspects.js";
import { fieldSuspects } from "./fields/fields.js";
import { type Messages, valueProbes } from "./fields/probes.js";
import { isSameType } from "./fields/types.js";
import { Names, type Pair, Pairs, type Type } from "./pairs.js";
import { TYPE_MOVED, TYPE_REMOVED } from "./services/rules.js";
import { serviceSuspects } from "./services/services.js";
import { type Suspect, suspect } from "./suspect.js";

/** What is compared: everything that the files lead to, and the files that are the workspace's own. */
export interface Version {
  readonly registry: FileRegistry;
  readonly files: readonly DescFile[];
}

export interface Comparison {
  readonly pairs: Pairs;
  readonly suspects: readonly Suspect[];
  /** The registries, with messages made up for enums that no field carries. */
  readonly registries: { readonly old: FileRegistry; readonly now: FileRegistry };
}

/** Whether the workspace's own files are the same in both versions, comments aside. */
export function isSame(old: Version, now: Version): boolean {
  return changedFiles(old, now).size === 0 && changedFiles(now, old).size === 0;
}

/** Every change between two versions that may break a peer; `taken` are numbers that earlier ones had. */
export function compareVersions(
  old: Version,
  now: Version,
  taken: ReadonlyMap<string, ReadonlySet<number>>,
): Comparison {
  const names = ({ registry, files }: Version): Names => new Names(registry.files, new Set(files));
  const pairs = new Pairs(names(old), names(now), taken);
  const changed = changedFiles(old, now);
  const extended = extendedIn([...changed, ...changedFiles(now, old)]);
  const own = [...pairs.old.types.values()].filter(
    (type) => changed.has(type.file) || extended.has(type.typeName),
  );
  const comparing = new Comparing(pairs);
  const suspects: Suspect[] = [];
  const enums: Pair<DescEnum>[] = [];
  for (const type of own) {
    if (type.kind === "message" && type.proto.options?.mapEntry === true) continue;
    const next = pairs.nowOf(type);
    if (next === undefined) suspects.push(...typeRemoved(type, pairs));
    else {
      if (next.typeName !== type.typeName) suspects.push(...typeMoved(type, next, pairs));
      if (type.kind === "message") suspects.push(...comparing.messages(type, next as DescMessage));
      else enums.push({ old: type, now: next as DescEnum });
    }
  }
  for (const service of pairs.old.services.values()) {
    if (!changed.has(service.file)) continue;
    suspects.push(...serviceSuspects(service, pairs, comparing.inside));
  }
  const { carriers, registries } = carriersOf(enums, pairs, old, now);
  for (const pair of enums) {
    suspects.push(...enumSuspects(pair, pairs, carriers.get(pair.old.typeName) ?? []));
  }
  return { pairs, suspects, registries };
}

/** Compares messages, each pair of them once at a time: types may contain themselves. */
class Comparing {
  readonly #under = new Set<string>();

  constructor(private readonly pairs: Pairs) {}

  messages(old: DescMessage, now: DescMessage): Suspect[] {
    const messages: Messages = { old, now, pairs: this.pairs, inside: this.inside };
    return fieldSuspects(messages);
  }

  /** Messages that show how two types differ that are no versions of each other. */
  readonly inside = (old: DescMessage, now: DescMessage): readonly Probe[] => {
    const key = `${old.typeName} ${now.typeName}`;
    if (this.#under.has(key)) return [];
    this.#under.add(key);
    try {
      const messages: Messages = { old, now, pairs: this.pairs, inside: this.inside };
      const { added } = this.pairs.fields(old, now);
      return [
        ...this.messages(old, now).flatMap(({ probes }) => probes),
        ...added.flatMap((field) => valueProbes(messages, { old: undefined, now: field }, "value")),
      ];
    } finally {
      this.#under.delete(key);
    }
  };
}

/** The old files that have changed: of the workspace itself, comments aside. */
function changedFiles(old: Version, now: Version): ReadonlySet<DescFile> {
  const current = new Map(now.files.map((file) => [file.proto.name, file]));
  return new Set(
    old.files.filter((file) => {
      const next = current.get(file.proto.name);
      // A file that is the same to the byte was decoded once.
      if (next?.proto === file.proto) return false;
      return next === undefined || !isSameFile(file, next);
    }),
  );
}

/** The names of the messages that those files extend. */
function extendedIn(files: readonly DescFile[]): ReadonlySet<string> {
  const names = files.flatMap((file) =>
    [...nestedTypes(file)].flatMap((desc) =>
      desc.kind === "extension" ? [desc.extendee.typeName] : [],
    ),
  );
  return new Set(names);
}

function isSameFile(one: DescFile, other: DescFile): boolean {
  return Buffer.compare(bare(one), bare(other)) === 0;
}

function bare({ proto }: DescFile): Uint8Array {
  const { sourceCodeInfo: _, $unknown: __, ...rest } = proto;
  return toBinary(FileDescriptorProtoSchema, rest, { writeUnknownFields: false });
}

function typeRemoved(old: Type, pairs: Pairs): Suspect[] {
  // What is nested in a type that is gone is gone with it.
  if (old.parent !== undefined && pairs.nowOf(old.parent) === undefined) return [];
  const { kind } = old;
  return [
    suspect(
      TYPE_REMOVED,
      { kind, name: old.typeName },
      {
        symbol: old.typeName,
        at: old.parent === undefined ? undefined : pairs.nowOf(old.parent),
        was: old,
        severity: "warning",
        probes: [],
        covers: GONE_RULES,
        also: typesIn(old).map((nested) => ({ old: nested })),
      },
    ),
  ];
}

/** What buf calls a type that is not under its name any more. */
const GONE_RULES = [
  "MESSAGE_NO_DELETE",
  "PACKAGE_MESSAGE_NO_DELETE",
  "ENUM_NO_DELETE",
  "PACKAGE_ENUM_NO_DELETE",
];

/** The types that are nested in a type, however deep. */
function typesIn(type: Type): Type[] {
  if (type.kind === "enum") return [];
  return [...type.nestedEnums, ...type.nestedMessages.flatMap((one) => [one, ...typesIn(one)])];
}

function typeMoved(old: Type, now: Type, pairs: Pairs): Suspect[] {
  // What is nested in a type moves along with it.
  if (old.parent !== undefined && pairs.nowOf(old.parent)?.typeName !== old.parent.typeName)
    return [];
  return [
    suspect(
      TYPE_MOVED,
      { kind: now.kind, old: old.typeName, now: now.typeName },
      {
        symbol: now.typeName,
        at: now,
        was: old,
        severity: "warning",
        probes: old.kind === "message" ? wholeProbes(old, now as DescMessage, pairs) : [],
        covers: [...GONE_RULES, ...TYPE_RULES, "RPC_SAME_REQUEST_TYPE", "RPC_SAME_RESPONSE_TYPE"],
        also: typesIn(old).flatMap((nested) => {
          const next = pairs.nowOf(nested);
          return next === undefined ? [] : [{ old: nested, now: next }];
        }),
      },
    ),
  ];
}

/** A message with a value in each field that both versions have as it is. */
function wholeProbes(old: DescMessage, now: DescMessage, pairs: Pairs): Probe[] {
  const fieldsOf = (desc: DescMessage) => pairs.old.fieldsOf(desc);
  const value = required(old, fieldsOf);
  for (const { old: field, now: same } of pairs.fields(old, now).both) {
    const isSame =
      field.number === same.number &&
      field.fieldKind === same.fieldKind &&
      isSameType(field, same, pairs);
    if (field.oneof !== undefined || !isSame) continue;
    const [sample] = fieldSamples(field, elementSamples(field, same, fieldsOf));
    if (sample !== undefined) value.set(field.number, sample);
  }
  return [
    {
      sender: "old",
      old,
      now,
      value,
      focus: { path: [], part: "value" },
      about: pairs.old.fieldsOf(old),
    },
  ];
}

/** For each enum the fields that carry it, or a made-up message where none does. */
function carriersOf(
  enums: readonly Pair<DescEnum>[],
  pairs: Pairs,
  old: Version,
  now: Version,
): { carriers: ReadonlyMap<string, readonly Carrier[]>; registries: Comparison["registries"] } {
  const found = enums.length === 0 ? new Map<string, readonly Carrier[]>() : findCarriers(pairs);
  const lonely = enums.filter((pair) => !found.has(pair.old.typeName));
  const before = withHolders(
    old.registry,
    lonely.map((pair) => pair.old),
  );
  const after = withHolders(
    now.registry,
    lonely.map((pair) => pair.now),
  );
  const carriers = new Map(found);
  for (const [i, pair] of lonely.entries()) {
    const message = { old: before.holders[i] as DescMessage, now: after.holders[i] as DescMessage };
    const [oldField, nowField] = [message.old.fields[0], message.now.fields[0]];
    if (oldField === undefined || nowField === undefined) continue;
    carriers.set(pair.old.typeName, [{ message, field: { old: oldField, now: nowField } }]);
  }
  return { carriers, registries: { old: before.registry, now: after.registry } };
}
