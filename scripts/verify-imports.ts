// Whether what was generated can be imported: proven again where anything that is loaded has changed.
import { posix } from "node:path";
import { importFindings } from "../checks/imports.js";
import { count } from "../core/count.js";
import type { Finding } from "../core/finding.js";
import { applySeverity } from "../core/policy.js";
import { type ImportProof, proveImports } from "../sync/imports.js";
import { isLinkedAnew, keepProven, readProven } from "../sync/proofs.js";
import type { Plan, Run } from "./pipeline.js";
import { outputsKey } from "./plan.js";

/** Begins what `verifyImports` will take time for, where something is going to be written. */
export function prepareImports({ workspace, signal }: Run, { indexes, comparisons }: Plan): void {
  if (comparisons.every((one) => one.differences.length === 0)) return;
  for (const { language, entries } of indexes)
    if (entries.length > 0) language.prepareImport(workspace.root, signal);
}

/**
 * Imports what is on disk, which has to be as planned, in a fresh process, and judges what it exports against the
 * schema.
 */
export async function verifyImports(run: Run, plan: Plan): Promise<Finding[]> {
  const { workspace, steps } = run;
  if (plan.indexes.length === 0) {
    steps.skip("imports", "the plugins generate no modules to import");
    return [];
  }
  const total = plan.indexes.reduce((sum, { entries }) => sum + entries.length, 0);
  const { proofs } = await steps.run(
    "imports",
    () => prove(run, plan),
    ({ proofs: all, linked }) =>
      all.length < total
        ? `${all.length} of ${count(total, "index", "indexes")} imported${linked > 0 ? `, ${linked} linked` : ""}; the others load what they did`
        : `${count(total, "index", "indexes")}, ${count(new Set(all.flatMap((one) => one.elements)).size, "element")}`,
    ({ proofs: all }) => importFindings(all).length > 0,
  );
  return applySeverity(importFindings(proofs), workspace.configuration.severity);
}

async function prove(
  run: Run,
  { indexes, schema, whole, files, digests, outside }: Plan,
): Promise<{ proofs: readonly ImportProof[]; linked: number }> {
  const { workspace, cache, gen, signal } = run;
  const paths = indexes.flatMap(({ folder, entries }) =>
    entries.map((entry) => posix.join(folder, entry)),
  );
  const importSome = async (some: readonly string[]): Promise<ImportProof[]> => {
    const needsWhole = some.some((path) => outside.has(path));
    const against = needsWhole ? await whole() : schema;
    const generated = { schema: against, files: needsWhole ? against.files : files, indexes };
    return proveImports(workspace.root, generated, gen, new Set(some), signal);
  };
  if (digests === undefined) return { proofs: await importSome(paths), linked: 0 };
  const key = outputsKey(run);
  const proven = await readProven(cache, key);
  const changed = paths.filter((path) => digests.get(path) !== proven.get(path));
  const isLinked = (path: string): boolean =>
    indexes.some((index) => isLinkedAnew(workspace.root, index, path, { digests, proven }));
  const loaded = changed.filter((path) => !isLinked(path));
  const proofs = await importSome(loaded);
  // What is wrong with one index shows in those that load it, too.
  if (importFindings(proofs).length > 0) return { proofs: await importSome(paths), linked: 0 };
  if (changed.length > 0) await keepProven(cache, key, digests);
  return { proofs, linked: changed.length - loaded.length };
}
