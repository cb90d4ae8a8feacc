// lockstep fix: applies the fixes that findings carry, once it is proven what they change.
import { rename, rm, stat, writeFile } from "node:fs/promises";
import type { Check } from "../checks/check.js";
import { CHECKS } from "../checks/table.js";
import { wire } from "../checks/wire/wire.js";
import { count } from "../core/count.js";
import { applyEdits, editsByPath } from "../core/edit.js";
import type { Finding } from "../core/finding.js";
import { applySeverity } from "../core/policy.js";
import { unifiedDiff } from "../core/report/diff.js";
import { silent } from "../core/report/progress.js";
import type { Schema } from "../core/schema.js";
import { compileCopy, sameSchema } from "../core/scratch.js";
import { Sources } from "../core/sources.js";
import { trouble } from "../core/trouble.js";
import { realPathInside } from "../core/workspace.js";
import { editSources, stageSources } from "../sync/edit-sources.js";
import { codeOf } from "./code.js";
import { openRun } from "./open-run.js";
import { type Call, judgeAndPlan, type Outcome, type Run } from "./pipeline.js";

/** A file before and after its fixes. */
interface Fixed {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface FixOptions {
  /** Whether to write nothing. */
  readonly dryRun: boolean;
  /** Whether to tag what looks like a mirror, too. */
  readonly tag: boolean;
}

/** Applies every fix, or with `dryRun` none, and reports the findings that no fix puts right. */
export async function fix(call: Call, { dryRun, tag }: FixOptions): Promise<Outcome> {
  const run = await openRun(call);
  const { steps, sources } = run;
  const { findings, troubles, whole, coverage } = await judgeAndPlan(
    run,
    checksOf(run, tag),
    undefined,
  );
  const left = findings.filter((finding) => finding.fix === undefined);
  if (whole === undefined || troubles.length > 0) {
    steps.skip(
      "fix",
      whole === undefined ? "the protos do not compile" : "a check could not be done",
    );
    return { findings, troubles, steps: steps.done, sources, coverage };
  }
  const fixed = await steps.run(
    "fix",
    async () => fixAll(run, await whole(), findings, dryRun),
    (files) => {
      const fixes = count(findings.length - left.length, "finding");
      return dryRun
        ? `${fixes} would be fixed in ${count(files.length, "file")}`
        : `${fixes} fixed in ${count(files.length, "file")}`;
    },
  );
  const diff = fixed
    .map(({ path, before, after }) => unifiedDiff(`a/${path}`, `b/${path}`, before, after))
    .join("");
  if (dryRun || fixed.length === 0) {
    return { findings: left, troubles, steps: steps.done, sources, coverage, diff };
  }
  // What is left stands elsewhere now.
  const again = await openRun({ ...call, watcher: silent });
  const after = await judgeAndPlan(again, checksOf(again, tag), undefined);
  return { ...after, steps: steps.done, sources: again.sources, diff };
}

function checksOf(run: Run, tag: boolean): Check[] {
  const { mirrors, untagged } = codeOf(run, false);
  return [...CHECKS, mirrors, ...(tag ? [untagged] : [])];
}

async function fixAll(
  run: Run,
  schema: Schema,
  findings: Outcome["findings"],
  dryRun: boolean,
): Promise<Fixed[]> {
  const { workspace, sources } = run;
  const fixed = await edited(run, findings);
  const edits = findings.flatMap((finding) => finding.fix ?? []);
  const code = await editSources(
    sources,
    edits.filter(({ path }) => !isProto(path)),
  );
  if (fixed.length > 0) await prove(run, schema, findings, fixed);
  if (!dryRun) {
    const targets = await Promise.all(
      fixed.map(({ path }) => realPathInside(workspace.root, path)),
    );
    const staged = await stageSources(workspace.root, code);
    try {
      for (const [i, { after }] of fixed.entries()) await replace(targets[i] as string, after);
      await staged.replace();
    } finally {
      await staged.close();
    }
  }
  return [...fixed, ...code];
}

function isProto(path: string): boolean {
  return path.endsWith(".proto");
}

/** The protos that the findings' fixes change. */
async function edited({ sources }: Run, findings: readonly Finding[]): Promise<Fixed[]> {
  const fixed: Fixed[] = [];
  const all = findings.flatMap((finding) => finding.fix ?? []);
  for (const [path, edits] of editsByPath(all.filter((edit) => isProto(edit.path)))) {
    const before = await sources.read(path);
    if (before === undefined) continue;
    const after = applyEdits(before, edits);
    if (after !== before) fixed.push({ path, before, after });
  }
  return fixed;
}

/**
 * Proves in a temporary copy that fixes of comments change nothing that the protos compile to, and that
 * fixes of breaking changes leave none of those that they are for, and break nothing that was not broken.
 * Throws trouble where they do.
 */
async function prove(
  run: Run,
  schema: Schema,
  findings: readonly Finding[],
  fixed: readonly Fixed[],
): Promise<void> {
  const compiled = (files: readonly Fixed[]): Promise<Schema> =>
    compileCopy(
      run.workspace,
      schema,
      new Map(files.map(({ path, after }) => [path, Buffer.from(after)])),
      run.env,
      run.signal,
    );
  const breaks = findings.filter(({ rule, fix }) => fix !== undefined && isWireRule(rule.id));
  const others = findings.filter(({ rule }) => !isWireRule(rule.id));
  const withoutBreaks = breaks.length === 0 ? fixed : await edited(run, others);
  if (withoutBreaks.length > 0) {
    const different = sameSchema(schema, await compiled(withoutBreaks));
    if (different !== undefined) throw trouble("FIX_CHANGES_SCHEMA", different);
  }
  if (breaks.length === 0) return;
  const texts = new Map(fixed.map(({ path, after }) => [path, after]));
  const sources = new Sources(run.workspace.root, texts);
  const verdict = await wire.judge({ ...run, sources }, await compiled(fixed));
  const mended = new Set(breaks.map(identity));
  const known = new Set(findings.filter(({ rule }) => isWireRule(rule.id)).map(symbolOf));
  const left = applySeverity(verdict.findings, run.workspace.configuration.severity).find(
    (one) =>
      one.waived === undefined &&
      (mended.has(identity(one)) || (one.severity === "error" && !known.has(symbolOf(one)))),
  );
  if (left !== undefined) {
    const { rule, symbol = "", place } = left;
    throw trouble("FIX_LEAVES_BREAK", { path: place.path, rule: rule.id, symbol });
  }
}

function isWireRule(id: string): boolean {
  return wire.rules.some((rule) => rule.id === id);
}

function symbolOf({ symbol }: Finding): string | undefined {
  return symbol;
}

function identity({ rule, symbol }: Finding): string {
  return `${rule.id} ${symbol}`;
}

/** Replaces a file by a rename, so that it is at no moment half written. */
async function replace(path: string, content: string): Promise<void> {
  const { mode } = await stat(path);
  const staged = `${path}.lockstep-${process.pid}`;
  try {
    await writeFile(staged, content, { mode });
    await rename(staged, path);
  } catch (thrown) {
    await rm(staged, { force: true });
    throw thrown;
  }
}
