// What hand-written code imports from the bindings, against what the plan exports. Writes nothing.
import type { CodeFiles } from "../core/code-files.js";
import type { Place } from "../core/finding.js";
import type { Comparison } from "../core/plan.js";
import type { Sources } from "../core/sources.js";
import { CODE_LANGUAGES, languageOf } from "./code-languages.js";
import type { FolderIndex } from "./index.js";
import type { Broken } from "./languages/code.js";
import { placeIn } from "./mirrors/place.js";

/** An import that does not resolve, and where it stands. */
export type BrokenImport = Broken & { readonly place: Place };

export interface ConsumerReport {
  /** How many imports of something generated there are, and in how many files. */
  readonly imports: number;
  readonly files: number;
  readonly broken: readonly BrokenImport[];
}

/** Reads what the files import from the generated folders and compares it with the plan. */
export async function readConsumers(
  code: CodeFiles,
  sources: Sources,
  indexes: readonly FolderIndex[],
  comparisons: readonly Comparison[],
): Promise<ConsumerReport> {
  const broken: BrokenImport[] = [];
  let imports = 0;
  let files = 0;
  for (const language of CODE_LANGUAGES) {
    const consumers = language.openConsumers(code.root, code.paths, indexes, comparisons);
    for (const path of code.paths.filter((one) => languageOf(one) === language)) {
      const bytes = code.bytes(path);
      if (!consumers.needles.some((needle) => bytes?.includes(needle))) continue;
      const text = (await sources.read(path)) ?? "";
      if (!consumers.mayImport(path, text)) continue;
      const read = consumers.read(path, text);
      imports += read.imports;
      if (read.imports > 0) files++;
      broken.push(...read.broken.map((one) => ({ ...one, place: placeIn(path, text, one) })));
    }
  }
  return { imports, files, broken };
}
