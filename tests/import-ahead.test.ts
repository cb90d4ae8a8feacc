// The process that imports what was generated, started before there is anything to import.
import { expect, it } from "vitest";
import { importIndexes, prepareImport } from "../sync/languages/typescript/import-indexes.js";
import { workspace } from "./workspace.js";

it.each([
  ["with its run", true],
  ["after another run that did not need it", false],
])("a run imports, %s", async (_, isOwn) => {
  const w = await workspace({ "generated/index.js": "export const TABLE = { A: 1 };\n" });
  const stop = new AbortController();
  prepareImport(w.root, stop.signal);
  const own = isOwn ? stop.signal : new AbortController().signal;
  const imported = await importIndexes([w.path("generated/index.js")], [], own);
  expect(imported).toEqual([
    { path: w.path("generated/index.js"), elements: [], tables: [{ A: 1 }] },
  ]);
});

it("a run imports after one that was stopped", async () => {
  const w = await workspace({ "generated/index.js": "export const TABLE = { A: 1 };\n" });
  const stop = new AbortController();
  const index = [w.path("generated/index.js")];
  prepareImport(w.root, stop.signal);
  stop.abort();
  expect(await importIndexes(index, [])).toHaveLength(1);
  await expect(importIndexes(index, [], stop.signal)).rejects.toMatchObject({ code: "STOPPED" });
});
