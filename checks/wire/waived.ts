// What the waivers in lockstep.yaml let through of the findings, and which of them are wrong.
import type { Baseline } from "../../core/baseline.js";
import { elementsOf } from "../../core/elements.js";
import type { Finding } from "../../core/finding.js";
import { openHistory } from "../../core/git-history.js";
import { openLog } from "../../core/git-log.js";
import type { Schema } from "../../core/schema.js";
import { applyWaivers, dayOf } from "../../core/waivers.js";
import type { Judged } from "../check.js";
import { everDeclared } from "./history/declared.js";
import type { Reading } from "./history/history.js";

/** The findings, those that a waiver lets through marked, and what is wrong with the waivers. */
export async function waived(
  judged: Judged,
  findings: readonly Finding[],
  baselines: readonly Baseline[],
  schema: Schema,
): Promise<Finding[]> {
  const { configuration, configurationSource } = judged.workspace;
  const { waivers } = configuration;
  if (waivers.length === 0) return [...findings];
  let symbols = namesIn([schema, ...baselines.flatMap((one) => one.schema ?? [])]);
  const commits = baselines.flatMap(({ commit }) => commit ?? []);
  const reading = readingOf(judged);
  const isUnknown = waivers.some(
    ({ symbol }) => !symbols.has(symbol) && findings.every((one) => one.symbol !== symbol),
  );
  if (isUnknown && commits.length > 0) {
    // A waiver outlives what it let go: that is in the history then.
    symbols = new Set([...symbols, ...(await everDeclared(commits, reading))]);
    // A shallow clone cannot tell what is mistyped from what is gone.
    if (await reading.history.isShallow()) for (const { symbol } of waivers) symbols.add(symbol);
  }
  return applyWaivers(findings, waivers, {
    today: dayOf(new Date()),
    symbols,
    baselines: baselines.map(({ name }) => name),
    source: configurationSource,
  });
}

/** What a waiver may name: elements, and the files and packages that rules of buf's are about. */
function namesIn(schemas: readonly Schema[]): Set<string> {
  const files = schemas.flatMap((schema) => schema.files);
  return new Set(
    files.flatMap((file) => [file.proto.name, ...elementsOf(file).map(({ symbol }) => symbol)]),
  );
}

/** What the history of the workspace is read with. */
export function readingOf({ workspace: { root }, env, signal, cache }: Judged): Reading {
  return {
    log: openLog(root, env, signal),
    history: openHistory(root, env, signal),
    cache,
  };
}
