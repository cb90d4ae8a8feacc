// TypeScript and JavaScript, as Lockstep sees them.
import type { Language } from "../language.js";
import { importIndexes, prepareImport } from "./import-indexes.js";
import { planIndex } from "./index-files.js";
import { isLinked } from "./links.js";
import { exportedNames, readExports, readModules } from "./modules.js";

export const typescript: Language = {
  name: "typescript",
  readModules,
  readExports,
  exportedNames,
  planIndex,
  isLinked,
  prepareImport,
  importIndexes,
};
