// What a change is judged against, from one end to the other: branches, tags, clones, folders and images.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { bufBinary } from "../../core/installation.js";
import { LENIENT, TestWorkspace, workspace } from "../workspace.js";
import { commit, committed, ENGINE, ENGINE_PROTO, found, trouble } from "./gate.js";

const exec = promisify(execFile);
const MEMORY = "error FIELD_TYPE_CHANGED gaius.v1.Endpoint.memory_bytes";

/** A clone of the workspace's repository, with its packages. */
async function clone(w: TestWorkspace, ...flags: string[]): Promise<TestWorkspace> {
  const made = new TestWorkspace(join(w.root, "..", "clone"));
  await w.git("clone", "--quiet", ...flags, `file://${w.root}`, made.root);
  return made;
}

describe("without a name", () => {
  it("it is where the branch left the remote's main, whatever main became", async () => {
    const origin = await committed();
    const w = await clone(origin);
    await w.git("switch", "--quiet", "-c", "feature");
    // On main, an RPC went meanwhile: that is not this branch's doing.
    await origin.edit(
      ENGINE,
      "  rpc GetEndpoint(GetEndpointRequest) returns (GetEndpointResponse);\n",
      "",
    );
    await commit(origin);
    await w.git("fetch", "--quiet");
    expect(await found(w)).toEqual([]);
    // The break may be committed, staged or not even saved to git.
    await w.edit(ENGINE, "int64", "int32");
    expect(await found(w)).toEqual([MEMORY]);
    await commit(w);
    expect(await found(w)).toEqual([MEMORY]);
    const { steps } = await w.json("breaking");
    expect(steps.at(-1)?.summary).toBe("1 finding; against the merge base with origin/main");
    // What came in with main is none, either.
    await w.git("merge", "--quiet", "-m", "merge", "origin/main");
    expect(await found(w)).toEqual([MEMORY]);
  });

  it("it is HEAD in a repository of its own: what is committed counts as spoken", async () => {
    const w = await committed();
    await w.edit(ENGINE, "int64", "int32");
    expect(await found(w)).toEqual([MEMORY]);
    await commit(w);
    expect(await found(w)).toEqual([]);
  });

  it("it is missed in a shallow clone, until the command that is named was run", async () => {
    const origin = await committed();
    await origin.git("switch", "--quiet", "-c", "feature");
    await origin.edit(ENGINE, "int64", "int32");
    await commit(origin);
    await origin.git("switch", "--quiet", "main");
    const w = await clone(origin, "--depth=1", "--branch=feature");
    const said = await trouble(w);
    expect(said).toMatch(/^error: origin\/main is not in this clone, so changes cannot be judged/);
    const command = /Fetch it: git (.*)\n/.exec(said)?.[1] ?? "";
    await w.git(...command.split(" "));
    expect(await found(w)).toEqual([MEMORY]);
  });
});

describe("by name", () => {
  it("it is every tag of a pattern; a break against an old one alone says so", async () => {
    const w = await committed();
    await w.git("tag", "v1.0.0");
    await w.edit(
      ENGINE,
      "  int64 memory_bytes = 3;\n",
      "  int64 memory_bytes = 3;\n  string model = 4;\n",
    );
    await commit(w);
    await w.git("tag", "v1.1.0");
    await w.edit(ENGINE, "string model = 4;", "bytes model = 4;");
    expect(await found(w, "--against", "v1.0.0")).toEqual([]);
    expect(await found(w, "--against", "v*")).toEqual([
      "error FIELD_TYPE_CHANGED gaius.v1.Endpoint.model against v1.1.0",
    ]);
    const { stdout } = await w.run("breaking", "--against", "v*");
    expect(stdout).toContain("  error  FIELD_TYPE_CHANGED  against v1.1.0\n");
    // One change of what both have is one finding.
    await w.edit(ENGINE, "int64 memory_bytes", "int32 memory_bytes");
    expect(await found(w, "--against", "v1.0.0", "--against", "v1.1.0")).toEqual([
      `${MEMORY} against v1.0.0, v1.1.0`,
      "error FIELD_TYPE_CHANGED gaius.v1.Endpoint.model against v1.1.0",
    ]);
    await w.write("lockstep.yaml", `baseline: [v1.0.0, main]\n${LENIENT["lockstep.yaml"]}`);
    expect(await found(w)).toContain(`${MEMORY} against v1.0.0, main`);
    expect(await found(w, "--against", "v1.0.0")).toEqual([MEMORY]);
  });

  it("it is a folder or an image, and the finding is the same", async () => {
    const w = await committed();
    await exec(bufBinary(), ["build", "-o", "../v1.binpb"], { cwd: w.root });
    await exec(bufBinary(), ["build", "-o", "../v1.json"], { cwd: w.root });
    await w.git("worktree", "add", "--quiet", "../released");
    await w.edit(ENGINE, "int64", "int32");
    for (const name of ["../v1.binpb", "../v1.json", "../released", "../released/proto"])
      expect(await found(w, "--against", name), name).toEqual([MEMORY]);
    // Where the file has gone, too.
    await w.git("mv", ENGINE, "proto/gaius/v1/api.proto");
    for (const name of ["../v1.binpb", "../released/proto"])
      expect(await found(w, "--against", name), name).toEqual([MEMORY]);
  });
});

describe("where the workspace is", () => {
  it("does not matter: a folder below the repository, and a worktree", async () => {
    const w = await workspace({});
    const inner = new TestWorkspace(w.path("schemas"));
    for (const [path, text] of Object.entries({ ...LENIENT, [ENGINE]: ENGINE_PROTO }))
      await inner.write(path, text);
    await inner.write("buf.gen.yaml", await w.read("buf.gen.yaml"));
    await w.write("other/broken.proto", "this is not of the workspace");
    await commit(w);
    const tree = new TestWorkspace(join(w.root, "..", "tree", "schemas"));
    await w.git("worktree", "add", "--quiet", "../tree");
    for (const each of [inner, tree]) {
      expect(await found(each)).toEqual([]);
      await each.edit(ENGINE, "int64", "int32");
      expect(await found(each)).toEqual([MEMORY]);
    }
  });

  it("may have its protos in a submodule, whose pinned commit is what counts", async () => {
    const protos = await workspace({ "gaius/v1/engine.proto": ENGINE_PROTO });
    await commit(protos);
    const w = await workspace(LENIENT);
    await w.git(
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "--quiet",
      "add",
      protos.root,
      "proto",
    );
    await commit(w);
    expect(await found(w)).toEqual([]);
    await w.edit(ENGINE, "int64", "int32");
    await new TestWorkspace(w.path("proto")).git("commit", "--quiet", "-am", "change");
    expect(await found(w)).toEqual([MEMORY]);
    await commit(w);
    expect(await found(w)).toEqual([]);
  });
});

describe("a proto that comes back", () => {
  it("with other numbers is an error that names the commit which deleted it", async () => {
    const w = await committed();
    const JOB = "proto/gaius/v1/job.proto";
    const job = (body: string) =>
      `syntax = "proto3";\npackage gaius.v1;\n\nmessage Job {\n${body}}\n`;
    await w.write(JOB, job("  string name = 1;\n  int64 size = 2;\n"));
    await commit(w);
    await w.remove(JOB);
    const deleted = await commit(w);
    await w.write("README.md", "one\n");
    await commit(w);
    await w.edit(
      ENGINE,
      "  int64 memory_bytes = 3;\n",
      "  int64 memory_bytes = 3;\n  string model = 4;\n",
    );
    await commit(w);

    await w.write(JOB, job("  string name = 1;\n  int64 size = 2;\n"));
    expect(await found(w)).toEqual([]);

    await w.write("proto/gaius/v1/work.proto", job("  int64 size = 1;\n  string name = 2;\n"));
    await w.remove(JOB);
    const { code, findings } = await w.json("breaking");
    expect(code).toBe(1);
    expect(findings.map(({ rule, symbol }) => `${rule} ${symbol}`)).toEqual([
      "NAME_REUSED_AFTER_REMOVAL gaius.v1.Job.size",
      "NUMBER_REUSED_AFTER_REMOVAL gaius.v1.Job.size",
      "NAME_REUSED_AFTER_REMOVAL gaius.v1.Job.name",
      "NUMBER_REUSED_AFTER_REMOVAL gaius.v1.Job.name",
    ]);
    for (const { message } of findings) expect(message).toContain(`until ${deleted} (`);
    expect(findings.map(({ help }) => help)).toEqual([
      "If it is the same again, give it back the number 2. If not, choose another name, and reserve the name size and the number 2 in Job.",
      "Give it back the number that it had itself, 2.",
      "If it is the same again, give it back the number 1. If not, choose another name, and reserve the name name and the number 1 in Job.",
      "Give it back the number that it had itself, 1.",
    ]);
    expect(await w.run("fix")).toMatchObject({ code: 0 });
    expect(await w.read("proto/gaius/v1/work.proto")).toBe(
      job("  int64 size = 2;\n  string name = 1;\n"),
    );
    expect(await found(w)).toEqual([]);
  });

  it("with a number of somebody else gets a free one, and only what nobody needs is reserved", async () => {
    const w = await committed();
    await w.edit(ENGINE, "  int64 memory_bytes = 3;\n", "");
    await commit(w);
    await w.edit(
      ENGINE,
      "  string name = 1;\n",
      "  string name = 1;\n  string model = 3;\n  int64 memory_bytes = 4;\n",
    );
    expect(await found(w)).toEqual([
      "error NUMBER_REUSED_AFTER_REMOVAL gaius.v1.Endpoint.model",
      "error NAME_REUSED_AFTER_REMOVAL gaius.v1.Endpoint.memory_bytes",
    ]);
    await w.run("fix");
    expect(await w.read(ENGINE)).toContain(
      "message Endpoint {\n  reserved 3;\n\n  string name = 1;\n  string model = 5;\n  int64 memory_bytes = 4;\n",
    );
  });
});
