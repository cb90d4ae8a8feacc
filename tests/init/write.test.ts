// All or nothing: what init writes is undone where a part of it cannot be written.
import { expect, it } from "vitest";
import { writeAll } from "../../scripts/init/write.js";
import { contents, repository } from "./repository.js";

const write = (path: string, before: string | undefined, after: string) => ({
  kind: "write" as const,
  path,
  before,
  after,
  why: "",
});

it("writes new files, and changed ones, also into folders that are not there yet", async () => {
  const made = await repository({ a: "1" });
  await writeAll(made.root, made.root, [write("a", "1", "2"), write("x/y/b", undefined, "3")]);
  expect(await contents(made)).toEqual(
    new Map([
      ["a", "2"],
      ["x/y/b", "3"],
    ]),
  );
});

it.each([
  ["was changed meanwhile", write("b", "old", "new"), /^b was changed while/],
  ["has appeared meanwhile", write("b", undefined, "new"), /^b was changed while/],
  ["is gone", write("c", "old", "new"), /^c was changed while/],
  ["is a folder", write("d", "old", "new"), /^d cannot be written: EISDIR/],
  ["lies in a file", write("b/c", undefined, "new"), /^b\/c cannot be written: /],
])("leaves everything as it was where a file %s", async (_, change, message) => {
  const made = await repository({ a: "1", b: "other", "d/e": "" });
  const before = await contents(made);
  const changes = [write("a", "1", "2"), write("x/y/z", undefined, "3"), change];
  await expect(writeAll(made.root, made.root, changes)).rejects.toThrow(message);
  expect(await contents(made)).toEqual(before);
  expect((await made.git("status", "--porcelain", "--ignored")).trim()).toBe("");
});

it("gives back what it has replaced where a later rename fails", async () => {
  const made = await repository({ a: "1", "x/b": "2" });
  const before = await contents(made);
  // The folder that the last one needs is in the way of the one before it, which shows only at its rename.
  const changes = [
    write("a", "1", "2"),
    write("new", undefined, "n"),
    write("new/b", undefined, "m"),
  ];
  await expect(writeAll(made.root, made.root, changes)).rejects.toThrow(/^new cannot be written/);
  expect(await contents(made)).toEqual(before);
});
