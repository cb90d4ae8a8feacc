// The oracle of the property is worth something only if it knows the plain cases.
import { expect, it } from "vitest";
import { Random } from "../random.js";
import { type Pair, truthOf } from "./pairs.js";
import { printSchema } from "./print-schema.js";
import { edited } from "./random-edits.js";
import { randomSchema } from "./random-schema.js";

const COUNT = 6;

/** Random schemas that the edit changes, with what they are after it. */
function pairsOf(edit: string): Pair[] {
  const pairs: Pair[] = [];
  for (let seed = 1; pairs.length < COUNT; seed++) {
    const before = randomSchema(new Random(seed));
    const steps = [{ edit, seed }];
    const after = edited(before, steps);
    const isChanged = printSchema(before, "p") !== printSchema(after, "p");
    if (isChanged) pairs.push({ seed, steps, before, after });
  }
  return pairs;
}

it("finds nothing between two peers of the same version", async () => {
  const pairs = Array.from({ length: 20 }, (_, seed): Pair => {
    const before = randomSchema(new Random(seed));
    return { seed, steps: [], before, after: before };
  });
  const { breaks } = await truthOf(pairs);
  expect(breaks).toEqual(pairs.map(() => ({})));
});

/** Whether values come back in binary and in JSON after an edit, whatever schema it is made in. */
const KNOWN: readonly (readonly [edit: string, binary: boolean, json: boolean])[] = [
  ["appendValue", true, true],
  ["reorderFields", true, true],
  ["reorderTypes", true, true],
  ["packed", true, true],
  ["renameOneof", true, true],
  ["renameType", true, true],
  ["addMessage", true, true],
  ["addMember", true, true],
  ["toEdition", true, true],
  ["moveValue", false, true],
  ["swapFields", false, true],
  ["moveField", false, true],
  ["insertField", false, true],
  ["delimited", false, true],
  ["utf8", false, true],
  ["renameValue", true, false],
  ["swapJsonNames", true, false],
  ["reshape", false, false],
  ["joinOneof", false, false],
];

it.each(KNOWN)("knows what %s does", async (edit, binary, json) => {
  const { breaks } = await truthOf(pairsOf(edit));
  for (const one of breaks) {
    expect({ binary: one.binary === undefined, json: one.json === undefined }).toEqual({
      binary,
      json,
    });
  }
});
