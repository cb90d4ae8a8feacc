// What a baseline compiles to is kept, and taken from there.
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { chmod, readdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Baseline } from "../../core/baseline.js";
import { packageFolder } from "../../core/installation.js";
import { Trouble } from "../../core/trouble.js";
import type { TestWorkspace } from "../workspace.js";
import { A, changing, commit, fieldsOf, proto, resolved } from "./baseline-repository.js";

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

/** Whether every user can read this package, so that a test may run it as another one. */
function isPublic(folder: string): boolean {
  const open = (statSync(folder).mode & 0o005) === 0o005;
  return open && (dirname(folder) === folder || isPublic(dirname(folder)));
}

describe("the cache", () => {
  /** A workspace with a cache of its own, and the entries in it. */
  async function cached(): Promise<{ w: TestWorkspace; entries: () => Promise<string[]> }> {
    const w = await changing();
    await unlink(w.path("node_modules"));
    await commit(w);
    const folder = w.path(".lockstep/baseline");
    const entries = async (): Promise<string[]> =>
      existsSync(folder) ? (await readdir(folder)).map((name) => join(folder, name)) : [];
    return { w, entries };
  }

  it("keeps what a commit compiles to until a proto changes", async () => {
    const { w, entries } = await cached();
    const [first] = await resolved(w);
    expect(await entries()).toHaveLength(1);
    await w.write("readme.md", "x");
    await commit(w);
    const [second] = await resolved(w);
    expect(await entries()).toHaveLength(1);
    expect(second?.schema?.image).toEqual(first?.schema?.image);
    expect(second?.schema?.pathOf("a/v1/a.proto")).toBe(A);
    await w.write(A, proto("one", "two"));
    await commit(w);
    expect(fieldsOf((await resolved(w))[0] as Baseline)).toEqual(["one", "two"]);
    expect(await entries()).toHaveLength(2);
    expect(await w.git("status", "--porcelain")).toBe("");
  });

  it("compiles anew what is damaged", async () => {
    const { w, entries } = await cached();
    await resolved(w);
    const [entry] = await entries();
    const whole = await readFile(entry as string);
    for (const damaged of [
      whole.subarray(0, 40),
      Buffer.alloc(0),
      Buffer.from(whole).fill(0, 50),
    ]) {
      await writeFile(entry as string, damaged);
      expect((await resolved(w)).map(fieldsOf)).toEqual([["one"]]);
      expect(await readFile(entry as string)).toEqual(whole);
    }
  });

  it("is what a second run takes: it starts no compiler", async () => {
    const { w } = await cached();
    const [first] = await resolved(w);
    // Without git's blobs a compilation could not be done.
    const blob = (await w.git("rev-parse", `HEAD:${A}`)).trim();
    await rm(w.path(`.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`), { force: true });
    expect((await resolved(w))[0]?.schema?.image).toEqual(first?.schema?.image);
    await w.remove(".lockstep");
    await expect(resolved(w)).rejects.toBeInstanceOf(Trouble);
  });

  it.skipIf(process.platform === "win32" || (isRoot && !isPublic(packageFolder)))(
    "is done without where nothing may be written",
    async () => {
      const { w, entries } = await cached();
      await w.write(A, proto("one", "two"));
      const home = join(w.root, "..");
      if (isRoot) execFileSync("chown", ["-R", "-h", `${NOBODY}:${NOBODY}`, home]);
      await chmod(w.root, 0o555);
      onTestFinished(() => chmod(w.root, 0o755));
      const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
      const argv = ["check", "--only", "docstrings", "--format", "json"];
      const env = { ...process.env, HOME: home };
      const { code, stdout, stderr } = await w.start(argv, { env, ...user }).ended;
      expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
      expect(stdout).toContain("a.v1.M.two");
      expect(await entries()).toEqual([]);
    },
  );
});
