// Random pairs of schemas, many of them in two compilations, with the truth and the gate's verdict of each.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { protobufEs } from "../../checks/wire/evidence/protobuf-es.js";
import { protobufJs } from "../../checks/wire/evidence/protobufjs.js";
import type { Format } from "../../checks/wire/evidence/runtime.js";
import { messageOf } from "../../core/finding.js";
import type { Schema as Compiled } from "../../core/schema.js";
import { compileScratch } from "../../core/scratch.js";
import { Random } from "../random.js";
import { judgePair } from "./judge.js";
import { type Breaks, breaksBetween, FORMATS, type Version } from "./oracle.js";
import { partsOf } from "./part.js";
import { printSchema } from "./print-schema.js";
import { edited, randomSteps, type Step } from "./random-edits.js";
import { messagesOf, randomSchema, type Schema } from "./random-schema.js";

export interface Pair {
  readonly seed: number;
  readonly steps: readonly Step[];
  readonly before: Schema;
  readonly after: Schema;
}

export function randomPair(seed: number): Pair {
  const random = new Random(seed);
  const before = randomSchema(random);
  const steps = randomSteps(random);
  return { seed, steps, before, after: edited(before, steps) };
}

/** What a workspace may speak, each judged on its own: a change may break one format alone. */
const SPOKEN: readonly (readonly Format[])[] = [FORMATS, ["binary"], ["json"]];

export interface Disagreement {
  readonly pair: Pair;
  readonly speaks: readonly Format[];
  /** The value that did not come back; undefined where all did. */
  readonly broken: string | undefined;
  /** The errors of the gate. */
  readonly errors: readonly string[];
}

/** What became of the values of each pair. */
export interface Judged {
  readonly disagreements: readonly Disagreement[];
  readonly breaks: readonly Breaks[];
}

const nameOf = (i: number): string => `p${i}`;

/** What becomes of the values of each pair, and what they compiled to. Throws where one does not compile. */
export async function truthOf(
  pairs: readonly Pair[],
): Promise<{ before: Compiled; after: Compiled; breaks: Breaks[] }> {
  const before = await compiled(pairs.map((pair) => pair.before));
  const after = await compiled(pairs.map((pair) => pair.after));
  const [old, new_] = [await runtimesOf(before), await runtimesOf(after)];
  const breaks = pairs.map((pair, i) => {
    const name = nameOf(i);
    const from = { ...old, schema: pair.before, package: name };
    const to = { ...new_, schema: pair.after, package: name };
    return breaksBetween(from, to, new Random(pair.seed));
  });
  return { before, after, breaks };
}

/** Where the gate and the truth differ. */
export async function judge(pairs: readonly Pair[]): Promise<Judged> {
  const { before, after, breaks } = await truthOf(pairs);
  const [old, new_] = [partsOf(before), partsOf(after)];
  const disagreements: Disagreement[] = [];
  for (const [i, pair] of pairs.entries()) {
    for (const speaks of SPOKEN) {
      const findings = await judgePair(old(nameOf(i)), new_(nameOf(i)), { speaks });
      const errors = findings
        .filter(({ severity }) => severity === "error")
        .map((one) => `${one.rule.id} ${one.symbol}: ${messageOf(one)}`);
      const broken = speaks.flatMap((format) => breaks[i]?.[format] ?? [])[0];
      if ((broken === undefined) !== (errors.length === 0)) {
        disagreements.push({ pair, speaks, broken, errors });
      }
    }
  }
  return { disagreements, breaks };
}

async function runtimesOf({ registry }: Compiled): Promise<Pick<Version, "registry" | "runtimes">> {
  return { registry, runtimes: [protobufEs(registry), await protobufJs(registry)] };
}

async function compiled(schemas: readonly Schema[]): Promise<Compiled> {
  const texts = schemas.map((schema, i) => printSchema(schema, nameOf(i)));
  const result = await compileScratch(async (folder) => {
    await writeFile(join(folder, "buf.yaml"), "version: v2\nmodules:\n  - path: proto\n");
    for (const [i, text] of texts.entries()) {
      const path = join(folder, "proto", nameOf(i), "a.proto");
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  }, process.env);
  if ("schema" in result) return result.schema;
  const [first] = result.annotations;
  const text = texts[Number(/p(\d+)/.exec(first?.path ?? "")?.[1])];
  throw new Error(`${first?.path}:${first?.start_line}: ${first?.message}\n${text}`);
}

/** The same disagreement with fewer edits, then with fewer fields and types, as far as that goes. */
export async function smallest(found: Disagreement): Promise<Disagreement> {
  return reduced(await reduced(found, withFewerSteps), withoutOnePart);
}

async function reduced(
  found: Disagreement,
  smallerOnes: (pair: Pair) => readonly Pair[],
): Promise<Disagreement> {
  const smaller = smallerOnes(found.pair);
  if (smaller.length === 0) return found;
  const { disagreements } = await judge(smaller);
  const still = disagreements.find(
    (one) =>
      one.speaks === found.speaks && (one.broken === undefined) === (found.broken === undefined),
  );
  return still === undefined ? found : reduced(still, smallerOnes);
}

function withFewerSteps(pair: Pair): Pair[] {
  if (pair.steps.length < 2) return [];
  return pair.steps.map((left) => {
    const steps = pair.steps.filter((step) => step !== left);
    return { ...pair, steps, after: edited(pair.before, steps) };
  });
}

/** The pair without one of its fields, values or unused types, in both versions. */
function withoutOnePart(pair: Pair): Pair[] {
  const parts = new Set(
    [pair.before, pair.after].flatMap((schema) =>
      schema.types.flatMap((type) => [
        `type ${type.id}`,
        ...(type.kind === "message" ? type.fields : type.values.slice(1)).map(
          ({ meaning }) => `${type.kind === "message" ? "field" : "value"} ${meaning}`,
        ),
      ]),
    ),
  );
  return [...parts].flatMap((part) => {
    const [before, after] = [without(pair.before, part), without(pair.after, part)];
    return before === undefined || after === undefined ? [] : [{ ...pair, before, after }];
  });
}

/** Undefined where the rest would not compile. */
function without(schema: Schema, part: string): Schema | undefined {
  const copy = structuredClone(schema);
  const [kind, id] = part.split(" ");
  if (kind === "type") {
    const isUsed = messagesOf(copy).some(({ fields }) =>
      fields.some(({ type }) => type === Number(id)),
    );
    if (isUsed || copy.types.some(({ parent }) => parent === Number(id))) return undefined;
    copy.types = copy.types.filter((type) => type.id !== Number(id));
  }
  for (const type of copy.types) {
    if (kind === "field" && type.kind === "message") {
      type.fields = type.fields.filter(({ meaning }) => meaning !== Number(id));
    }
    if (kind === "value" && type.kind === "enum") {
      const rest = type.values.filter(({ meaning }) => meaning !== Number(id));
      const isDefault = messagesOf(copy).some(({ fields }) =>
        fields.some((field) => field.type === type.id && field.default !== undefined),
      );
      if (rest.length < type.values.length && (isDefault || rest.length === 0)) return undefined;
      type.values = rest;
    }
  }
  return copy;
}

/** What a person needs to see of it. */
export function describeDisagreement({ pair, speaks, broken, errors }: Disagreement): string {
  const edits = pair.steps.map(({ edit }) => edit).join(", ");
  return [
    `seed ${pair.seed}, spoken: ${speaks.join(" and ")}, edits: ${edits}`,
    broken === undefined ? "Every value came back." : `A value did not come back. ${broken}`,
    errors.length === 0
      ? "The gate has no error."
      : `The gate has errors.\n  ${errors.join("\n  ")}`,
    `--- before\n${printSchema(pair.before, "p")}`,
    `--- after\n${printSchema(pair.after, "p")}`,
  ].join("\n");
}
