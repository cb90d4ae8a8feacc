// Proves that generated indexes can be imported, by importing them in a fresh Node process.
import { dirname } from "node:path";
import { bundledProgram } from "../../../core/installation.js";
import { runProgram } from "../../../core/process.js";
import { trouble } from "../../../core/trouble.js";
import type { Imported } from "../language.js";

/**
 * Imports the files of modules, one after the other, then each index, and returns what the indexes export.
 * Throws trouble where Node itself cannot run.
 */
export async function importIndexes(
  paths: readonly string[],
  files: readonly string[],
  signal?: AbortSignal,
): Promise<Imported[]> {
  const [first] = paths;
  if (first === undefined) return [];
  const outcome = await runProgram(process.execPath, [bundledProgram("probe")], {
    cwd: dirname(first),
    env: process.env,
    input: JSON.stringify({
      indexes: paths,
      modules: files.filter((file) => !/\.d\.ts$/.test(file)),
    }),
    signal,
  });
  if (outcome.code !== 0) {
    throw trouble("PLUGIN_FAILED", {
      plugin: "check of the imports",
      why: `Node ended with exit code ${outcome.code}: ${outcome.stderr.trim()}`,
      help: "A generated module ends the process that imports it.",
    });
  }
  const probed = JSON.parse(outcome.stdout.toString("utf8")) as Omit<Imported, "path">[];
  return probed.map((one, i) => ({ path: paths[i] as string, ...one }));
}
