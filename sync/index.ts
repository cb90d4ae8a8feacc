// The index: planned for each generated folder from what its modules export, again only where that is something else.
import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { FileHashes } from "../core/file-hashes.js";
import { lazy } from "../core/once.js";
import { contentOf, hashOnDisk, type MadeFile, madeFile, type PlannedFile } from "../core/plan.js";
import { Row } from "../core/rows.js";
import { type BufGenYaml, isInside } from "../core/workspace.js";
import type {
  Collision,
  GeneratedModule,
  Index,
  Language,
  PackageIndex,
} from "./languages/language.js";
import { typescript } from "./languages/typescript/typescript.js";
import type { KnownExports, KnownIndex, Outputs } from "./outputs.js";

/** The index of one generated folder, in one language. */
export interface FolderIndex {
  readonly folder: string;
  readonly language: Language;
  /** The options of the plugins that write to the folder. */
  readonly options: readonly string[];
  /** Whether it is what was planned last, so that its files are on disk and its modules lose no name. */
  readonly isAsBefore: boolean;
  /** The index's files, planned, in the order in which they may be written. */
  readonly planned: readonly PlannedFile[];
  readonly entries: readonly string[];
  readonly packages: readonly PackageIndex[];
  /** How many names several packages define, and the first of them. */
  readonly shared: KnownIndex["shared"];
  modules(): readonly GeneratedModule[];
  collisions(): readonly Collision[];
}

/** What was planned, and what is to be kept of it. */
export interface Indexes extends Pick<Outputs, "exports" | "indexes"> {
  readonly planned: readonly FolderIndex[];
}

const LANGUAGES: readonly Language[] = [typescript];

/** How many of the names that several packages define are told. */
const FIRST = 3;

/**
 * The indexes of the folders that `bindings` would be written to. `packages` are those of the protos by their
 * names; what is in `kept` is not read again, and an index whose modules export what they did is not planned again.
 */
export function planIndexes(
  root: string,
  bindings: readonly PlannedFile[],
  packages: ReadonlyMap<string, string>,
  gen: BufGenYaml,
  kept: Pick<Outputs, "exports" | "indexes">,
  hashes: FileHashes,
): Indexes {
  const exports = new Map<string, KnownExports>();
  const indexes = new Map<string, KnownIndex>();
  const planned: FolderIndex[] = [];
  const outs = [...new Set(gen.plugins.map((plugin) => plugin.out))];
  for (const folder of outs) {
    // A folder inside another is the business of its own plugins.
    const inner = outs.filter((out) => out !== folder && isInside(out, folder));
    const options = gen.plugins
      .filter((plugin) => plugin.out === folder)
      .flatMap((plugin) => plugin.options);
    for (const language of LANGUAGES) {
      const own = bindings.filter(
        ({ path }) => isInside(path, folder) && !inner.some((other) => isInside(path, other)),
      );
      const name = `${language.name} ${folder}`;
      const modules = new Modules(root, folder, language, own, packages, kept.exports);
      const index = indexOf(modules, options, kept.indexes.get(name), hashes);
      if (index === undefined) continue;
      planned.push(index.planned);
      indexes.set(name, index.known);
      for (const [path, one] of index.exports) exports.set(path, one);
    }
  }
  return { planned, exports, indexes };
}

/** The index of those modules and what is to be kept of it; undefined where there are no modules. */
function indexOf(
  modules: Modules,
  options: readonly string[],
  known: KnownIndex | undefined,
  hashes: FileHashes,
):
  | { planned: FolderIndex; known: KnownIndex; exports: ReadonlyMap<string, KnownExports> }
  | undefined {
  const { folder, language } = modules;
  const shape = digest([JSON.stringify(options), ...modules.shape()]);
  const index = lazy(() => language.planIndex(modules.all(), options));
  const rest = { folder, language, options, modules: modules.all };
  const collisions = (): readonly Collision[] => index().collisions;
  if (known?.shape === shape && areOnDisk(known.files, hashes)) {
    const exports = modules.exportsBefore();
    if (namesOf(exports) === known.names) {
      const files = known.files.map(([path, hash]) => ({ path, hash, content: undefined, by: BY }));
      const { entries, packages, shared } = known;
      const planned = {
        ...rest,
        isAsBefore: true,
        planned: files,
        entries,
        packages,
        shared,
        collisions,
      };
      return { planned, known, exports };
    }
  }
  if (modules.all().length === 0) return undefined;
  const { entries, packages } = index();
  const files = plannedFiles(folder, index());
  const shared = { count: collisions().length, first: collisions().slice(0, FIRST) };
  const exports = modules.exports();
  return {
    planned: { ...rest, isAsBefore: false, planned: files, entries, packages, shared, collisions },
    known: {
      shape,
      names: namesOf(exports),
      files: files.map(({ path, hash }) => [path, hash]),
      entries,
      packages,
      shared,
    },
    exports,
  };
}

/** The modules of a language in a generated folder, with what they export. */
class Modules {
  readonly #exports = new Map<string, KnownExports>();

  constructor(
    private readonly root: string,
    readonly folder: string,
    readonly language: Language,
    private readonly files: readonly PlannedFile[],
    private readonly packages: ReadonlyMap<string, string>,
    private readonly known: ReadonlyMap<string, KnownExports>,
  ) {}

  readonly all = lazy(() =>
    this.language.readModules(
      new Map(this.files.map((file) => [this.#nameOf(file), () => this.#read(file).exports.value])),
      this.packages,
    ),
  );

  /** What decides which files are modules, and of which packages. */
  *shape(): Iterable<string> {
    for (const file of this.files) yield file.path;
    for (const one of this.packages) yield one.join();
  }

  /** What each module's file exports, by its path. */
  exports(): Map<string, KnownExports> {
    const names = new Set(this.all().flatMap((module) => module.files));
    return this.#exportsOf((file) => names.has(this.#nameOf(file)));
  }

  /** The same, where the shape is what it was. */
  exportsBefore(): Map<string, KnownExports> {
    return this.#exportsOf((file) => this.known.has(file.path));
  }

  #exportsOf(isModule: (file: PlannedFile) => boolean): Map<string, KnownExports> {
    return new Map(this.files.filter(isModule).map((file) => [file.path, this.#read(file)]));
  }

  #read(file: PlannedFile): KnownExports {
    const before = this.#exports.get(file.path) ?? this.known.get(file.path);
    if (before?.hash === file.hash) return before;
    const read = this.language.readExports(this.#nameOf(file), contentOf(this.root, file));
    const exports = Row.of(read);
    const made = { hash: file.hash, digest: digest([exports.bytes]), exports };
    this.#exports.set(file.path, made);
    return made;
  }

  #nameOf({ path }: PlannedFile): string {
    return posix.relative(this.folder, path);
  }
}

const BY = "the index";

/** The files of an index as a plan, in the order in which they may be written. */
export function plannedFiles(folder: string, index: Index): MadeFile[] {
  return index.files.map(({ path, content }) =>
    madeFile(posix.join(folder, path), Buffer.from(content), BY),
  );
}

function areOnDisk(files: KnownIndex["files"], hashes: FileHashes): boolean {
  return files.every(([path, hash]) => hashOnDisk(hashes, path) === hash);
}

function namesOf(exports: ReadonlyMap<string, KnownExports>): string {
  return digest([...exports.values()].map((one) => one.digest));
}

function digest(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\n");
  return hash.digest("base64url");
}
