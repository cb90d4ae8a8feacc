// The baseline of workspaces in subfolders, worktrees and submodules, and of modules that are links.
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TestWorkspace } from "../workspace.js";
import {
  A,
  addSubmodule,
  changing,
  commit,
  fresh,
  proto,
  resolved,
  temporary,
} from "./baseline-repository.js";

describe("where the workspace is", () => {
  it("may be a subfolder of the repository", async () => {
    const w = await changing();
    const top = new TestWorkspace(join(w.root, ".."));
    await w.remove(".git");
    await top.git("init", "--quiet", "--initial-branch=main");
    await top.write("other.proto", "not a proto of the workspace");
    await commit(top);
    await w.write(A, proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
    const [head] = await resolved(w);
    expect(head?.schema?.pathOf("a/v1/a.proto")).toBe(A);
    expect(await head?.lines(A)).toContain("  int32 one = 1;");
  });

  it("may be a worktree of git's", async () => {
    const w = await changing();
    await commit(w);
    const tree = new TestWorkspace(join(await temporary(), "tree"));
    await w.git("worktree", "add", "--quiet", "-b", "topic", tree.root);
    await tree.write(A, proto("one", "two"));
    expect(await fresh(tree)).toEqual(["two"]);
  });

  it("may be a submodule, whose own history counts", async () => {
    const inner = await changing();
    await commit(inner);
    const outer = new TestWorkspace(await temporary());
    await outer.git("init", "--quiet", "--initial-branch=main");
    await addSubmodule(outer, inner, "schemas");
    await commit(outer);
    const w = new TestWorkspace(outer.path("schemas"));
    await w.write(A, proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
    expect((await resolved(w))[0]?.name).toBe("the merge base with origin/main");
  });

  it("may have links to protos elsewhere in the repository", async () => {
    const w = await changing({ [A]: undefined, "shared/a/v1/a.proto": proto("one") });
    await symlink("shared", w.path("proto"));
    await commit(w);
    await w.write("shared/a/v1/a.proto", proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
  });

  it("may have links to single protos, and links that lead nowhere", async () => {
    const w = await changing({ [A]: undefined, "elsewhere/a.proto": proto("one") });
    await w.write("proto/a/v1/readme.md", "");
    await symlink("../../../elsewhere/a.proto", w.path(A));
    const nowhere = ["/nowhere", "gone blob", "2.proto", "../../outside.proto", "readme.md/x"];
    for (const [i, target] of nowhere.entries()) await symlink(target, w.path(`proto/${i}.proto`));
    await commit(w);
    await w.git("rm", "--quiet", "proto/*.proto", ":(exclude)proto/a/*");
    await w.write("elsewhere/a.proto", proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
  });
});
