// Whether an index would link: told from the texts of the modules, without loading what they load.
import { posix } from "node:path";
import { parseSync } from "oxc-parser";
import type { Files } from "../language.js";
import { exportedNames } from "./modules.js";

const ENDING = /\.(js|ts)$/;

/**
 * Whether the index exports each of the `files`, by their paths, as a whole, and beside that only names that they
 * export. False also where that cannot be told.
 */
export function isLinked(path: string, index: Buffer, files: Files): boolean {
  const { errors, module } = parseSync(path, index.toString("utf8"));
  if (errors.length > 0 || module.dynamicImports.length > 0) return false;
  const names = exportedNames(files);
  const namesOf = (request: string): ReadonlySet<string> | undefined =>
    names.get(posix.join(posix.dirname(path), request).replace(ENDING, ""));
  if (!module.staticImports.every((one) => namesOf(one.moduleRequest.value))) return false;
  const whole = new Set<ReadonlySet<string>>();
  for (const { moduleRequest, importName, exportName } of module.staticExports.flatMap(
    ({ entries }) => entries,
  )) {
    const exported = moduleRequest === null ? undefined : namesOf(moduleRequest.value);
    if (exported === undefined || exportName.kind !== "Name") return false;
    if (importName.kind === "All") whole.add(exported);
    else if (importName.kind !== "Name" || !exported.has(importName.name ?? "")) return false;
  }
  return whole.size === files.size;
}
