// What ought to exist: what the plugins make, again only where it changed, and the indexes of it.
import { count } from "../core/count.js";
import { partsOf } from "../core/inputs.js";
import { compare, type PlannedFile } from "../core/plan.js";
import type { Schema } from "../core/schema.js";
import { trouble } from "../core/trouble.js";
import { isOnDisk, planBindings, planChangedBindings } from "../sync/bindings.js";
import { planIndexes } from "../sync/index.js";
import { keepOutputs, type Outputs, packagesOf, readOutputs } from "../sync/outputs.js";
import { importsAreKnown, indexDigests, indexesOf, surroundings } from "../sync/proofs.js";
import type { View } from "./delta/view.js";
import { tools } from "./fingerprint.js";
import type { Plan, Run } from "./pipeline.js";

/**
 * What ought to exist, planned from those protos alone that are affected by a change where that is enough. Calls
 * `begun` once the plugins are at work.
 */
export async function planView(run: Run, { part, whole }: View, begun: () => void): Promise<Plan> {
  const kept = await readOutputs(run.cache, outputsKey(run));
  if (
    part !== undefined &&
    run.ownPlugins() !== undefined &&
    (await areOnDisk(part.unaffected, kept, run))
  )
    return plan(run, part.schema, kept, { unaffected: part.unaffected, whole, begun });
  return plan(run, await whole(), kept, { unaffected: new Set(), whole, begun });
}

/** What ought to exist. */
export async function planAll(run: Run, schema: Schema): Promise<Plan> {
  const kept = await readOutputs(run.cache, outputsKey(run));
  const whole = async (): Promise<Schema> => schema;
  return plan(run, schema, kept, { unaffected: new Set(), whole, begun: () => {} });
}

/** Whether the generated files of those protos are on disk as they were made. */
async function areOnDisk(names: ReadonlySet<string>, kept: Outputs, run: Run): Promise<boolean> {
  const hashes = await run.hashes();
  return [...names].every((name) => {
    const outputs = kept.protos.get(name);
    return outputs !== undefined && isOnDisk(outputs, hashes);
  });
}

/** What is around the schema that is planned from. */
interface Around {
  /**
   * Protos that are not in the schema, because neither they nor what they import have changed: their files have to
   * be on disk as they were made.
   */
  readonly unaffected: ReadonlySet<string>;
  whole(): Promise<Schema>;
  /** Told once the plugins are at work. */
  begun(): void;
}

async function plan(
  run: Run,
  schema: Schema,
  kept: Outputs,
  { unaffected, whole, begun }: Around,
): Promise<Plan> {
  const { steps, buf, gen, workspace, cache } = run;
  const hashes = await run.hashes();
  const plugins = schema.names.some(isWellKnown) ? undefined : run.ownPlugins();
  const separate = plugins !== undefined;
  if (!separate && unaffected.size > 0) throw new Error("The plugins need the whole schema");
  const protos = schema.names.length + unaffected.size;
  const parts = separate ? [] : partsOf(schema, gen, workspace);
  const making = steps.run(
    "bindings",
    () =>
      separate
        ? planChangedBindings(buf, schema, gen, plugins, { kept, unaffected, hashes }, run.signal)
        : planBindings(buf, parts, gen),
    ({ files, made }) => summaryOf(files.length, made, protos),
  );
  begun();
  const bindings = await making;
  const packages = new Map([
    ...[...kept.packages].filter(([name]) => unaffected.has(name)),
    ...packagesOf([...schema.registry.files]),
  ]);
  const {
    planned: indexes,
    exports,
    indexes: known,
  } = await steps.run(
    "index",
    async () => planIndexes(workspace.root, bindings.files, packages, gen, kept, hashes),
    (all) => count(all.planned.flatMap((one) => one.planned).length, "file"),
  );
  const files = [...bindings.files, ...indexes.flatMap((one) => one.planned)];
  refuseTwice(files);
  const comparisons = await Promise.all(
    run.generated.map((folder) => compare(workspace.root, folder, files, hashes)),
  );
  const isAsKept =
    separate &&
    bindings.made === 0 &&
    bindings.protos.size === kept.protos.size &&
    exports.size === kept.exports.size &&
    indexes.every((one) => one.isAsBefore);
  const outputs: Outputs = { protos: bindings.protos, packages, exports, indexes: known };
  if (!isAsKept) await keepOutputs(cache, outputsKey(run), outputs);
  const around = surroundings(workspace.root, comparisons, hashes, run.env);
  const outside = new Set([...unaffected].map((name) => packages.get(name) as string));
  return {
    schema,
    whole,
    files: separate ? schema.files : [...new Set(parts.flatMap((part) => part.files))],
    indexes,
    comparisons,
    bindingsAgain: summaryOf(bindings.files.length, separate ? 0 : undefined, protos),
    digests:
      separate && importsAreKnown(gen)
        ? new Map(indexes.flatMap((one) => [...indexDigests(one, outputs, around)]))
        : undefined,
    outside:
      unaffected.size > 0 ? new Set(indexes.flatMap((one) => indexesOf(one, outside))) : new Set(),
  };
}

function refuseTwice(files: readonly PlannedFile[]): void {
  const planned = new Map<string, PlannedFile>();
  for (const file of files) {
    const other = planned.get(file.path);
    if (other !== undefined)
      throw trouble("TWO_PLANS", { path: file.path, first: other.by, second: file.by });
    planned.set(file.path, file);
  }
}

/** The well-known types are imported from the runtime's package, unless they are generated at the same time. */
function isWellKnown(name: string): boolean {
  return name.startsWith("google/protobuf/");
}

/** What the results of our plugins depend on beside the protos. */
export function outputsKey({ workspace: { root }, gen, inputs }: Run): string {
  return JSON.stringify([root, inputs?.tools ?? tools(root), gen.template]);
}

function summaryOf(files: number, made: number | undefined, protos: number): string {
  const ran =
    made === undefined ? "" : `; the plugins ran for ${made} of ${count(protos, "proto")}`;
  return count(files, "file") + ran;
}
