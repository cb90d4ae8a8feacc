// The baseline of a workspace with a submodule that has protos: read at the commit that was pinned.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Baseline, resolveBaselines } from "../../core/baseline.js";
import { openWorkspace } from "../../core/workspace.js";
import { TestWorkspace } from "../workspace.js";
import {
  A,
  addSubmodule,
  changing,
  clone,
  commit,
  fieldsOf,
  fresh,
  obey,
  proto,
  refused,
  resolved,
  setBaseline,
  temporary,
} from "./baseline-repository.js";

describe("a submodule with protos", () => {
  /** A workspace whose module is a submodule; it was at "one" when it was committed, and has "two" now. */
  async function composed(): Promise<{ w: TestWorkspace; inner: TestWorkspace }> {
    const inner = new TestWorkspace(await temporary());
    await inner.git("init", "--quiet", "--initial-branch=main");
    await inner.write("a/v1/a.proto", proto("one"));
    await commit(inner);
    const w = await changing({ [A]: undefined });
    await addSubmodule(w, inner, "proto");
    await commit(w, "with one");
    await inner.write("a/v1/a.proto", proto("one", "two"));
    await commit(inner);
    await w.git("-C", "proto", "-c", "protocol.file.allow=always", "pull", "--quiet");
    return { w, inner };
  }

  it("is read from its own objects at the commit that was pinned", async () => {
    const { w } = await composed();
    expect(await fresh(w)).toEqual(["two"]);
    const [head] = await resolved(w);
    expect(head?.schema?.pathOf("a/v1/a.proto")).toBe(A);
    expect(await head?.lines(A)).toContain("  int32 one = 1;");
  });

  it("is read, too, once it has gone from the work tree", async () => {
    const { w } = await composed();
    await w.git("rm", "--quiet", "--cached", "proto");
    await w.remove("proto");
    await w.write(A, proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
  });

  it("is read in a worktree that did not check it out", async () => {
    const { w } = await composed();
    const tree = new TestWorkspace(join(await temporary(), "tree"));
    await w.git("worktree", "add", "--quiet", "-b", "topic", tree.root);
    await tree.write(A, proto("one", "two"));
    expect(await fresh(tree)).toEqual(["two"]);
  });

  it("is read in a hook, where git's environment names the outer repository", async () => {
    const { w } = await composed();
    const opened = await openWorkspace(w.root, undefined);
    const env = { ...process.env, GIT_DIR: w.path(".git"), GIT_INDEX_FILE: w.path(".git/index") };
    const [head] = await resolveBaselines(opened, { env, signal: undefined });
    expect(fieldsOf(head as Baseline)).toEqual(["one"]);
  });

  it("that is not checked out is trouble with the command", async () => {
    const { w } = await composed();
    const cloned = await clone(w);
    await cloned.remove("proto");
    await cloned.write(A, proto("one"));
    const said = await refused(cloned);
    expect(said).toContain("has the submodule proto at ");
    expect(said).toContain("help: Fetch it: git submodule update --init proto\n");
    await cloned.remove("proto");
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual([]);
  });

  it("that lacks the commit is trouble with the command", async () => {
    const { w, inner } = await composed();
    await inner.git("config", "uploadpack.allowAnySHA1InWant", "true");
    const cloned = await clone(w);
    await cloned.git("clone", "--quiet", "--depth", "1", `file://${inner.root}`, "proto");
    const said = await refused(cloned);
    expect(said).toMatch(/Fetch it: git -C proto fetch origin [0-9a-f]{40}\n/);
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual(["two"]);
  });

  it("that is gone for good is trouble, because what it had cannot be known", async () => {
    const { w } = await composed();
    const cloned = await clone(w);
    await cloned.git("rm", "--quiet", "--cached", "proto");
    await cloned.write(A, proto("one"));
    await commit(cloned);
    await setBaseline(cloned, "HEAD~1");
    expect(await refused(cloned)).toContain(
      "help: proto is no submodule any more: name a baseline that is later, in lockstep.yaml.\n",
    );
  });

  it("is found in a submodule of a submodule", async () => {
    const { w } = await composed();
    await w.git("add", "-A");
    await commit(w);
    await w.remove("lockstep.yaml");
    await w.remove("buf.yaml");
    await w.remove("buf.gen.yaml");
    await commit(w, "only a submodule");
    const outer = await changing({ [A]: undefined });
    await outer.write("buf.yaml", (await outer.read("buf.yaml")).replace("proto", "mid/proto"));
    await addSubmodule(outer, w, "mid");
    await commit(outer);
    await outer.write("mid/proto/a/v1/a.proto", proto("one"));
    const said = await refused(outer);
    expect(said).toContain("help: Fetch it: git submodule update --init --recursive mid\n");
    await outer.remove("mid/proto/a");
    await obey(outer, said);
    expect(await fresh(outer)).toEqual([]);
    await outer.write("mid/proto/a/v1/a.proto", proto("one", "two", "three"));
    expect(await fresh(outer)).toEqual(["three"]);
    const [head] = await resolved(outer);
    expect(head?.schema?.pathOf("a/v1/a.proto")).toBe("mid/proto/a/v1/a.proto");
  });

  it("does not matter where buf looks for no protos in it", async () => {
    const { inner } = await composed();
    const w = await changing();
    await addSubmodule(w, inner, "docs/theme");
    await commit(w);
    const cloned = await clone(w);
    await cloned.write(A, proto("one", "two"));
    expect(await fresh(cloned)).toEqual(["two"]);
  });
});
