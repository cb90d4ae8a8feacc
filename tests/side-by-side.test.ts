// Work on many things, a few at a time.
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, it } from "vitest";
import { sideBySide } from "../core/side-by-side.js";

it("makes all in their order, with no more at once than the limit", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.nat(3), { maxLength: 12 }),
      async (limit, items) => {
        let running = 0;
        let most = 0;
        const made = await sideBySide(limit, items, async (item) => {
          most = Math.max(most, ++running);
          await sleep(item);
          running--;
          return item * 2;
        });
        expect(made).toEqual(items.map((item) => item * 2));
        expect(most).toBe(Math.min(limit, items.length));
      },
    ),
    { numRuns: 30 },
  );
});

it("begins nothing after a failure, and waits for what is under way", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = sideBySide(2, [1, 2, 3, 4], async (item) => {
    begun.push(item);
    await sleep(item === 1 ? 1 : 20);
    if (item === 1) throw new Error("no");
    ended.push(item);
  });
  await expect(work).rejects.toThrow("no");
  expect(begun).toEqual([1, 2]);
  expect(ended).toEqual([2]);
});
