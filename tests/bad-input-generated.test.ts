// A generated folder that cannot be used, and what git has to say of it.
import { chmod, mkdir, readdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { canRunBound, runBound } from "./bound.js";
import { generatedWorkspace } from "./generated-workspace.js";
import { refusal } from "./refusal.js";
import { STATUS_PROTO, type TestWorkspace, workspace } from "./workspace.js";

describe.each(["generate", "check"])("%s, where generated/", (command) => {
  it("is a file", async () => {
    const w = await workspace();
    await w.write("generated", "mine");
    const { stderr } = await refusal(w, 2, command);
    expect(stderr).toContain("error: Cannot write to generated: it is a file.\n  help: generated");
    expect(await w.read("generated")).toBe("mine");
  });

  it.each([
    ["out of the workspace", "../elsewhere"],
    ["to another folder of it", "elsewhere"],
    ["to nothing", "nowhere"],
  ])("is a symbolic link %s", async (_, target) => {
    const w = await workspace();
    if (target !== "nowhere") await mkdir(w.path(target));
    await symlink(target, w.path("generated"));
    const { stderr } = await refusal(w, 2, command);
    expect(stderr).toContain(
      `error: Cannot write to generated: it is a symbolic link to ${target}.\n` +
        "  help: generated has to be a real folder inside the workspace that you may write to.",
    );
    if (target !== "nowhere") expect(await readdir(w.path(target))).toEqual([]);
  });

  it("has a link or a file where Lockstep keeps its own", async () => {
    const w = await generatedWorkspace();
    await rename(w.path("generated/.lockstep"), w.path("elsewhere"));
    await symlink("../elsewhere", w.path("generated/.lockstep"));
    expect((await refusal(w, 2, command)).stderr).toContain(
      "error: Cannot write to generated: generated/.lockstep is a symbolic link to ../elsewhere.",
    );
    expect(await readdir(w.path("elsewhere"))).toEqual(["manifest.json"]);
    await w.remove("generated/.lockstep");
    await w.write("generated/.lockstep", "");
    expect((await refusal(w, 2, command)).stderr).toContain(
      "error: Cannot write to generated: generated/.lockstep is a file.",
    );
  });

  it("has a damaged list of what was written", async () => {
    const w = await generatedWorkspace({ "generated/.lockstep/manifest.json": '{"files":' });
    expect((await refusal(w, 2, command)).stderr).toContain(
      "generated/.lockstep/manifest.json: error: generated/.lockstep/manifest.json is damaged; it lists what Lockstep wrote to generated.\n" +
        "  help: Delete generated and generate again.",
    );
  });

  it("is tracked by git", async () => {
    const w = await generatedWorkspace();
    await w.git("add", "--force", "generated/index.js", "generated/a");
    const { findings, stdout } = await refusal(w, 1, command);
    expect(findings).toMatchObject([
      { rule: "GENERATED_TRACKED", severity: "error", path: "generated" },
    ]);
    expect(stdout).toContain("git tracks 7 files in the generated folder generated/: generated/a/");
    expect(stdout).toContain(
      "help: Untrack them, keeping the files, and commit: git rm -r --cached generated",
    );
    await w.git("rm", "-r", "--quiet", "--cached", "generated");
    expect((await w.run(command)).code).toBe(0);
  });

  it("is not ignored by git", async () => {
    const w = await generatedWorkspace({ ".gitignore": "node_modules\n/generated/*.js\n" });
    const { findings, stdout } = await refusal(w, 1, command);
    expect(findings).toMatchObject([
      { rule: "GENERATED_NOT_IGNORED", severity: "error", path: ".gitignore" },
    ]);
    expect(stdout).toContain('help: Add the line "generated/" to .gitignore.');
    await w.write(".gitignore", "node_modules\ngenerated/\n");
    expect((await w.run(command)).code).toBe(0);
  });

  it("is in no git repository", async () => {
    const w = await generatedWorkspace();
    await w.remove(".git");
    const { stderr } = await refusal(w, 2, command);
    expect(stderr).toContain(`error: ${w.root} is not in a git repository, so whether git ignores`);
    const remedy = /severity: (\{.*\})/.exec(stderr)?.[0] ?? "";
    expect(stderr).toContain(`help: Run "git init", or do without this check in lockstep.yaml: `);
    await w.write("lockstep.yaml", `${remedy}\n`);
    expect(await w.run(command)).toMatchObject({ code: 0, stdout: "No findings.\n" });
    await w.write("other/b.proto", STATUS_PROTO);
    expect((await refusal(w, 1, command)).findings).toMatchObject([
      { rule: "PROTO_OUTSIDE_MODULE", path: "other/b.proto" },
    ]);
  });

  it("is on a machine without git", async () => {
    const w = await generatedWorkspace({ "bin/.keep": "" });
    await symlink(process.execPath, w.path("bin/node"));
    const env = { ...process.env, PATH: w.path("bin") };
    const before = await w.files("generated");
    const { code, stderr } = await w.start([command], { env }).ended;
    expect(code).toBe(2);
    expect(stderr.split("error: git could not be started.")).toHaveLength(2);
    expect(stderr).toContain("help: Install git and see that it is on the PATH.");
    expect(await w.files("generated")).toEqual(before);
    // With no repository either, and the check switched off, git is not needed.
    await w.remove(".git");
    const off = "severity: { GENERATED_NOT_IGNORED: off, GENERATED_TRACKED: off }\n";
    await w.write("lockstep.yaml", off);
    expect(await w.start([command], { env }).ended).toMatchObject({ code: 0 });
  });
});

/** Makes folders read-only until the test has finished, because what is in them could not be removed. */
async function readOnly(w: TestWorkspace, ...folders: string[]): Promise<() => Promise<void>> {
  const change = async (mode: number): Promise<void> => {
    for (const folder of folders) await chmod(w.path(folder), mode).catch(() => {});
  };
  onTestFinished(() => change(0o755));
  await change(0o555);
  return () => change(0o755);
}

describe.skipIf(!canRunBound)("a generated folder without permission to write", () => {
  it("is told at once, and check works all the same", async () => {
    const w = await generatedWorkspace();
    await readOnly(w, "generated", "generated/.lockstep");
    const before = await w.files("generated");
    expect(await runBound(w, "check")).toMatchObject({ code: 0 });
    const { code, stderr } = await runBound(w, "generate");
    expect(code).toBe(2);
    expect(stderr).toContain(
      "error: Cannot write to generated: you may not write to it.\n  help: generated has to be",
    );
    expect(await w.files("generated")).toEqual(before);
  });

  it("in a part of it leaves whole files, and the next run does the rest", async () => {
    const w = await generatedWorkspace();
    await w.edit("proto/a/v1/a.proto", "string name = 1;", "string label = 1;");
    const before = await w.files("generated/a");
    const writable = await readOnly(w, "generated/a/v1");
    const { code, stderr } = await runBound(w, "generate");
    expect(code).toBe(2);
    expect(stderr).toContain("error: Not everything could be written to generated: EACCES");
    expect(stderr).toContain("help: Every file there is whole. Mend that and run again");
    expect(await w.files("generated/a")).toEqual(before);
    await writable();
    expect(await runBound(w, "generate")).toMatchObject({ code: 0 });
    expect(await w.read(join("generated", "a/v1/a_pb.d.ts"))).toContain("label");
  });

  it("of a proto that may not be read is told by its path", async () => {
    const w = await generatedWorkspace();
    await chmod(w.path("proto/a/v1/a.proto"), 0o000);
    const before = await w.files("generated");
    const { code, stderr } = await runBound(w, "generate");
    expect(code).toBe(2);
    expect(stderr).toMatch(/error: .*proto\/a\/v1\/a\.proto: permission denied/);
    expect(await w.files("generated")).toEqual(before);
  });
});
