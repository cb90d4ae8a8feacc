// The bindings: what the plugins of buf.gen.yaml make of the compiled image.
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, posix } from "node:path";
import type { Buf } from "../core/buf.js";
import type { FileHashes } from "../core/file-hashes.js";
import { compareText } from "../core/finding.js";
import { filesOf } from "../core/image.js";
import type { Part } from "../core/inputs.js";
import { lazy } from "../core/once.js";
import type { OwnPlugin } from "../core/own-plugins.js";
import { hashOnDisk, type MadeFile, madeFile, type PlannedFile } from "../core/plan.js";
import type { Schema } from "../core/schema.js";
import { trouble } from "../core/trouble.js";
import { type BufGenYaml, isInside, type Plugin, workspacePath } from "../core/workspace.js";
import { type Outputs, outputKeys, type ProtoOutputs } from "./outputs.js";
import { runInThreads, runsInThreads } from "./plugin-threads.js";
import { type Shard, shardsOf } from "./shards.js";

export interface Bindings {
  readonly files: readonly PlannedFile[];
  /** What was made of each proto; empty where the plugins read more than each proto and its imports. */
  readonly protos: ReadonlyMap<string, ProtoOutputs>;
  /** How many protos the plugins ran for; undefined where that was one run for all. */
  readonly made: number | undefined;
}

const BY = "a plugin of buf.gen.yaml";

/**
 * The files that the plugins generate of those parts, planned at the places that their `out` names. Throws trouble
 * where there are none: all that was generated before would be taken for left over.
 */
export async function planBindings(
  buf: Buf,
  parts: readonly Part[],
  gen: BufGenYaml,
): Promise<Bindings> {
  // One after the other, because a later part may write what an earlier one did.
  const files = await generate(
    buf,
    parts.map((part) => () => part),
    gen,
    1,
  );
  refuseNothing(files, gen);
  return { files, protos: new Map(), made: undefined };
}

/** What there was before. */
export interface Before {
  readonly kept: Outputs;
  /** Protos that are not in the schema, because their keys are the same. */
  readonly unaffected: ReadonlySet<string>;
  readonly hashes: FileHashes;
}

/**
 * The same for plugins of this package, which make the files of each proto from it and its imports: they run for
 * those protos alone whose key in `kept` is another one, or whose files are not on disk as they were made.
 */
export async function planChangedBindings(
  buf: Buf,
  schema: Schema,
  gen: BufGenYaml,
  plugins: readonly OwnPlugin[],
  { kept, unaffected, hashes }: Before,
  signal: AbortSignal | undefined,
): Promise<Bindings> {
  const files = new Map(filesOf(schema.image).map((file) => [file.name, file]));
  // Descriptors are decoded for the keys: where nothing is kept, while the plugins are at work.
  const keys = lazy(() => outputKeys(files, [...schema.registry.files], schema.names));
  const protos = new Map<string, ProtoOutputs>();
  for (const [name, outputs] of kept.protos) {
    const isSame = unaffected.has(name) || outputs.key === keys().get(name);
    if (isSame && isOnDisk(outputs, hashes)) protos.set(name, outputs);
  }
  const lost = [...unaffected].find((name) => !protos.has(name));
  if (lost !== undefined) throw new Error(`What was generated from ${lost} is gone`);

  const carried = [...protos.values()].flatMap((one) => one.files);
  const changed = schema.names.filter((name) => !protos.has(name));
  const shards = shardsOf(files, changed);
  const tasks = shards.map(({ protos: own, image }) => () => ({
    image: image(),
    protos: own,
    plugins,
  }));
  const inThreads = runsInThreads(gen) ? await runInThreads(tasks, BY, signal) : undefined;
  const made = inThreads ?? (await generateParts(buf, shards, gen));
  for (const [name, own] of byProto(made, gen, changed)) {
    protos.set(name, {
      key: keys().get(name) as string,
      files: own.map((file) => [file.path, file.hash]),
    });
  }
  const planned: PlannedFile[] = [
    ...carried.map(([path, hash]) => ({ path, hash, content: undefined, by: BY })),
    ...made,
  ].sort((a, b) => compareText(a.path, b.path));
  refuseNothing(planned, gen);
  return { files: planned, protos, made: changed.length };
}

/** Whether the files that were made of a proto are on disk as they were made. */
export function isOnDisk({ files }: ProtoOutputs, hashes: FileHashes): boolean {
  return files.every(([path, hash]) => hashOnDisk(hashes, path) === hash);
}

/** What buf has the plugins make of those shards. */
function generateParts(buf: Buf, shards: readonly Shard[], gen: BufGenYaml): Promise<MadeFile[]> {
  // For each shard, buf runs all plugins side by side.
  const atOnce = Math.max(1, Math.floor(availableParallelism() / gen.plugins.length));
  const parts = shards.map((shard) => () => ({ image: shard.image(), flags: [] }));
  return generate(buf, parts, separately(gen), atOnce);
}

/** The files that the plugins make of the parts, so many of them at once. */
async function generate(
  buf: Buf,
  parts: readonly (() => Pick<Part, "image" | "flags">)[],
  gen: BufGenYaml,
  atOnce: number,
): Promise<MadeFile[]> {
  const staging = await mkdtemp(join(tmpdir(), "lockstep-"));
  try {
    const waiting = [...parts];
    const work = async (): Promise<void> => {
      const part = waiting.shift();
      if (part === undefined) return;
      const { image, flags } = part();
      await buf.generate(image, gen, staging, flags).catch((thrown: unknown) => {
        waiting.length = 0;
        throw thrown;
      });
      await work();
    };
    const ended = await Promise.allSettled(Array.from({ length: atOnce }, work));
    for (const one of ended) if (one.status === "rejected") throw one.reason;
    const entries = await readdir(staging, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    // One after the other: the system bounds how many files may be open at once.
    return files
      .sort(compareText)
      .map((file) => madeFile(workspacePath(staging, file), readFileSync(file), BY));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The template with plugins that are told all files at once, where buf would start them for each directory. */
function separately(gen: BufGenYaml): BufGenYaml {
  const plugins = (gen.template.plugins as object[]).map((one) => ({ ...one, strategy: "all" }));
  return { ...gen, template: { ...gen.template, plugins } };
}

/** The files by the proto that each was made of: our plugins make `a/b_pb.js` and `a/b_maps.js` of `a/b.proto`. */
function byProto(
  files: readonly MadeFile[],
  gen: BufGenYaml,
  protos: readonly string[],
): Map<string, MadeFile[]> {
  const outs = new Set(gen.plugins.map(({ out }) => out));
  const found = new Map(protos.map((name) => [name, [] as MadeFile[]]));
  for (const file of files) {
    const out = [...outs].find((one) => isInside(file.path, one)) as string;
    const made = posix.relative(out, file.path);
    const own = found.get(made.replace(/_(pb|maps)(\.d)?\.[jt]s$/, ".proto"));
    if (own === undefined) throw new Error(`Nobody knows what ${file.path} was generated from`);
    own.push(file);
  }
  return found;
}

function refuseNothing(files: readonly PlannedFile[], gen: BufGenYaml): void {
  if (files.length > 0) return;
  const [first] = gen.plugins as [Plugin, ...Plugin[]];
  const plugins = gen.plugins.map((plugin) => plugin.name);
  throw trouble("NOTHING_GENERATED", { plugins }, { where: first.where });
}
