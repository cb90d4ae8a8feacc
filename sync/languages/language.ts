// What Lockstep needs to know of a programming language. Nothing outside its folder knows more.

/** A file's content by its path relative to the generated folder, with `/`. */
export type Files = ReadonlyMap<string, Buffer>;

/** The names that one generated file exports: those that exist when the program runs, and the compiler's alone. */
export interface FileExports {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** A generated module and what it exports, which is read when it is asked for. */
export interface GeneratedModule {
  /** The module without its extension, relative to the generated folder. */
  readonly base: string;
  /** The files that it consists of, relative to the generated folder. */
  readonly files: readonly string[];
  /** The Protobuf package of the file that it was generated from. */
  readonly package: string;
  /** The names that exist when the program runs. */
  readonly values: readonly string[];
  /** The names that exist for the compiler alone. */
  readonly types: readonly string[];
}

/** The index of a generated folder: it re-exports what the modules export. */
export interface Index {
  /** Package indexes first, the root's last: each refers only to files before it. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** Those of the files that a program imports: of each package, and of the root. */
  readonly entries: readonly string[];
  readonly packages: readonly PackageIndex[];
  /** The names that several packages define, so that they are only in their namespaces. */
  readonly collisions: readonly Collision[];
}

export interface PackageIndex {
  /** The Protobuf package; empty for files without one. */
  readonly package: string;
  /** What the root index calls it. */
  readonly namespace: string;
  /** The index's module without its extension, relative to the generated folder. */
  readonly base: string;
}

export interface Collision {
  readonly name: string;
  /** Where the name is to be had instead: namespaces of the root, or modules of a package. */
  readonly in: readonly string[];
}

/** An element of the schema as an index exports it: `message a.v1.Foo`, `file a/v1/a.proto`. */
export type Element = string;

/** What an index exported when it was imported in a fresh process. */
export interface Imported {
  readonly path: string;
  readonly error?: string;
  /** The elements whose descriptors it exports, those in its namespaces included. */
  readonly elements: readonly Element[];
  /** What it exports as plain objects of names and numbers: enums and status maps. */
  readonly tables: readonly Readonly<Record<string, number>>[];
}

export interface Language {
  readonly name: string;
  /**
   * The modules of this language among generated files, with what they export. `packages` are those of the
   * protos by their names; only what was generated from one of these is asked for its exports.
   */
  readModules(
    files: ReadonlyMap<string, () => FileExports>,
    packages: ReadonlyMap<string, string>,
  ): GeneratedModule[];
  /** What a generated file exports. Throws trouble where it is not a module that the index can re-export. */
  readExports(path: string, content: Buffer): FileExports;
  /** The names that each module among the files exports, by its base; none where it is damaged. */
  exportedNames(files: Files): Map<string, Set<string>>;
  /** The index of those modules: per package, and for the root of the generated folder. */
  planIndex(modules: readonly GeneratedModule[], options: readonly string[]): Index;
  /**
   * Whether the index exports each of the files, by their paths, as a whole, and beside that only names that they
   * export. False also where that cannot be told.
   */
  isLinked(path: string, index: Buffer, files: Files): boolean;
  /** Begins what importing takes time for before there is anything to import. */
  prepareImport(root: string, signal?: AbortSignal): void;
  /** Imports each index in a fresh process, after the `files` of modules below it. Paths are absolute. */
  importIndexes(
    paths: readonly string[],
    files: readonly string[],
    signal?: AbortSignal,
  ): Promise<Imported[]>;
}
