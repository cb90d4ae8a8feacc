// Pending files are laid out once, and whoever asks for one goes on when it is there.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { History } from "../core/git-history.js";
import type { Stored } from "../core/git-submodules.js";
import { PendingFiles } from "../core/pending-files.js";

const PATHS = ["a", "b", "c", "d", "e"];

const stored = (path: string): [string, Stored] => [
  path,
  { id: `id ${path}`, history: {} as History },
];

test("whoever asks at whatever moment: each file comes once, and before it is read", async () => {
  const asking = fc.record({
    paths: fc.option(fc.subarray([...PATHS, "unknown"]), { nil: undefined }),
    /** How many turns later than the one before. */
    turns: fc.nat(4),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(asking, { maxLength: 8 }), fc.nat(3), async (all, slowness) => {
      const there: string[] = [];
      const pending = new PendingFiles(new Map(PATHS.map(stored)), async (files) => {
        for (let turn = 0; turn < slowness; turn++) await undefined;
        there.push(...files.keys());
      });
      const asked: Promise<void>[] = [];
      for (const { paths, turns } of all) {
        for (let turn = 0; turn < turns; turn++) await undefined;
        const wanted = (paths ?? PATHS).filter((path) => PATHS.includes(path));
        asked.push(
          pending.lay(paths).then(() => expect(there).toEqual(expect.arrayContaining(wanted))),
        );
      }
      await Promise.all(asked);
      expect(there).toHaveLength(new Set(there).size);
      expect(new Set(there)).toEqual(
        new Set(all.flatMap(({ paths }) => paths ?? PATHS).filter((one) => PATHS.includes(one))),
      );
    }),
  );
});

test("what is asked for at the same time comes at once", async () => {
  const rounds: string[][] = [];
  const pending = new PendingFiles(new Map(PATHS.map(stored)), async (files) => {
    rounds.push([...files.keys()]);
  });
  await Promise.all(["a", "b", "a"].map((path) => pending.lay([path])));
  await pending.lay(["b"]);
  await pending.lay();
  expect(rounds).toEqual([
    ["a", "b"],
    ["c", "d", "e"],
  ]);
});

test("what cannot be laid out is trouble for all who wait for it", async () => {
  const pending = new PendingFiles(new Map(PATHS.map(stored)), async () => {
    throw new Error("The disk is full");
  });
  const ended = await Promise.allSettled([pending.lay(["a"]), pending.lay(["b"]), pending.lay()]);
  expect(ended.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
});
