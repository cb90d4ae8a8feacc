// lockstep doctor where nothing works: each is a diagnosis with its remedy, and none a crash.
import { execFile } from "node:child_process";
import { chmod, cp, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { packageFolder } from "../../core/installation.js";
import { silent } from "../../core/report/progress.js";
import { doctor } from "../../scripts/doctor.js";
import { run } from "../../scripts/run.js";
import { generatedWorkspace } from "../generated-workspace.js";
import { BUF_GEN_YAML, BUF_YAML, type Ended, TestWorkspace, workspace } from "../workspace.js";
import { causesIn, type DoctorJson, doctorOf, expectWell, remedyIn, stateIn } from "./patients.js";

it("sees that Node is too old, and looks at nothing with packages on it", async () => {
  const w = await generatedWorkspace();
  const call = {
    cwd: w.root,
    env: process.env,
    config: undefined,
    watcher: silent,
    signal: undefined,
  };
  for (const node of ["18.20.8", "20.9.0", "20.18.3"]) {
    const { examined, troubles } = await doctor(call, { ports: [], node });
    expect([examined.ok, troubles]).toEqual([false, []]);
    expect(examined.diagnoses[0]).toMatchObject({
      id: "node-too-old",
      severity: "error",
      cause: `Node is ${node}; it takes 20.19.0 or later.`,
    });
    expect(examined.looked).toContainEqual({
      id: "generated-missing",
      state: "blocked",
      why: "node-too-old",
    });
  }
  for (const node of ["20.19.0", "22.1.0", "100.0.0"]) {
    expect((await doctor(call, { ports: [], node })).examined.ok).toBe(true);
  }
});

it("sees which of its packages are not installed", async () => {
  const w = await generatedWorkspace();
  const installed = new TestWorkspace(join(dirname(w.root), "installed"));
  await mkdir(installed.root);
  await cp(join(packageFolder, "dist"), installed.path("dist"), { recursive: true });
  await cp(join(packageFolder, "package.json"), installed.path("package.json"));
  const look = async (): Promise<DoctorJson & { code: number }> => {
    const args = [installed.path("dist/lockstep.js"), "doctor", "--format", "json"];
    const { code, stdout } = await promisify(execFile)(process.execPath, args, { cwd: w.root })
      .then((ended) => ({ code: 0, ...ended }))
      .catch((thrown: Ended) => thrown);
    return { ...(JSON.parse(stdout) as DoctorJson), code };
  };
  const install = async (name: string): Promise<void> => {
    await mkdir(dirname(installed.path("node_modules", name)), { recursive: true });
    await symlink(join(packageFolder, "node_modules", name), installed.path("node_modules", name));
  };

  const none = await look();
  expect(none.code).toBe(1);
  expect(none.diagnoses.slice(0, 2).map(({ id }) => id)).toEqual([
    "packages-missing",
    "buf-not-runnable",
  ]);
  expect(none.diagnoses[0]?.cause).toContain("'oxc-");
  expect(stateIn(none, "generated-missing")).toBe("blocked: packages-missing");

  await install("oxc-parser");
  await install("oxc-transform");
  const noBuf = await look();
  expect(noBuf.code).toBe(1);
  expect(causesIn(noBuf)).toEqual([expect.stringMatching(/^buf-not-runnable buf could not/)]);
  expect(remedyIn(noBuf, "buf-not-runnable")).toContain("npm install @bufbuild/buf");
  expect(stateIn(noBuf, "generated-missing")).toBe("blocked: buf-not-runnable");

  await install("@bufbuild/buf");
  expect((await look()).code).toBe(0);
});

it("sees that there is no git repository", async () => {
  const w = await workspace(undefined, { git: false });
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  expect(causesIn(report)[0]).toBe(`not-a-repository ${w.root} is not in a git repository.`);
  expect(remedyIn(report, "not-a-repository")).toContain("git init");
  expect(stateIn(report, "generated-tracked")).toBe("blocked: not-a-repository");
  expect(stateIn(report, "hook-not-installed")).toBe("blocked: not-a-repository");
  await w.git("init", "--quiet");
  await w.run("generate");
  await expectWell(w);
});

it("sees that git itself is not installed", async () => {
  const w = await generatedWorkspace();
  const out = { stdout: "", stderr: "" };
  const code = await run({
    argv: ["doctor", "--format", "json"],
    cwd: w.root,
    env: { ...process.env, PATH: "" },
    stdout: { write: (text) => (out.stdout += text) },
    stderr: { write: (text) => (out.stderr += text) },
  });
  expect([code, out.stderr]).toEqual([1, ""]);
  const report = JSON.parse(out.stdout) as DoctorJson;
  expect(causesIn(report)).toEqual(["not-a-repository git could not be started."]);
  expect(remedyIn(report, "not-a-repository")).toContain("Install git");
  expect(stateIn(report, "generated-tracked")).toBe("blocked: not-a-repository");
});

it("does not ask for a git repository where lockstep.yaml does without", async () => {
  const w = await workspace(undefined, { git: false });
  await w.write(
    "lockstep.yaml",
    "severity: { GENERATED_NOT_IGNORED: off, GENERATED_TRACKED: off }\ndocstrings: { kinds: [] }\n",
  );
  await w.run("generate");
  const report = await doctorOf(w);
  expect(causesIn(report)).toEqual([]);
  expect(stateIn(report, "not-a-repository")).toBe("off: lockstep.yaml does without git");
});

it("sees that there is no buf.yaml", async () => {
  const w = await workspace({ "buf.yaml": undefined, "proto/a/v1/a.proto": "" });
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  expect(causesIn(report)).toEqual([
    `workspace-missing No buf.yaml in ${w.root}, nor in a folder above it.`,
  ]);
  // What needs no workspace is looked at all the same.
  expect(stateIn(report, "buf-not-runnable")).toBe("well");
  expect(stateIn(report, "configuration-invalid")).toBe("blocked: workspace-missing");
  await w.write("buf.yaml", BUF_YAML);
  expect(stateIn(await doctorOf(w), "workspace-missing")).toBe("well");
});

it("sees a mistake in the configuration, and where it is", async () => {
  const w = await generatedWorkspace();
  for (const [path, content, place] of [
    ["lockstep.yaml", "severity: [", "lockstep.yaml:1"],
    ["lockstep.yaml", "\nseveritys: {}\n", "lockstep.yaml:2"],
    ["buf.yaml", "version: v2\nmodules: {\n", "buf.yaml:3"],
    ["buf.yaml", `${BUF_YAML}lnit: {}\n`, "buf.yaml:6"],
    ["buf.gen.yaml", BUF_GEN_YAML.replace("out: generated", "out: ../elsewhere"), "buf.gen.yaml:4"],
    ["buf.gen.yaml", BUF_GEN_YAML.replace("strategy", "stratgy"), "buf.gen.yaml:5"],
    ["buf.gen.yaml", undefined, ""],
  ] as const) {
    const before = await w.read(path);
    if (content === undefined) await w.remove(path);
    else await w.write(path, content);
    const report = await doctorOf(w);
    expect([report.code, report.stderr]).toEqual([1, ""]);
    const [cause, ...others] = causesIn(report);
    expect(cause?.startsWith(`configuration-invalid ${place}`), cause).toBe(true);
    expect(others).toEqual([]);
    expect(stateIn(report, "generated-stale")).toBe("blocked: configuration-invalid");
    await w.write(path, before);
  }
  await expectWell(w);
});

it("sees protos that do not compile, with their lines", async () => {
  const w = await generatedWorkspace();
  await w.edit("proto/a/v1/a.proto", "string name = 1", "strin name = 1");
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  expect(causesIn(report)).toEqual([
    expect.stringMatching(/^protos-broken proto\/a\/v1\/a\.proto:17 .*strin/),
  ]);
  expect(stateIn(report, "mapping-missing")).toBe("blocked: protos-broken");
  expect(stateIn(report, "generated-missing")).toBe("blocked: protos-broken");
  await w.edit("proto/a/v1/a.proto", "strin name = 1", "string name = 1");
  await expectWell(w);
});

it("sees a plugin that does not run", async () => {
  const w = await generatedWorkspace();
  await w.edit("buf.gen.yaml", "local: protoc-gen-es", "local: protoc-gen-nowhere");
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  expect(causesIn(report)).toEqual([
    expect.stringMatching(/^plugin-not-runnable buf\.gen\.yaml:3 The plugin protoc-gen-nowhere/),
  ]);
  expect(remedyIn(report, "plugin-not-runnable")).toContain("correct its name in buf.gen.yaml");
  expect(stateIn(report, "generated-stale")).toBe("blocked: plugin-not-runnable");
  await w.write("buf.gen.yaml", BUF_GEN_YAML);
  await expectWell(w);
});

it("sees what is in the way of generated files", async () => {
  const w = await workspace();
  await w.write("generated/index.js", "export const mine = 1;\n");
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  expect(causesIn(report)).toEqual([
    expect.stringMatching(/^generated-unusable generated\/index\.js is in the way/),
  ]);
  await w.remove("generated/index.js");
  await w.run("generate");
  await expectWell(w);
});

it("sees generated files that git tracks, or would take", async () => {
  const w = await generatedWorkspace();
  await w.git("add", "--force", "generated/index.js");
  const tracked = await doctorOf(w);
  expect(tracked.code).toBe(1);
  expect(causesIn(tracked)).toEqual([
    "generated-tracked generated git tracks 1 file in the generated folder generated/: generated/index.js.",
  ]);
  const remedy = remedyIn(tracked, "generated-tracked");
  const [, command = ""] = /: git (.+)$/.exec(remedy) ?? [];
  await w.git(...command.split(" "));
  await expectWell(w);

  await w.write(".gitignore", "node_modules\n");
  const taken = await doctorOf(w);
  expect(causesIn(taken)).toEqual([
    "generated-tracked .gitignore git does not ignore the generated folder generated/.",
  ]);
  await w.write(".gitignore", "node_modules\ngenerated/\n");
  await expectWell(w);
});

it("sees that a clone lacks what to judge against, and the command that it names fetches it", async () => {
  const origin = await workspace();
  await origin.git("add", ".");
  await origin.git("commit", "--quiet", "--message", "One");
  await origin.write("proto/b/v1/b.proto", 'syntax = "proto3";\n\npackage b.v1;\n');
  await origin.git("add", ".");
  await origin.git("commit", "--quiet", "--message", "Two");
  const w = new TestWorkspace(join(dirname(origin.root), "clone"));
  await origin.git("clone", "--quiet", "--depth=1", pathToFileURL(origin.root).href, w.root);
  await symlink(join(packageFolder, "node_modules"), w.path("node_modules"));
  for (const prepare of [
    // Whether the number was used before, only the history tells.
    () => w.edit("proto/a/v1/a.proto", "}\n", "  // Ended.\n  STATUS_FAILED = 2;\n}\n"),
    async () => void (await w.git("update-ref", "-d", "refs/remotes/origin/main")),
  ]) {
    await prepare();
    const report = await doctorOf(w);
    expect(report.code).toBe(1);
    expect(stateIn(report, "peers-misread")).toBe("blocked: baseline-not-fetched");
    const [, command = ""] =
      /: git (fetch .+)$/m.exec(remedyIn(report, "baseline-not-fetched")) ?? [];
    await w.git(...command.split(" "));
    await w.run("generate");
    await expectWell(w);
  }
});

it("advises to install the hook, wherever it may be", async () => {
  const w = await generatedWorkspace();
  const advice = await doctorOf(w);
  expect([advice.code, advice.ok]).toEqual([0, true]);
  expect(advice.diagnoses).toMatchObject([{ id: "hook-not-installed", severity: "info" }]);
  expect(remedyIn(advice, "hook-not-installed")).toBe("Run: lockstep hook install");
  const state = async (): Promise<string> => stateIn(await doctorOf(w), "hook-not-installed");
  for (const [path, content] of [
    [".git/hooks/pre-commit", undefined],
    ["lefthook.yml", "pre-commit:\n  commands:\n    lint:\n      run: npm run lint\n"],
    [".pre-commit-config.yaml", "repos:\n  - repo: meta\n    hooks:\n      - id: identity\n"],
    [".husky/pre-commit", "npm test\n"],
  ] as const) {
    if (content !== undefined) await w.write(path, content);
    expect([path, await state()]).toEqual([path, "wrong"]);
    expect((await w.run("hook", "install")).stdout).toContain(path);
    expect([path, await state()]).toEqual([path, "well"]);
    await w.remove(path);
  }
});

it("knows a hook that is written by hand, one that git does not run, and that of another workspace", async () => {
  const w = await generatedWorkspace();
  await w.git("config", "core.hooksPath", "hooks");
  await w.write("hooks/pre-commit", `#!/bin/sh\n'node_modules/.bin/lockstep' hook run\n`);
  await chmod(w.path("hooks/pre-commit"), 0o644);
  expect((await doctorOf(w)).diagnoses[0]?.cause).toContain("is not executable");
  await chmod(w.path("hooks/pre-commit"), 0o755);
  expect(stateIn(await doctorOf(w), "hook-not-installed")).toBe("well");

  await w.remove("hooks/pre-commit");
  await w.write("other/buf.yaml", BUF_YAML);
  await w.run("hook", "install", "--cwd", "other");
  expect(stateIn(await doctorOf(w), "hook-not-installed")).toBe("wrong");
  await w.run("hook", "install");
  expect(stateIn(await doctorOf(w), "hook-not-installed")).toBe("well");
});
