// What a change is judged against where nothing is named, and what a clone may lack of it: the command that
// would mend that is run as it is printed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TestWorkspace } from "../workspace.js";
import {
  A,
  changing,
  clone,
  commit,
  fresh,
  obey,
  proto,
  refused,
  resolved,
  setBaseline,
  temporary,
} from "./baseline-repository.js";

describe("without a name", () => {
  it("is the merge base with the remote's default branch", async () => {
    const w = await changing();
    await commit(w);
    const cloned = await clone(w);
    await w.write(A, proto("one", "upstream"));
    await commit(w);
    await cloned.write(A, proto("one", "mine"));
    await commit(cloned);
    await cloned.git("fetch", "--quiet");
    expect(await fresh(cloned)).toEqual(["mine"]);
    expect((await resolved(cloned)).map(({ name }) => name)).toEqual([
      "the merge base with origin/main",
    ]);
  });

  it("is HEAD where there is no remote", async () => {
    const w = await changing();
    await commit(w);
    await w.write(A, proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
    expect((await resolved(w))[0]).toMatchObject({ name: "HEAD" });
  });

  it("is nothing where nothing was committed, and without a git repository", async () => {
    const w = await changing();
    expect(await resolved(w)).toEqual([]);
    expect(await resolved(w, ["main"])).toEqual([]);
    expect(await resolved(w, ["v*"])).toEqual([]);
    await w.remove(".git");
    expect(await resolved(w)).toEqual([]);
  });

  it("has no schema where there were no protos yet", async () => {
    const w = await changing({ [A]: undefined });
    await commit(w);
    await w.write(A, proto("one"));
    const [head] = await resolved(w);
    expect(head).toMatchObject({ name: "HEAD", schema: undefined });
    expect(await fresh(w)).toEqual(["one"]);
  });

  it("never contacts a remote", async () => {
    const w = await changing();
    await commit(w);
    const cloned = await clone(w);
    const touched = join(await temporary(), "touched");
    await cloned.git("remote", "set-url", "origin", `ext::touch ${touched}`);
    await cloned.git("config", "protocol.ext.allow", "always");
    await cloned.write(A, proto("one", "two"));
    expect(await fresh(cloned)).toEqual(["two"]);
    await setBaseline(cloned, "nowhere");
    expect(await refused(cloned)).toContain("nowhere is not in this clone");
    expect(existsSync(touched)).toBe(false);
    // A command that does ask the remote leaves its mark.
    await cloned.git("fetch").catch(() => {});
    expect(existsSync(touched)).toBe(true);
  });
});

describe("what a clone lacks", () => {
  /** Two commits on main, and a branch off the first. */
  async function forked(): Promise<TestWorkspace> {
    const w = await changing();
    await commit(w);
    await w.git("checkout", "--quiet", "-b", "topic");
    await w.write(A, proto("one", "two"));
    await commit(w);
    await commit(w);
    await w.git("checkout", "--quiet", "main");
    await commit(w);
    return w;
  }

  it("is the merge base in a shallow clone", async () => {
    const flags = ["--depth", "1", "--no-single-branch", "--branch", "topic"];
    const cloned = await clone(await forked(), ...flags);
    await cloned.git("remote", "set-head", "origin", "main");
    const said = await refused(cloned);
    expect(said).toContain("The merge base with origin/main is not in this clone, so changes");
    expect(said).toContain("help: Fetch it: git fetch --unshallow origin\nIn CI, clone the whole");
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual(["two"]);
  });

  it("is the default branch in a shallow clone of one branch", async () => {
    const cloned = await clone(await forked(), "--depth", "1", "--branch", "topic");
    const said = await refused(cloned);
    expect(said).toContain("origin/main is not in this clone");
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual(["two"]);
  });

  it("is a ref, which the command fetches", async () => {
    const w = await changing();
    await commit(w);
    for (const tag of ["v1.2.0", "released"]) await w.git("tag", tag);
    await w.git("branch", "release");
    await w.write(A, proto("one", "two"));
    await commit(w);
    for (const [name, command] of [
      ["v1.2.0", "git fetch origin tag v1.2.0"],
      ["release", "git fetch origin release:refs/remotes/origin/release"],
      ["origin/release", "git fetch origin release:refs/remotes/origin/release"],
      ["refs/tags/released", "git fetch origin tag released"],
      ["HEAD~1", "git fetch --unshallow origin"],
    ] as const) {
      const cloned = await clone(w, "--depth", "1", "--no-tags");
      await setBaseline(cloned, name);
      const said = await refused(cloned);
      expect(said).toContain(
        `lockstep.yaml:1:11: error: ${name} is not in this clone, so changes cannot be judged against it.\n`,
      );
      expect(said).toContain(command);
      await obey(cloned, said);
      expect(await fresh(cloned), name).toEqual(["two"]);
    }
  });

  it("is a commit by its id", async () => {
    const w = await changing();
    await commit(w);
    const id = (await w.git("rev-parse", "HEAD")).trim();
    await w.write(A, proto("one", "two"));
    await commit(w);
    const cloned = await clone(w, "--depth", "1");
    await setBaseline(cloned, id);
    const said = await refused(cloned);
    expect(said).toContain(`git fetch origin ${id}\n`);
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual(["two"]);
  });

  it.each(["blob:none", "tree:0"])(
    "are the objects of a clone with --filter=%s",
    async (filter) => {
      const w = await changing();
      await commit(w);
      await w.write(A, proto("one", "two"));
      await commit(w);
      const cloned = await clone(w, `--filter=${filter}`);
      await setBaseline(cloned, "HEAD~1");
      const objects = (): Promise<string> => cloned.git("count-objects", "-v");
      const before = await objects();
      const said = await refused(cloned);
      expect(await objects()).toBe(before);
      expect(said).toContain("This partial clone does not have the files of the baseline");
      await obey(cloned, said);
      expect(await fresh(cloned)).toEqual(["two"]);
    },
  );

  it("is no common commit where histories are unrelated", async () => {
    const w = await changing();
    await commit(w);
    const cloned = await clone(w);
    await cloned.git("checkout", "--quiet", "--orphan", "fresh");
    await commit(cloned, "unrelated");
    expect(await refused(cloned)).toContain(
      "HEAD and origin/main have no commit in common, so changes cannot be judged against it.\n  help: Name what to judge against in lockstep.yaml: baseline: origin/main\n",
    );
  });
});
