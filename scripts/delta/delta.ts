// A run that does again only what changed: compiles what a change concerns, and takes the rest from the base.

import type { FactsCheck, SchemaCheck, Verdict } from "../../checks/check.js";
import { docstrings, summaryOf, summed } from "../../checks/docstrings/docstrings.js";
import { allEnded } from "../../core/all-ended.js";
import type { Baseline } from "../../core/baseline.js";
import { count } from "../../core/count.js";
import { filesOf, type ImageFile, imageWith, inOrder } from "../../core/image.js";
import { once } from "../../core/once.js";
import { Row } from "../../core/rows.js";
import { type Schema, schemaOf } from "../../core/schema.js";
import { Trouble } from "../../core/trouble.js";
import type { Fingerprint } from "../fingerprint.js";
import { withRules } from "../kept-findings.js";
import type { Judging } from "../pipeline.js";
import { type Affected, affectedBy, changedPaths, packagesOf } from "./affected.js";
import { type Base, type KnownFile, keepBase, keepImage, readBase } from "./base.js";
import { build, isOdd, namesOf } from "./build.js";
import { areEnough, changedSince } from "./changes.js";
import { knownFile } from "./facts.js";
import { compileAll } from "./full.js";
import { Found, type View } from "./view.js";

/** Beyond that many files, and half of all, everything is done anew. */
const FEW = 100;

/** How many images are put over each other before the newer ones become one. */
const LAYERS = 20;

/**
 * The view for a run whose protos differ only in part from those of the base; undefined where there is no
 * base, where the change concerns most files, and where they do not compile or cannot be told to.
 */
export async function deltaView(
  run: Judging,
  inputs: Fingerprint,
  key: string,
  comparesVersions: boolean,
): Promise<View | undefined> {
  const { workspace, cache, sources } = run;
  const base = await readBase(cache, key);
  if (base === undefined) return undefined;
  await run.pending.lay(changedPaths(base, inputs.protos));
  const [baselines, affected] = await allEnded([
    comparesVersions ? baselinesOf(run) : [],
    affectedBy(
      base,
      inputs.protos,
      workspace.buf,
      () => namesOf(run, base),
      (path) => sources.read(path),
    ),
  ]);
  if (affected === undefined) return undefined;
  const { paths, judged } = affected;
  const areFew = (names: ReadonlySet<string>): boolean =>
    names.size <= FEW || names.size <= paths.size / 2;
  if (!areFew(judged)) return undefined;
  const differing = changedSince(baselines, workspace, base, inputs.protos, affected);
  const compared = differing !== undefined && areFew(differing) ? differing : undefined;
  const built = new Set([...judged, ...(compared ?? [])].filter((name) => paths.has(name)));
  const files = await build(run, built, affected);
  if (files === undefined || isOdd(files, built, base)) return undefined;

  const order = inOrder(paths.keys(), (name) => importsOf(name, files, affected, base));
  const image = imageWith(order.flatMap((name) => files.get(name) ?? []));
  const schema = schemaOf(image, (name) => paths.get(name), run.decoded);
  const known = factsOf(schema, inputs, affected);
  if (known === undefined || isDeclaredTwice(known, built, base)) return undefined;
  const next = new Map<string, KnownFile>();
  for (const [name, path] of paths)
    next.set(path, known.get(name) ?? (base.files.get(path) as KnownFile));

  let isAllCompiled = false;
  const whole = once(async () => {
    const kept = await spliced(run, base, files, affected);
    if (kept !== undefined) return schemaOf(kept, (name) => paths.get(name), run.decoded);
    isAllCompiled = true;
    return (await compileAll(run)).schema;
  });
  // buf takes no image without files.
  const isCut =
    compared !== undefined &&
    (compared.size === 0 || [...compared].some((name) => paths.has(name))) &&
    areEnough(compared, known, base);
  const found = new Found();
  return {
    summary: `${built.size} of ${count(paths.size, "file")}`,
    whole,
    part: {
      schema: schema.part(affected.affected),
      unaffected: new Set([...paths.keys()].filter((name) => !affected.affected.has(name))),
    },
    judge(check) {
      if (check.reads === "files")
        return judgeFiles(check, run, schema, whole, affected, base, found);
      if (check.reads === "facts") return judgeFacts(check, run, schema, affected, base, found);
      if (isCut) return check.judge(...partsOf(run, schema, compared));
      return whole().then((all) => check.judge(run, all));
    },
    read: () =>
      isAllCompiled ? undefined : [...files.keys()].flatMap((name) => paths.get(name) ?? []),
    async keep() {
      if (!found.isAbout(next)) return;
      const changed = [...affected.changed].flatMap((name) => files.get(name) ?? []);
      await keepBase(cache, key, {
        images: await layered(run, base.images, changed),
        files: next,
        others: new Set([...inputs.protos.keys()].filter((path) => !next.has(path))),
        dependencies: base.dependencies,
        findings: found.findings,
        facts: found.facts,
        documented: found.documented,
      });
    },
  };
}

/** The baselines; none where they cannot be had, which the check of changes will tell. */
async function baselinesOf(run: Judging): Promise<readonly Baseline[]> {
  try {
    return await run.baselines();
  } catch (thrown) {
    if (thrown instanceof Trouble) return [];
    throw thrown;
  }
}

function importsOf(
  name: string,
  files: ReadonlyMap<string, ImageFile>,
  { nodes }: Affected,
  base: Base,
): readonly string[] {
  const file = files.get(name) ?? nodes.get(name) ?? base.dependencies.get(name);
  return file?.imports ?? [];
}

/** What is known anew of changed files; undefined where a text says something else than what it compiles to. */
function factsOf(
  schema: Schema,
  { protos }: Fingerprint,
  { changed, nodes, paths }: Affected,
): Map<string, KnownFile> | undefined {
  const known = new Map<string, KnownFile>();
  for (const file of schema.files) {
    const { name } = file.proto;
    if (!changed.has(name)) continue;
    const path = paths.get(name) as string;
    const facts = knownFile(file, protos.get(path) as string);
    const said = nodes.get(name);
    const isSame =
      said?.package === facts.package &&
      said.imports.join() === facts.imports.join() &&
      said.methodTypes.join() === facts.methodTypes.join();
    if (!isSame) return undefined;
    known.set(name, facts);
  }
  return known;
}

/**
 * Whether a changed file declares what a file declares that it was not compiled with: a type that is called like
 * a package, or an extension with the same number.
 */
function isDeclaredTwice(
  known: ReadonlyMap<string, KnownFile>,
  built: ReadonlySet<string>,
  base: Base,
): boolean {
  const others = [...base.files.values()].filter(({ name }) => !built.has(name));
  const packages = packagesOf([...others, ...base.dependencies.values(), ...known.values()]);
  const extended = new Set(others.flatMap((file) => file.extends));
  return [...known.values()].some(
    (file) =>
      file.declares.some((name) => packages.has(name)) ||
      file.extends.some((one) => extended.has(one)),
  );
}

/** The whole image: what was kept, with the files that were compiled now; undefined where not all of it is there. */
async function spliced(
  { cache }: Judging,
  base: Base,
  built: ReadonlyMap<string, ImageFile>,
  affected: Affected,
): Promise<Uint8Array | undefined> {
  const files = new Map<string, ImageFile>();
  for (const key of base.images) {
    const image = await cache.get("images", key);
    if (image === undefined) return undefined;
    for (const file of filesOf(image))
      if (!file.isImport || !affected.paths.has(file.name)) files.set(file.name, file);
  }
  for (const [name, file] of built) if (!file.isImport) files.set(name, file);
  const order = inOrder(affected.paths.keys(), (name) => files.get(name)?.imports ?? []);
  const found = order.flatMap((name) => files.get(name) ?? []);
  return found.length === order.length ? imageWith(found) : undefined;
}

/** The keys of images that have those files, too. */
async function layered(
  { cache }: Judging,
  images: readonly string[],
  changed: readonly ImageFile[],
): Promise<readonly string[]> {
  if (changed.length === 0) return images;
  if (images.length < LAYERS) return [...images, await keepImage(cache, imageWith(changed))];
  const [first = "", ...newer] = images;
  const files = new Map<string, ImageFile>();
  for (const key of newer) {
    // What is missing there is missing when the whole image is asked for, too: it is compiled then.
    const image = await cache.get("images", key);
    if (image === undefined) return [...images, await keepImage(cache, imageWith(changed))];
    for (const file of filesOf(image)) files.set(file.name, file);
  }
  for (const file of changed) files.set(file.name, file);
  return [first, await keepImage(cache, imageWith([...files.values()]))];
}

/** What a check of single files finds: in those that are affected anew, in all others what it found before. */
async function judgeFiles(
  check: SchemaCheck,
  run: Judging,
  schema: Schema,
  whole: () => Promise<Schema>,
  { affected, judged, paths }: Affected,
  base: Base,
  found: Found,
): Promise<Verdict> {
  // buf takes no image without files.
  const made: Pick<Verdict, "findings" | "documented"> =
    judged.size === 0
      ? { findings: [], documented: new Map() }
      : await check.judge(run, schema.part(judged));
  const own = new Set(paths.values());
  // What is told of something else than a proto may be about any of them.
  if (made.findings.some(({ place }) => !own.has(place.path))) {
    await run.pending.lay();
    const verdict = await check.judge(run, await whole());
    found.add(check.name, verdict.findings, verdict.documented);
    return verdict;
  }
  const isAnew = new Set([...affected].map((name) => paths.get(name)));
  const rest = [...paths.values()].filter((path) => !isAnew.has(path));
  const before = base.findings.get(check.name) ?? new Map();
  const findings = [
    ...made.findings.filter(({ place }) => isAnew.has(place.path)),
    ...(await withRules(rest.flatMap((path) => before.get(path) ?? []))),
  ];
  const files = `${judged.size} of ${count(paths.size, "file")}`;
  if (check.name !== docstrings.name) {
    found.add(check.name, findings, undefined);
    return { findings, summary: files };
  }
  const documented = new Map(
    [...paths.values()].flatMap((path) => {
      const rows = isAnew.has(path) ? made.documented?.get(path) : base.documented.get(path);
      return rows === undefined ? [] : [[path, rows] as const];
    }),
  );
  found.add(check.name, findings, documented);
  const summary = summaryOf(summed([...documented.values()].flat()));
  return { findings, documented, summary: `${files}: ${summary}` };
}

/** What a check finds with the facts of changed files as they are now, and those of all others as they were. */
async function judgeFacts(
  check: FactsCheck<unknown>,
  run: Judging,
  schema: Schema,
  { changed, paths }: Affected,
  base: Base,
  found: Found,
): Promise<Verdict> {
  const made = await check.factsOf(run, schema.part(changed));
  const before = base.facts.get(check.name);
  const rows = [...paths.values()].map((path) => {
    const row = made.has(path) ? Row.of(made.get(path)) : before?.get(path);
    return [path, row as Row<unknown>] as const;
  });
  found.facts.set(check.name, new Map(rows));
  const facts = new Map(rows.map(([path, row]) => [path, row.value] as const));
  return check.judge(run, facts);
}

/** The run and the schema for a check of changes, both versions cut to those files. */
function partsOf(run: Judging, schema: Schema, names: ReadonlySet<string>): [Judging, Schema] {
  const parts = new Map<Schema, Schema>();
  const partOf = (whole: Schema): Schema => {
    const part = parts.get(whole) ?? whole.part(names);
    parts.set(whole, part);
    return part;
  };
  const baselines = once(async () =>
    (await run.baselines()).map((one) => ({
      ...one,
      schema: one.schema === undefined ? undefined : partOf(one.schema),
    })),
  );
  return [{ ...run, baselines }, schema.part(names)];
}
