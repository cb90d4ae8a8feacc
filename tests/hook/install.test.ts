// lockstep hook install adds the hook to whatever a repository has, and uninstall leaves the bytes as they were.
import { chmod, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { TestWorkspace } from "../workspace.js";
import {
  attempt,
  BROKEN_PROTO,
  commit,
  giveCommand,
  PROTO,
  repository,
} from "./hook-repository.js";

const HOOK = ".git/hooks/pre-commit";

/** Installs twice and takes out again: the second time changes nothing, and in the end all is as before. */
async function thereAndBack(made: TestWorkspace, file: string, said: string): Promise<string> {
  const before = await made.read(file).catch(() => undefined);
  const first = await made.run("hook", "install");
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.stdout).toContain(`The hook is in ${said} now.`);
  const installed = await made.read(file);
  const again = await made.run("hook", "install");
  expect(again.stdout).toContain(`The hook is in ${said} already.`);
  expect(await made.read(file)).toBe(installed);
  // With another flag it is replaced where it is, and put back.
  await made.run("hook", "install", "--fix");
  expect((await made.read(file)).match(/--fix/g)?.length).toBeGreaterThan(0);
  await made.run("hook", "install");
  expect(await made.read(file)).toBe(installed);
  expect((await made.run("hook", "uninstall")).code).toBe(0);
  expect(await made.read(file).catch(() => undefined)).toBe(before);
  expect((await made.run("hook", "uninstall")).stdout).toContain("There is no hook");
  await made.run("hook", "install");
  return installed;
}

/** A commit of a break, which the hook stops and a change of nothing, which it lets through. */
async function stops(made: TestWorkspace): Promise<string> {
  await made.git("add", ".");
  await made.git("commit", "--quiet", "--no-verify", "-m", "All there is");
  await made.write(PROTO, BROKEN_PROTO);
  const { code, output } = await commit(made, "-am", "Break it");
  expect(code).toBe(1);
  expect(output).toContain("ENUM_VALUE_RENUMBERED");
  return output;
}

test("a repository without hooks gets one, and loses it again", async () => {
  const made = await repository();
  const installed = await thereAndBack(made, HOOK, HOOK);
  expect(installed).toMatch(/^#!\/bin\/sh\n# >>> lockstep hook/);
  expect((await stat(made.path(HOOK))).mode & 0o111).toBe(0o111);
  await stops(made);
});

test("an existing hook keeps its lines, its mode and its end, and ours runs before it", async () => {
  const made = await repository();
  for (const existing of [
    "#!/bin/sh\necho theirs\nexit 0\n",
    "#!/usr/bin/env bash\nset -e\necho theirs",
    "#!/bin/sh",
    "echo theirs\n",
    '#!/bin/sh\n. "$(dirname -- "$0")/_/husky.sh"\n\nnpm test\n',
    "",
  ]) {
    await made.write(HOOK, existing);
    await chmod(made.path(HOOK), 0o750);
    const installed = await thereAndBack(made, HOOK, HOOK);
    expect((await stat(made.path(HOOK))).mode & 0o777).toBe(0o750);
    if (existing.includes("husky.sh")) expect(installed).toMatch(/husky\.sh"\n# >>> lockstep/);
    await made.run("hook", "uninstall");
  }
  await made.write(HOOK, "#!/bin/sh\necho theirs\nexit 1\n");
  await chmod(made.path(HOOK), 0o755);
  await made.run("hook", "install");
  expect(await stops(made)).not.toContain("theirs");
  await made.git("checkout", "--quiet", PROTO);
  await made.write("notes", "x");
  await made.git("add", "notes");
  expect(await commit(made, "-m", "Notes")).toEqual({ code: 1, output: "theirs\n" });
});

test("a hook that is edited around ours keeps the edits", async () => {
  const made = await repository();
  await made.run("hook", "install");
  await writeFile(made.path(HOOK), `${await made.read(HOOK)}echo added later\n`);
  await made.run("hook", "uninstall");
  expect(await made.read(HOOK)).toBe("#!/bin/sh\necho added later\n");
});

test("a hook behind a link is changed where it is", async () => {
  const made = await repository();
  await made.write("tools/hook.sh", "#!/bin/sh\necho theirs\n");
  await chmod(made.path("tools/hook.sh"), 0o755);
  await made.remove(".git/hooks").catch(() => undefined);
  await made.write(".git/hooks/README", "");
  await symlink(made.path("tools/hook.sh"), made.path(HOOK));
  await thereAndBack(made, "tools/hook.sh", HOOK);
  expect(await stops(made)).not.toContain("theirs");
});

test.each([
  ["#!/usr/bin/env python3\nprint()\n", 0o755, "it is not a shell script", "lockstep_hook()"],
  ["#!/bin/sh\necho theirs\n", 0o644, "it is not executable", "chmod +x"],
  ["#!/bin/sh\n# <<< lockstep hook for . <<<\n", 0o755, "one mark of Lockstep's hook", "by hand"],
])("what cannot be changed is left alone: %j", async (existing, mode, why, help) => {
  const made = await repository();
  await made.write(HOOK, existing);
  await chmod(made.path(HOOK), mode);
  const { code, stdout, stderr } = await made.run("hook", "install");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(why);
  expect(stderr).toContain(help);
  expect(await made.read(HOOK)).toBe(existing);
});

test("core.hooksPath is where the hook goes, unless all repositories share it", async () => {
  const made = await repository();
  await made.git("config", "core.hooksPath", "tools/git hooks");
  await thereAndBack(made, "tools/git hooks/pre-commit", "tools/git hooks/pre-commit");
  await stops(made);
  await made.git("config", "--unset", "core.hooksPath");
  await made.write("home/.gitconfig", `[core]\n\thooksPath = ${made.path("shared")}\n`);
  const env = { ...process.env, GIT_CONFIG_GLOBAL: made.path("home/.gitconfig") };
  const { code, output } = await attempt(
    made.root,
    made.path("node_modules/.bin/lockstep"),
    ["hook", "install"],
    env,
  );
  expect(code).toBe(2);
  expect(output).toContain("core.hooksPath is set for all your repositories (global)");
  expect(output).toContain("git config core.hooksPath .git/hooks");
});

test("husky: the hook goes into the folder that people write", async () => {
  const made = await repository();
  // As husky 9 lays it out.
  await made.write(".husky/_/husky.sh", "");
  await made.write(".husky/_/.gitignore", "*");
  await made.write(
    ".husky/_/pre-commit",
    '#!/usr/bin/env sh\nsh -e "$(dirname "$(dirname "$0")")/pre-commit" "$@"\n',
  );
  await chmod(made.path(".husky/_/pre-commit"), 0o755);
  await made.git("config", "core.hooksPath", ".husky/_");
  await thereAndBack(made, ".husky/pre-commit", ".husky/pre-commit");
  await stops(made);
  await made.run("hook", "uninstall");
  await made.write(".husky/pre-commit", "npm test\n");
  await thereAndBack(made, ".husky/pre-commit", ".husky/pre-commit");
});

test("a hook is taken out also where its workspace has gone", async () => {
  const made = await repository();
  for (const file of ["buf.yaml", "buf.gen.yaml", PROTO])
    await made.write(`schemas/${file}`, await made.read(file));
  await made.remove("buf.yaml");
  await made.run("hook", "install", "--cwd", "schemas");
  await made.remove("schemas");
  const { code, stdout } = await made.run("hook", "uninstall", "--cwd", "schemas");
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${HOOK} is gone.\n` });
});

test("two workspaces in one repository have a hook each", async () => {
  const made = await repository();
  for (const file of ["buf.yaml", "buf.gen.yaml", "lockstep.yaml", PROTO])
    await made.write(`it's second/${file}`, await made.read(file));
  await made.run("hook", "install");
  const alone = await made.read(HOOK);
  await made.run("hook", "install", "--cwd", "it's second");
  await giveCommand(made, "it's second");
  await made.git("add", ".");
  await made.git("commit", "--quiet", "--no-verify", "-m", "All there is");
  await made.write(`it's second/${PROTO}`, BROKEN_PROTO);
  const { code, output } = await commit(made, "-am", "Break it");
  expect(code).toBe(1);
  expect(output.match(/ENUM_VALUE_RENUMBERED/g)).toHaveLength(1);
  await made.run("hook", "uninstall", "--cwd", "it's second");
  expect(await made.read(HOOK)).toBe(alone);
});

const OURS = { run: "node_modules/.bin/lockstep hook run" };

test.each([
  ["", { "pre-commit": { commands: { lockstep: OURS } } }],
  [
    "# Before a push.\npre-push:\n  commands:\n    test: { run: npm test }",
    {
      "pre-push": { commands: { test: { run: "npm test" } } },
      "pre-commit": { commands: { lockstep: OURS } },
    },
  ],
  [
    "pre-commit: # checks\n    parallel: true\n    commands:\n        # Style.\n        lint:\n            run: npm run lint\n",
    {
      "pre-commit": {
        parallel: true,
        commands: { lockstep: OURS, lint: { run: "npm run lint" } },
      },
    },
  ],
  [
    "pre-commit:\n  jobs:\n  - name: lint\n    run: npm run lint\n",
    {
      "pre-commit": {
        jobs: [
          { name: "lockstep", ...OURS },
          { name: "lint", run: "npm run lint" },
        ],
      },
    },
  ],
  [
    "pre-commit:\n  parallel: true\n",
    { "pre-commit": { commands: { lockstep: OURS }, parallel: true } },
  ],
])("lefthook: %j", async (existing, expected) => {
  const made = await repository();
  await made.write("lefthook.yml", existing);
  const installed = await thereAndBack(made, "lefthook.yml", "lefthook.yml");
  expect(parse(installed)).toEqual(expected);
});

test.each([
  ["pre-commit: { commands: { lint: { run: npm run lint } } }\n", "leaves no line for it"],
  ["pre-commit:\n  commands:\n    lockstep:\n      run: npm test\n", "leaves no line for it"],
  ["pre-commit: [\n", "no valid YAML"],
  ["- a\n", "not one map of settings"],
])("lefthook: %j is left alone", async (existing, why) => {
  const made = await repository();
  await made.write("lefthook.yml", existing);
  const { code, stderr } = await made.run("hook", "install");
  expect(code).toBe(2);
  expect(stderr).toContain(why);
  expect(stderr).toContain('run: "node_modules/.bin/lockstep hook run"');
  expect(await made.read("lefthook.yml")).toBe(existing);
});

test("lefthook in another format than YAML is told what to add", async () => {
  const made = await repository();
  await made.write("lefthook.toml", "[pre-commit]\n");
  const { code, stderr } = await made.run("hook", "install");
  expect(code).toBe(2);
  expect(stderr).toContain("runs: node_modules/.bin/lockstep hook run");
});

test("pre-commit: the entry is the first, and the others stay as they are", async () => {
  const made = await repository();
  const existing =
    "# Ours.\nminimum_pre_commit_version: 3.2.0\nrepos:\n# Spaces.\n- repo: local\n  hooks: [{ id: x, name: x, language: system, entry: 'true' }]";
  await made.write(".pre-commit-config.yaml", existing);
  const file = ".pre-commit-config.yaml";
  const installed = await thereAndBack(made, file, file);
  const { repos } = parse(installed) as { repos: { hooks: object[] }[] };
  expect(repos).toHaveLength(2);
  expect(repos[0]?.hooks[0]).toMatchObject({
    entry: "node_modules/.bin/lockstep hook run",
    always_run: true,
    pass_filenames: false,
  });
  expect(await readFile(made.path(file), "utf8")).toContain("# Spaces.\n");
});
