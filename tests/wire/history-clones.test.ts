// The history of clones that lack a part of it, the second run, and what is not asked of git at all.
import { execFile } from "node:child_process";
import { chmod, readdir, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { TestWorkspace } from "../workspace.js";
import { added, findingsIn, proto, Repository, repository } from "./history-repository.js";

const exec = promisify(execFile);
const A = "proto/a/a.proto";
const ASKED = [added("M.b = 1 int32")];
const FOUND = ["NUMBER b = 1 was a = 1 int32 until removed"];

async function origin(): Promise<Repository> {
  const r = await repository();
  await r.commit("first", { [A]: proto("message M { int32 a = 1; }") });
  await r.commit("removed", { [A]: proto("message M {}") });
  await r.w.git("config", "uploadpack.allowFilter", "true");
  await r.w.git("config", "uploadpack.allowAnySHA1InWant", "true");
  return r;
}

/** A clone beside it, made with those flags. */
async function clone(r: Repository, ...flags: string[]): Promise<Repository> {
  const folder = r.w.path("../clone");
  // A fetch would leave a process behind that tidies the clone while the test removes it.
  const quiet = ["-c", "gc.auto=0", "-c", "maintenance.auto=false"];
  await r.w.git("clone", "--quiet", ...quiet, ...flags, `file://${r.w.root}`, folder);
  const cloned = new Repository(new TestWorkspace(folder));
  for (const [id, name] of r.names) cloned.names.set(id, name);
  return cloned;
}

/** Runs the command that the help of a trouble names. */
async function obey(r: Repository, help: string): Promise<void> {
  const [program = "", ...args] = (/: (git .*)/.exec(help)?.[1] ?? "").split(" ");
  await exec(program, args, { cwd: r.w.root });
}

const thrownBy = (
  promise: Promise<unknown>,
): Promise<{ code: string; message: string; help: string }> =>
  promise.then(
    () => ({ code: "none", message: "", help: "" }),
    (thrown) => thrown,
  );

describe("a clone that lacks a part of the history", () => {
  it("is trouble if it is shallow, until the command that is named was run", async () => {
    const shallow = await clone(await origin(), "--depth", "1");
    const thrown = await thrownBy(shallow.told(ASKED));
    expect(thrown.code).toBe("HISTORY_SHALLOW");
    expect(thrown.help).toBe(
      "Fetch them: git fetch --unshallow\nIn CI, clone the whole history: fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab.\nOr do without it, in lockstep.yaml: severity: { NUMBER_REUSED_AFTER_REMOVAL: off, NAME_REUSED_AFTER_REMOVAL: off }",
    );
    await obey(shallow, thrown.help);
    expect(await shallow.told(ASKED)).toEqual(FOUND);
  });

  it.each(["blob:none", "tree:0"])(
    "is trouble if it is partial (%s), and fetches nothing unasked",
    async (filter) => {
      const partial = await clone(await origin(), `--filter=${filter}`, "--no-checkout");
      const before = await objects(partial);
      const thrown = await thrownBy(partial.told(ASKED));
      expect(thrown.code).toBe("HISTORY_PARTIAL");
      expect(thrown.help).toBe("Fetch them: git fetch --refetch --no-filter origin");
      expect(await objects(partial)).toEqual(before);
      await obey(partial, thrown.help);
      expect(await partial.told(ASKED)).toEqual(FOUND);
    },
  );

  it("is no trouble where nothing was added", async () => {
    const shallow = await clone(await origin(), "--depth", "1");
    expect(await shallow.told([])).toEqual([]);
    expect(
      await shallow.told([added("M.b = 1 int32", { numberIsNew: false, nameIsNew: false })]),
    ).toEqual([]);
  });

  it("is trouble if an object is damaged", async () => {
    const r = await origin();
    const blob = (await r.w.git("rev-parse", `HEAD~1:${A}`)).trim();
    await rm(r.w.path(".git/objects", blob.slice(0, 2), blob.slice(2)));
    const thrown = await thrownBy(r.told(ASKED));
    expect([thrown.code, thrown.message]).toEqual([
      "GIT_FAILED",
      `git cat-file failed: ${blob} missing`,
    ]);
  });
});

/** The names of the packs and loose objects. */
async function objects(r: Repository): Promise<string[]> {
  return (await readdir(r.w.path(".git/objects"), { recursive: true })).sort();
}

describe("what is kept between runs", () => {
  it("spares reading the contents again, and is made anew where it is damaged", async () => {
    const r = await origin();
    const first = await r.told(ASKED);
    expect(first).toEqual(FOUND);
    // From here on the contents are not there to be read.
    const contents = r.w.path(".git/objects");
    const blobs = (await r.w.git("rev-list", "--objects", "--all", "--", A))
      .split("\n")
      .flatMap((line) => (line.endsWith(A) ? [line.split(" ")[0] as string] : []));
    expect(blobs).toHaveLength(2);
    for (const id of blobs) {
      await exec("mv", [`${contents}/${id.slice(0, 2)}/${id.slice(2)}`, r.w.path(`../${id}`)]);
    }
    expect(await r.told(ASKED)).toEqual(FOUND);
    const kept = [...(await r.w.files(".lockstep/facts")).keys()];
    expect(kept.length).toBeGreaterThan(0);
    for (const path of kept) await r.w.write(path, "damaged");
    expect((await thrownBy(r.told(ASKED))).code).toBe("GIT_FAILED");
    for (const id of blobs) {
      await exec("mv", [r.w.path(`../${id}`), `${contents}/${id.slice(0, 2)}/${id.slice(2)}`]);
    }
    expect(await r.told(ASKED)).toEqual(FOUND);
  });
});

describe("git's own settings", () => {
  it("do not change what is found", async () => {
    const r = await origin();
    for (const [key, value] of [
      ["log.showRoot", "false"],
      ["log.follow", "true"],
      ["log.showSignature", "true"],
      ["log.diffMerges", "combined"],
      ["log.decorate", "full"],
      ["diff.renames", "copies"],
      ["diff.noprefix", "true"],
      ["diff.external", "false"],
      ["color.ui", "always"],
      ["core.quotePath", "true"],
    ]) {
      await r.w.git("config", key as string, value as string);
    }
    expect(await r.told(ASKED)).toEqual(FOUND);
  });

  it("are not run: no signature is verified, no external program compares", async () => {
    const r = await origin();
    await r.w.write("program", '#!/bin/sh\ntouch "$(dirname "$0")/was-run"\n');
    await chmod(r.w.path("program"), 0o755);
    await r.w.git("config", "diff.external", r.w.path("program"));
    await r.w.git("config", "gpg.program", r.w.path("program"));
    expect(await findingsIn(r.w.root, ASKED)).toHaveLength(1);
    expect(await readdir(r.w.root)).not.toContain("was-run");
  });
});
