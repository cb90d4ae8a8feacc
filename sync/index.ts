// The index: planned for each generated folder from what its modules export.
import { posix } from "node:path";
import { contentOf, type MadeFile, madeFile, type PlannedFile } from "../core/plan.js";
import { type BufGenYaml, isInside } from "../core/workspace.js";
import type { FileExports, GeneratedModule, Index, Language } from "./languages/language.js";
import { typescript } from "./languages/typescript/typescript.js";
import type { KnownExports } from "./outputs.js";

/** The index of one generated folder, in one language. */
export interface FolderIndex {
  readonly folder: string;
  readonly language: Language;
  readonly modules: readonly GeneratedModule[];
  readonly index: Index;
  /** The options of the plugins that write to the folder. */
  readonly options: readonly string[];
  /** The index's files, planned. */
  readonly planned: readonly MadeFile[];
}

const LANGUAGES: readonly Language[] = [typescript];

/**
 * The indexes of the folders that `bindings` would be written to, and what each of the bindings exports, by its
 * path. `packages` are those of the protos by their names; what is in `known` is not read again.
 */
export function planIndexes(
  root: string,
  bindings: readonly PlannedFile[],
  packages: ReadonlyMap<string, string>,
  gen: BufGenYaml,
  known: ReadonlyMap<string, KnownExports>,
): { indexes: FolderIndex[]; exports: Map<string, KnownExports> } {
  const exports = new Map<string, KnownExports>();
  const exportsOf = (language: Language, name: string, file: PlannedFile): FileExports => {
    const before = known.get(file.path);
    const read =
      before?.hash === file.hash
        ? before
        : { hash: file.hash, exports: language.readExports(name, contentOf(root, file)) };
    exports.set(file.path, read);
    return read.exports;
  };
  const outs = [...new Set(gen.plugins.map((plugin) => plugin.out))];
  const indexes = outs.flatMap((folder) => {
    // A folder inside another is the business of its own plugins.
    const inner = outs.filter((out) => out !== folder && isInside(out, folder));
    const files = new Map(
      bindings
        .filter(
          ({ path }) => isInside(path, folder) && !inner.some((other) => isInside(path, other)),
        )
        .map((file) => [posix.relative(folder, file.path), file] as const),
    );
    const options = gen.plugins
      .filter((plugin) => plugin.out === folder)
      .flatMap((plugin) => plugin.options);
    return LANGUAGES.flatMap((language) => {
      const read = [...files].map(
        ([name, file]) => [name, () => exportsOf(language, name, file)] as const,
      );
      const modules = language.readModules(new Map(read), packages);
      if (modules.length === 0) return [];
      const index = language.planIndex(modules, options);
      return [{ folder, language, modules, index, options, planned: plannedFiles(folder, index) }];
    });
  });
  return { indexes, exports };
}

/** The files of an index as a plan, in the order in which they may be written. */
export function plannedFiles(folder: string, index: Index): MadeFile[] {
  return index.files.map(({ path, content }) =>
    madeFile(posix.join(folder, path), Buffer.from(content), "the index"),
  );
}
