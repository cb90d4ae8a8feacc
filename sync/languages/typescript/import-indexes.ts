// Proves that generated indexes can be imported, by importing them in a fresh Node process.
import { dirname } from "node:path";
import { bundledProgram } from "../../../core/installation.js";
import { type Started, startProgram } from "../../../core/process.js";
import { trouble } from "../../../core/trouble.js";
import type { Imported } from "../language.js";

/** A process that was started before there was anything to import, and the signal that stops it. */
let ready: { readonly probe: Started; readonly signal: AbortSignal | undefined } | undefined;

/** Starts the process for modules to come: that takes longer than importing a few of them. */
export function prepareImport(root: string, signal?: AbortSignal): void {
  ready = { probe: takeReady(signal) ?? startProbe(root, signal), signal };
}

/** The process that is ready; one that the signal does not stop ends without input. */
function takeReady(signal: AbortSignal | undefined): Started | undefined {
  const taken = ready;
  ready = undefined;
  if (taken === undefined || taken.probe.hasEnded) return undefined;
  if (taken.signal === signal) return taken.probe;
  void taken.probe.finish();
  return undefined;
}

function startProbe(cwd: string, signal: AbortSignal | undefined): Started {
  const program = bundledProgram("probe");
  return startProgram(process.execPath, [program], { cwd, env: process.env, signal });
}

/**
 * Imports the files of modules, a few at a time, then each index, and returns what the indexes export.
 * Throws trouble where Node itself cannot run.
 */
export async function importIndexes(
  paths: readonly string[],
  files: readonly string[],
  signal?: AbortSignal,
): Promise<Imported[]> {
  const [first] = paths;
  if (first === undefined) return [];
  const folder = dirname(first);
  const probe = takeReady(signal) ?? startProbe(folder, signal);
  const modules = files.filter((file) => !/\.d\.ts$/.test(file));
  const outcome = await probe.finish(JSON.stringify({ folder, indexes: paths, modules }));
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
