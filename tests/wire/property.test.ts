// For any schema and any edits: the gate has an error exactly when a value does not come back.
import { expect, it } from "vitest";
import { type Disagreement, describeDisagreement, judge, randomPair, smallest } from "./pairs.js";

/** How many pairs are tried; each batch of them costs two compilations. */
const CASES = Number(process.env.WIRE_CASES ?? 200);
/** The seed of the first pair; the others follow it. */
const SEED = Number(process.env.WIRE_SEED ?? Math.floor(Math.random() * 2 ** 30));
const BATCH = 50;
/** Disagreements that are made smaller and shown; there is no use in reading more at once. */
const SHOWN = 3;

it(`the verdict of ${CASES} random changes is what happens to the values (WIRE_SEED=${SEED})`, async () => {
  const found: Disagreement[] = [];
  let broken = 0;
  for (let from = 0; from < CASES; from += BATCH) {
    const count = Math.min(BATCH, CASES - from);
    const pairs = Array.from({ length: count }, (_, i) => randomPair(SEED + from + i));
    const { disagreements, breaks } = await judge(pairs);
    broken += breaks.filter((one) => Object.keys(one).length > 0).length;
    const seeds = new Set(found.map(({ pair }) => pair.seed));
    for (const one of disagreements) {
      if (!seeds.has(one.pair.seed)) found.push(one);
      seeds.add(one.pair.seed);
    }
    if (found.length >= SHOWN) break;
  }
  const shown: string[] = [];
  for (const one of found.slice(0, SHOWN)) shown.push(describeDisagreement(await smallest(one)));
  expect(shown.join("\n\n")).toBe("");
  // Both verdicts have to come up, or the test would prove nothing.
  expect(broken).toBeGreaterThan(CASES / 5);
  expect(CASES - broken).toBeGreaterThan(CASES / 5);
}, 36_000_000);
