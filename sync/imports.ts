// Proves that what was generated can be imported, and that it exports what the schema defines.
import { join, posix } from "node:path";
import type { DescEnum, DescFile } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { shortNames } from "../core/enum-names.js";
import type { Schema } from "../core/schema.js";
import type { BufGenYaml, Plugin } from "../core/workspace.js";
import type { FolderIndex } from "./index.js";
import type { Element, Imported } from "./languages/language.js";

/** What importing one index showed. */
export interface ImportProof {
  /** The path of the index, relative to the workspace. */
  readonly path: string;
  readonly error?: string;
  /** What the schema defines and the index does not export. */
  readonly missing: readonly Element[];
  /** What the index exports and the schema does not define. */
  readonly unknown: readonly Element[];
  readonly elements: readonly Element[];
}

/** What was generated. */
export interface Generated {
  readonly schema: Schema;
  /** The files that the bindings were generated from. */
  readonly files: readonly DescFile[];
  readonly indexes: readonly FolderIndex[];
}

/** Imports the indexes at those paths from disk in a fresh process and compares their exports with the schema. */
export async function proveImports(
  root: string,
  { schema, files, indexes }: Generated,
  gen: BufGenYaml,
  paths: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ImportProof[]> {
  const proofs = indexes.map(async ({ folder, language, entries, packages, modules }) => {
    const expected = expectations(files, gen, folder);
    const all = new Set([...schema.registry.files].flatMap(elementsOf));
    const wanted = entries.filter((entry) => paths.has(posix.join(folder, entry)));
    const scopeOf = (entry: string): string | undefined =>
      packages.find((known) => entry.startsWith(`${known.base}.`))?.package;
    const scopes = new Set(wanted.map(scopeOf));
    const loaded = (wanted.length === 0 ? [] : modules())
      .filter((one) => scopes.has(undefined) || scopes.has(one.package))
      .flatMap((one) => one.files);
    const inFolder = (path: string): string => join(root, folder, path);
    const imported = await language.importIndexes(
      wanted.map(inFolder),
      loaded.map(inFolder),
      signal,
    );
    return imported.map((one, i): ImportProof => {
      const entry = wanted[i] as string;
      const scope = scopeOf(entry);
      return {
        path: posix.join(folder, entry),
        ...(one.error === undefined ? {} : { error: one.error }),
        ...(one.error === undefined
          ? compareExports(one, expected, scope, all)
          : { missing: [], unknown: [] }),
        elements: one.elements,
      };
    });
  });
  return (await Promise.all(proofs)).flat();
}

/** What an index has to export, as far as the plugins that write to the folder are known. */
interface Expected {
  readonly files: readonly DescFile[];
  readonly descriptors: boolean;
  readonly maps: boolean;
}

function expectations(files: readonly DescFile[], gen: BufGenYaml, folder: string): Expected {
  const plugins = gen.plugins.filter((plugin) => plugin.out === folder);
  return {
    files,
    descriptors: plugins.some((plugin) => !plugin.filtered && writesProtobufEs(plugin)),
    maps: plugins.some((plugin) => !plugin.filtered && writesMaps(plugin)),
  };
}

/** Whether the plugin is protoc-gen-es, however it is called. */
export function writesProtobufEs({ name }: Plugin): boolean {
  return /(^|\/)protoc-gen-es$|bufbuild\/es(:|$)|^es$/.test(name);
}

/** Whether the plugin is the one that writes status maps. */
export function writesMaps({ name }: Plugin): boolean {
  return /(^|\/)(protoc-gen-)?lockstep$/.test(name);
}

function compareExports(
  imported: Imported,
  { files, descriptors, maps }: Expected,
  scope: string | undefined,
  known: ReadonlySet<Element>,
): Pick<ImportProof, "missing" | "unknown"> {
  const own = files.filter((file) => scope === undefined || file.proto.package === scope);
  const exported = new Set(imported.elements);
  const tables = new Set(imported.tables.map(tableKey));
  const enums = own.flatMap((file) =>
    [...nestedTypes(file)].filter((type) => type.kind === "enum"),
  );
  const lacks = (table: Record<string, number>): boolean => !tables.has(tableKey(table));
  return {
    missing: [
      ...(descriptors ? own.flatMap(elementsOf).filter((element) => !exported.has(element)) : []),
      ...(descriptors
        ? enums
            .filter((desc) => lacks(enumObject(desc)))
            .map((desc) => `enum object ${desc.typeName}`)
        : []),
      ...(maps
        ? enums
            .filter((desc) => lacks(byName(desc)) || lacks(byShortName(desc)))
            .map((desc) => `status map of ${desc.typeName}`)
        : []),
    ],
    unknown: [...exported].filter((element) => !known.has(element)),
  };
}

/** The elements of a file: the file itself, and its messages, enums, services and extensions. */
function elementsOf(file: DescFile): Element[] {
  return [
    `file ${file.name}.proto`,
    ...[...nestedTypes(file)].map((type) => `${type.kind} ${type.typeName}`),
  ];
}

function enumObject(desc: DescEnum): Record<string, number> {
  return Object.fromEntries(desc.values.map((value) => [value.localName, value.number]));
}

function byName(desc: DescEnum): Record<string, number> {
  return Object.fromEntries(desc.values.map((value) => [value.name, value.number]));
}

function byShortName(desc: DescEnum): Record<string, number> {
  const short = shortNames(desc);
  return Object.fromEntries(desc.values.map((value) => [short.get(value.name), value.number]));
}

function tableKey(table: Readonly<Record<string, number>>): string {
  return JSON.stringify(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}
