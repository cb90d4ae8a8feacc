// A run that compiles and judges everything, and keeps what the next one may take for what did not change.
import type { Annotation } from "../../core/buf.js";
import { count } from "../../core/count.js";
import { Row } from "../../core/rows.js";
import { compile, type Schema } from "../../core/schema.js";
import { trouble } from "../../core/trouble.js";
import type { Fingerprint } from "../fingerprint.js";
import type { Judging } from "../pipeline.js";
import { type Dependency, type KnownFile, keepBase, keepImage } from "./base.js";
import { knownFile } from "./facts.js";
import { Found, type View } from "./view.js";

/** The view of everything, or what keeps it from compiling; with `inputs` it can be kept under that key. */
export async function fullView(
  run: Judging,
  inputs: Fingerprint | undefined,
  key: string,
): Promise<View | { readonly annotations: readonly Annotation[] }> {
  const result = await compileWhole(run);
  if ("annotations" in result) return result;
  const { schema } = result;
  const found = new Found();
  const judged: Judging = { ...run, baselines: () => run.baselines(schema) };
  return {
    summary: count(schema.names.length, "file"),
    whole: async () => schema,
    part: undefined,
    async judge(check) {
      if (check.reads === "facts") {
        const facts = await check.factsOf(judged, schema);
        const rows = [...facts].map(([path, one]) => [path, Row.of(one)] as const);
        found.facts.set(check.name, new Map(rows));
        return check.judge(judged, facts);
      }
      const verdict = await check.judge(judged, schema);
      if (check.reads === "files") found.add(check.name, verdict.findings, verdict.documented);
      return verdict;
    },
    keep: inputs && (() => keep(run, schema, inputs, key, found)),
    read: () => undefined,
  };
}

/** Everything compiled. Throws trouble where it does not compile, though all of it did when it was looked at. */
export async function compileAll(run: Judging): Promise<{ schema: Schema }> {
  const result = await compileWhole(run);
  if ("schema" in result) return result;
  const what = result.annotations[0]?.path ?? "A proto";
  throw trouble("FILE_MISSING", { what, help: "It was compiled a moment ago. Run again." });
}

async function compileWhole(run: Judging): ReturnType<typeof compile> {
  await run.pending.lay();
  return compile(run.workspace, run.buf, run.decoded);
}

async function keep(
  { cache }: Judging,
  schema: Schema,
  { protos }: Fingerprint,
  key: string,
  found: Found,
): Promise<void> {
  const files = new Map<string, KnownFile>();
  for (const file of schema.files) {
    const path = schema.pathOf(file.proto.name);
    const blob = protos.get(path);
    // A file that was not looked at: nobody would see that it changes.
    if (blob === undefined) return;
    files.set(path, knownFile(file, blob));
  }
  if (!found.isAbout(files)) return;
  const own = new Set(schema.files);
  const dependencies = new Map<string, Dependency>();
  for (const file of schema.registry.files) {
    if (own.has(file)) continue;
    const { name, package: package_, dependency } = file.proto;
    dependencies.set(name, { package: package_, imports: dependency });
  }
  await keepBase(cache, key, {
    images: [await keepImage(cache, schema.image)],
    files,
    others: new Set([...protos.keys()].filter((path) => !files.has(path))),
    dependencies,
    findings: found.findings,
    facts: found.facts,
    documented: found.documented,
  });
}
