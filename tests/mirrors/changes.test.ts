// Each shape of a mirror and each change of its enum: what check finds, and what generate and fix make of
// the code, to the byte.
import { expect, it } from "vitest";
import type { TestWorkspace } from "../workspace.js";
import { CHANGES, type Outcome, SHAPES, type Shape } from "./change-table.js";
import { mirrored, placeOf, setValues } from "./mirror-workspace.js";

/** Something about each shape, by the file that it is in. */
function each<T>(of: (shape: Shape) => T): Record<string, T> {
  return Object.fromEntries(SHAPES.map((shape) => [`src/${shape.file}`, of(shape)]));
}

const BEFORE = each(({ code }) => code);

async function texts(w: TestWorkspace): Promise<Record<string, string>> {
  return Object.fromEntries(
    [...(await w.files("src"))].map(([path, { content }]) => [path, content]),
  );
}

/** What check finds in each file. */
async function found(w: TestWorkspace): Promise<Record<string, string[]>> {
  const { findings } = await w.json("check", "--only", "mirrors");
  const byFile = each((): string[] => []);
  for (const one of findings) byFile[one.path] = [...(byFile[one.path] ?? []), placeOf(one)];
  return byFile;
}

async function commit(w: TestWorkspace): Promise<void> {
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "--message", "Change");
}

it.each(Object.keys(CHANGES) as (keyof typeof CHANGES)[])("%s", async (change) => {
  const { values, rule } = CHANGES[change];
  const outcomeOf = (shape: Shape): Outcome => shape[change] ?? [];
  const w = await mirrored(BEFORE);
  await commit(w);
  // Committed, so that it breaks nothing on the wire: the baseline is the last commit.
  await setValues(w, values);
  await commit(w);
  const places = each((shape) => {
    const [at, , , own] = outcomeOf(shape);
    return at?.split(" ").map((place) => `${place} ${own ?? rule}`) ?? [];
  });
  expect(await found(w)).toEqual(places);
  const after = each((shape) => {
    const [, from, to] = outcomeOf(shape);
    if (from === undefined || to === undefined) return shape.code;
    expect(shape.code, shape.file).toContain(from);
    return shape.code.replaceAll(from, to);
  });

  // generate only adds, and fix only mends.
  const [other, right] = change === "append" ? ["fix", "generate"] : ["generate", "fix"];
  expect((await w.run(other)).code).toBe(1);
  expect(await texts(w)).toEqual(BEFORE);
  const { code, stdout, stderr } = await w.run(right);
  expect(await texts(w)).toEqual(after);
  expect([code, stdout], stderr).toEqual([0, expect.stringContaining("No findings.")]);

  // A second run of both changes nothing, and finds nothing.
  const written = await w.files("src");
  const again = await w.run("generate");
  expect([again.code, again.stdout], again.stderr).toEqual([0, "No findings.\n"]);
  expect((await w.run("fix")).stderr).toContain("0 findings fixed in 0 files");
  expect(await w.files("src")).toEqual(written);
});
