// The index: planned for each generated folder from what its modules export.
import { posix } from "node:path";
import type { DescFile } from "@bufbuild/protobuf";
import type { PlannedFile } from "../core/plan.js";
import { type BufGenYaml, isInside } from "../core/workspace.js";
import type { GeneratedModule, Index, Language } from "./languages/language.js";
import { typescript } from "./languages/typescript/typescript.js";

/** The index of one generated folder, in one language. */
export interface FolderIndex {
  readonly folder: string;
  readonly language: Language;
  readonly modules: readonly GeneratedModule[];
  readonly index: Index;
  /** The options of the plugins that write to the folder. */
  readonly options: readonly string[];
  /** The index's files, planned. */
  readonly planned: readonly PlannedFile[];
}

const LANGUAGES: readonly Language[] = [typescript];

/** The indexes of the folders that `bindings` would be written to. */
export function planIndexes(
  bindings: readonly PlannedFile[],
  protos: readonly DescFile[],
  gen: BufGenYaml,
): FolderIndex[] {
  const outs = [...new Set(gen.plugins.map((plugin) => plugin.out))];
  return outs.flatMap((folder) => {
    // A folder inside another is the business of its own plugins.
    const inner = outs.filter((out) => out !== folder && isInside(out, folder));
    const files = new Map(
      bindings
        .filter(
          ({ path }) => isInside(path, folder) && !inner.some((other) => isInside(path, other)),
        )
        .map((file) => [posix.relative(folder, file.path), file.content] as const),
    );
    const options = gen.plugins
      .filter((plugin) => plugin.out === folder)
      .flatMap((plugin) => plugin.options);
    return LANGUAGES.flatMap((language) => {
      const modules = language.readModules(files, protos);
      if (modules.length === 0) return [];
      const index = language.planIndex(modules, options);
      return [{ folder, language, modules, index, options, planned: plannedFiles(folder, index) }];
    });
  });
}

/** The files of an index as a plan, in the order in which they may be written. */
export function plannedFiles(folder: string, index: Index): PlannedFile[] {
  return index.files.map(({ path, content }) => ({
    path: posix.join(folder, path),
    content: Buffer.from(content),
    by: "the index",
  }));
}
