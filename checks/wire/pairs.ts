// Which element of the old schema is which of the new one: types by their full names, or moved; fields and
// enum values by name and number together.
import type {
  DescEnum,
  DescEnumValue,
  DescExtension,
  DescField,
  DescFile,
  DescMessage,
  DescService,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { docOf } from "../../core/source-info.js";
import { isRename, wordsOf } from "./likeness.js";

export type Field = DescField | DescExtension;
export type Type = DescMessage | DescEnum;

/** The elements of two versions of one type: those in both, and those in one alone. */
export interface Pairing<T> {
  readonly both: readonly Pair<T>[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

export interface Pair<T> {
  readonly old: T;
  readonly now: T;
}

/** The types and extensions of one version, by name. */
export class Names {
  readonly types = new Map<string, Type>();
  readonly services = new Map<string, DescService>();
  readonly #extensions = new Map<string, DescExtension[]>();
  #sites: Map<string, string[]> | undefined;

  /** `own` are the files of the workspace itself; the others are what they import. */
  constructor(
    files: Iterable<DescFile>,
    readonly own: ReadonlySet<DescFile>,
  ) {
    for (const file of files) {
      for (const desc of nestedTypes(file)) {
        if (desc.kind === "service") this.services.set(desc.typeName, desc);
        else if (desc.kind === "message" || desc.kind === "enum")
          this.types.set(desc.typeName, desc);
        else if (desc.kind === "extension") {
          const known = this.#extensions.get(desc.extendee.typeName);
          if (known === undefined) this.#extensions.set(desc.extendee.typeName, [desc]);
          else known.push(desc);
        }
      }
    }
  }

  /** The fields and RPCs that use the type, by their names. */
  sitesOf(type: Type): readonly string[] {
    this.#sites ??= this.#findSites();
    return this.#sites.get(type.typeName) ?? [];
  }

  #findSites(): Map<string, string[]> {
    const sites = new Map<string, string[]>();
    const add = (type: Type | undefined, site: string): void => {
      if (type === undefined) return;
      const known = sites.get(type.typeName);
      if (known === undefined) sites.set(type.typeName, [site]);
      else known.push(site);
    };
    for (const type of this.types.values()) {
      if (type.kind === "enum") continue;
      for (const field of this.fieldsOf(type)) {
        add(field.message ?? field.enum, `${type.typeName}.${nameOf(field)}`);
      }
    }
    for (const service of this.services.values()) {
      for (const method of service.methods) {
        add(method.input, `${service.typeName}.${method.name} input`);
        add(method.output, `${service.typeName}.${method.name} output`);
      }
    }
    return sites;
  }

  /** The fields of the message, and the extensions of it. */
  fieldsOf(message: DescMessage): readonly Field[] {
    const extensions = this.#extensions.get(message.typeName);
    return extensions === undefined ? message.fields : [...message.fields, ...extensions];
  }
}

/** The pairs of two versions of a schema. */
export class Pairs {
  readonly #moved: ReadonlyMap<string, string>;
  readonly #fields = new Map<string, Pairing<Field>>();
  readonly #values = new Map<string, Pairing<DescEnumValue>>();

  /** `taken` are numbers of types that earlier versions had: they are not free, though nothing has them. */
  constructor(
    readonly old: Names,
    readonly now: Names,
    private readonly taken: ReadonlyMap<string, ReadonlySet<number>>,
  ) {
    this.#moved = movedTypes(old, now);
  }

  takenIn(type: Type): ReadonlySet<number> {
    return this.taken.get(type.typeName) ?? new Set();
  }

  /** What the type is in the new version; undefined where it is gone. */
  nowOf<T extends Type>(old: T): T | undefined {
    const now = this.now.types.get(this.#moved.get(old.typeName) ?? old.typeName);
    return now?.kind === old.kind ? (now as T) : undefined;
  }

  isPair(old: Type, now: Type): boolean {
    return this.nowOf(old)?.typeName === now.typeName;
  }

  fields(old: DescMessage, now: DescMessage): Pairing<Field> {
    return memo(this.#fields, `${old.typeName} ${now.typeName}`, () =>
      pairUp(this.old.fieldsOf(old), this.now.fieldsOf(now), {
        reserved: new Set(now.proto.reservedName),
        ignored: new Set(),
        isBound: (one, other) => one.jsonName === other.jsonName && one.kind === other.kind,
      }),
    );
  }

  values(old: DescEnum, now: DescEnum): Pairing<DescEnumValue> {
    return memo(this.#values, `${old.typeName} ${now.typeName}`, () =>
      pairUp(old.values, now.values, {
        reserved: new Set(now.proto.reservedName),
        ignored: new Set([
          ...wordsOf(old.name),
          ...wordsOf(now.name),
          ...prefixOf(old.values),
          ...prefixOf(now.values),
        ]),
        isBound: () => false,
      }),
    );
  }
}

interface Element {
  readonly name: string;
  readonly number: number;
}

/** The name that tells an element of a type apart: an extension's is its full one. */
export function nameOf(element: Field | DescEnumValue): string {
  return element.kind === "extension" ? element.typeName : element.name;
}

/** The words that the names of all values begin with: a prefix, whatever the enum is called. */
function prefixOf(values: readonly DescEnumValue[]): string[] {
  const [first, ...others] = values.map(({ name }) => wordsOf(name));
  if (first === undefined || others.length === 0) return [];
  const end = first.findIndex((word, i) => others.some((words) => words[i] !== word));
  return end < 0 ? [] : first.slice(0, end);
}

interface PairingRules<T> {
  /** Names that may not come back: whoever reserves a name has removed the element, not renamed it. */
  readonly reserved: ReadonlySet<string>;
  readonly ignored: ReadonlySet<string>;
  /** Whether two under different names are the same without doubt. */
  isBound(old: T, now: T): boolean;
}

/** By name first; what is left by number, where the new name is plainly the old one's. */
function pairUp<T extends Element & (Field | DescEnumValue)>(
  olds: readonly T[],
  nows: readonly T[],
  rules: PairingRules<T>,
): Pairing<T> {
  const byName = new Map(nows.map((now) => [nameOf(now), now]));
  const both: Pair<T>[] = [];
  const unpaired = new Set(nows);
  const gone: T[] = [];
  for (const old of olds) {
    const now = byName.get(nameOf(old));
    if (now === undefined) gone.push(old);
    else {
      both.push({ old, now });
      unpaired.delete(now);
    }
  }
  const removed: T[] = [];
  for (const old of gone) {
    const now = [...unpaired].find(
      (one) =>
        one.number === old.number &&
        !rules.reserved.has(old.name) &&
        (rules.isBound(old, one) ||
          isRename(
            { name: old.name, doc: docOf(old) },
            { name: one.name, doc: docOf(one) },
            rules.ignored,
          )),
    );
    if (now === undefined) removed.push(old);
    else {
      both.push({ old, now });
      unpaired.delete(now);
    }
  }
  return { both, removed, added: nows.filter((now) => unpaired.has(now)) };
}

/**
 * The types that are under another full name now: much of their content is the same, and so is their
 * simple name or a field or an RPC that uses them.
 */
function movedTypes(old: Names, now: Names): Map<string, string> {
  const moved = new Map<string, string>();
  const only = (names: Names, others: Names): Type[] =>
    [...names.types.values()].filter(
      (type) => names.own.has(type.file) && !others.types.has(type.typeName),
    );
  const gone = only(old, now);
  const come = only(now, old);
  const taken = new Set<string>();
  const pair = (from: Type, to: Type): void => {
    moved.set(from.typeName, to.typeName);
    taken.add(to.typeName);
  };
  const inMoved = (type: Type): Type | undefined => {
    const parent = type.parent && moved.get(type.parent.typeName);
    return parent === undefined ? undefined : now.types.get(`${parent}.${type.name}`);
  };
  // Parents come before what is nested in them.
  for (const type of gone) {
    const nested = inMoved(type);
    const candidates = come.filter((one) => one.kind === type.kind && !taken.has(one.typeName));
    const sites = old.sitesOf(type);
    const inPlace = candidates.filter((one) =>
      now.sitesOf(one).some((site) => sites.includes(site)),
    );
    const namesakes = candidates.filter(
      (one) => one.name === type.name && rootOf(one) === rootOf(type),
    );
    const inFile = candidates.filter((one) => one.file.proto.name === type.file.proto.name);
    const found =
      nested?.kind === type.kind
        ? nested
        : (best(type, inPlace, 0.5) ?? best(type, namesakes, 0.5) ?? same(type, inFile));
    if (found !== undefined) pair(type, found);
  }
  return moved;
}

/** The first part of a type's package: two that share nothing of it have nothing to do with each other. */
function rootOf(type: Type): string {
  return type.file.proto.package.split(".")[0] as string;
}

/** The one candidate with the same content, if the type has any and there is only one. */
function same(type: Type, candidates: readonly Type[]): Type | undefined {
  const content = contentOf(type).join();
  const found = candidates.filter((one) => contentOf(one).join() === content);
  return content !== "" && found.length === 1 ? found[0] : undefined;
}

/** The candidate that shares the most with the type, if it shares at least that part of the elements. */
function best(type: Type, candidates: readonly Type[], least: number): Type | undefined {
  const own = new Set(contentOf(type));
  let found: Type | undefined;
  let most = 0;
  for (const one of candidates) {
    const other = contentOf(one);
    const shared = other.filter((element) => own.has(element)).length;
    const part = shared / Math.max(own.size, other.length, 1);
    const areEmpty = own.size === 0 && other.length === 0;
    if (areEmpty || (part >= least && part > most)) [found, most] = [one, areEmpty ? 1 : part];
  }
  return found;
}

function contentOf(type: Type): string[] {
  const elements: readonly Element[] = type.kind === "enum" ? type.values : type.fields;
  return elements.map(({ name, number }) =>
    // A value's name begins with the enum's, which may be what changed.
    type.kind === "enum"
      ? `${wordsOf(name, new Set(wordsOf(type.name))).join("_")} ${number}`
      : `${name} ${number}`,
  );
}

function memo<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
