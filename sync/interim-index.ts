// The index that stands while modules are replaced which lose a name.
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { type Comparison, contentOf, type MadeFile, type PlannedFile } from "../core/plan.js";
import { errorCode } from "../core/trouble.js";
import { type FolderIndex, plannedFiles } from "./index.js";
import type { Files, GeneratedModule } from "./languages/language.js";

/**
 * The files of an index that re-exports only what each module has both before and after, and what the
 * package indexes on disk re-export. The root's comes first, because it refers to the others. Empty
 * where no module loses a name.
 */
export async function interimIndex(
  root: string,
  { folder, language, isAsBefore, planned: files, packages, options, ...index }: FolderIndex,
  comparison: Comparison,
): Promise<MadeFile[]> {
  if (isAsBefore) return [];
  const modules = index.modules();
  const before = new Map<string, Buffer>();
  for (const one of comparison.differences) {
    if (one.kind === "changed") before.set(posix.relative(folder, one.file.path), one.before);
  }
  const changed = modules.filter((module) => module.files.some((file) => before.has(file)));
  const planned = new Map(
    comparison.planned.map((file) => [posix.relative(folder, file.path), file]),
  );
  const onDisk = changed
    .flatMap((module) => module.files)
    .map((file) => {
      const now = planned.get(file) as PlannedFile;
      return [file, before.get(file) ?? contentOf(root, now)] as const;
    });
  const old = language.exportedNames(new Map(onDisk));
  const losesName = (module: GeneratedModule): boolean =>
    [...(old.get(module.base) ?? [])].some(
      (name) => !module.values.includes(name) && !module.types.includes(name),
    );
  if (!changed.some(losesName)) return [];

  const indexed = language.exportedNames(
    await readFiles(
      join(root, folder),
      files.map((file) => posix.relative(folder, file.path)),
    ),
  );
  const kept = modules.flatMap((module): GeneratedModule[] => {
    const base = packages.find((one) => one.package === module.package)?.base ?? "";
    const inIndex = indexed.get(base);
    if (inIndex === undefined) return [];
    const stays = (name: string): boolean =>
      inIndex.has(name) && (old.get(module.base)?.has(name) ?? true);
    return [{ ...module, values: module.values.filter(stays), types: module.types.filter(stays) }];
  });
  return plannedFiles(folder, language.planIndex(kept, options)).reverse();
}

async function readFiles(folder: string, paths: readonly string[]): Promise<Files> {
  const found = new Map<string, Buffer>();
  for (const path of paths) {
    try {
      found.set(path, await readFile(join(folder, path)));
    } catch (thrown) {
      if (errorCode(thrown) !== "ENOENT") throw thrown;
    }
  }
  return found;
}
