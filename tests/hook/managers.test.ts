// The hook under the hook managers themselves: husky and lefthook from npm, pre-commit where it is installed.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { packageFolder } from "../../core/installation.js";
import { run } from "../../scripts/run.js";
import { TestWorkspace } from "../workspace.js";
import { attempt, BROKEN_PROTO, type Ended, PROTO, repository } from "./hook-repository.js";

const bin = join(packageFolder, "node_modules", ".bin");
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${bin}:${process.env.PATH}`,
  NO_COLOR: "1",
};
delete env.CI;

/** A repository in which everything is committed, and a break staged over a clean working copy. */
async function staged(made: TestWorkspace): Promise<void> {
  await made.git("add", ".");
  await made.git("commit", "--quiet", "--no-verify", "-m", "All there is");
  const clean = await made.read(PROTO);
  await made.write(PROTO, BROKEN_PROTO);
  await made.git("add", ".");
  await made.write(PROTO, clean);
}

/** Commits through the manager, first a break, then nothing that concerns protos, then a deletion alone. */
async function judged(made: TestWorkspace): Promise<void> {
  const commit = (...args: string[]): Promise<Ended> =>
    attempt(made.root, "git", ["commit", "-m", "Change", ...args], env);
  await staged(made);
  const broken = await commit();
  expect(broken.output).toContain("ENUM_VALUE_RENUMBERED");
  expect(broken.code).toBe(1);
  await made.git("reset", "--quiet", "--hard");
  await made.write("notes", "x");
  await made.git("add", "notes");
  expect((await commit()).code).toBe(0);
  await made.git("rm", "--quiet", "buf.gen.yaml", "buf.yaml");
  const deleted = await commit();
  expect(deleted.output).toContain("buf.yaml is not among what git tracks");
  expect(deleted.code).toBe(1);
}

test("husky", async () => {
  const made = await repository();
  const husky = join(packageFolder, "node_modules/husky/bin.js");
  expect((await attempt(made.root, process.execPath, [husky], env)).output).toBe("");
  const { stdout } = await made.run("hook", "install");
  expect(stdout).toContain("The hook is in .husky/pre-commit now.");
  await judged(made);
});

test("lefthook", async () => {
  const made = await repository();
  await made.write(
    "lefthook.yml",
    "pre-commit:\n  commands:\n    theirs:\n      run: echo theirs\n",
  );
  await made.run("hook", "install");
  const installed = await attempt(made.root, "lefthook", ["install"], env);
  expect(installed.code, installed.output).toBe(0);
  expect((await attempt(made.root, "lefthook", ["validate"], env)).code).toBe(0);
  await judged(made);
});

const hasPreCommit = ((): boolean => {
  try {
    return execFileSync("pre-commit", ["--version"]).toString().startsWith("pre-commit");
  } catch {
    return false;
  }
})();

test.skipIf(!hasPreCommit)("pre-commit (skipped where it is not on the PATH)", async () => {
  const made = await repository();
  await made.write(".pre-commit-config.yaml", "repos:\n");
  await made.run("hook", "install");
  expect((await attempt(made.root, "pre-commit", ["install"], env)).code).toBe(0);
  const home = { PRE_COMMIT_HOME: made.path("../pre-commit") };
  Object.assign(env, home);
  await judged(made);
});

const MINUTES = 60_000;

test.skipIf(!hasPreCommit)(
  "pre-commit installs Lockstep out of its repository",
  { timeout: 10 * MINUTES },
  async () => {
    const made = await repository();
    await made.remove("node_modules");
    const source = await copyOfThisRepository(made);
    await made.write(
      ".pre-commit-config.yaml",
      `repos:\n  - repo: ${source.root}\n    rev: v1\n    hooks:\n      - id: lockstep\n`,
    );
    Object.assign(env, { PRE_COMMIT_HOME: made.path("../pre-commit") });
    expect((await attempt(made.root, "pre-commit", ["install"], env)).code).toBe(0);
    await judged(made);
  },
);

/** The files of this repository as they are now, committed and tagged. */
async function copyOfThisRepository(made: TestWorkspace): Promise<TestWorkspace> {
  const copy = new TestWorkspace(made.path("../lockstep"));
  const { output } = await attempt(packageFolder, "git", [
    "ls-files",
    "-z",
    "-co",
    "--exclude-standard",
  ]);
  for (const path of output.split("\0").filter(Boolean))
    await copy.write(path, await readFile(join(packageFolder, path)));
  for (const args of [
    ["init", "-q"],
    ["add", "."],
    ["commit", "-qm", "Lockstep"],
    ["tag", "v1"],
  ])
    await copy.git(...args);
  return copy;
}

test("the hooks that this repository gives to pre-commit are commands of Lockstep's", async () => {
  const text = readFileSync(join(packageFolder, ".pre-commit-hooks.yaml"), "utf8");
  const hooks = parse(text) as Record<string, unknown>[];
  expect(hooks.map(({ id }) => id)).toEqual(["lockstep", "lockstep-fix", "lockstep-breaking"]);
  for (const hook of hooks) {
    // What pre-commit's documentation lists, with the types that it demands.
    expect(hook).toEqual({
      id: expect.stringMatching(/^[\w-]+$/),
      name: expect.any(String),
      description: expect.any(String),
      entry: expect.any(String),
      language: "node",
      pass_filenames: false,
      always_run: true,
      require_serial: true,
      stages: [expect.stringMatching(/^pre-(commit|push)$/)],
      minimum_pre_commit_version: "3.2.0",
    });
    const [program, ...argv] = String(hook.entry).split(" ");
    expect(Object.keys(bins())).toContain(program);
    let help = "";
    const write = (text: string): unknown => (help += text);
    const streams = { stdout: { write }, stderr: { write } };
    expect(await run({ argv: [...argv, "--help"], cwd: ".", env, ...streams })).toBe(0);
    for (const flag of argv.filter((one) => one.startsWith("--"))) expect(help).toContain(flag);
  }
});

/** What the package installs as commands. */
function bins(): Record<string, string> {
  const file = createRequire(import.meta.url).resolve("../../package.json");
  expect(dirname(file)).toBe(packageFolder);
  return (JSON.parse(readFileSync(file, "utf8")) as { bin: Record<string, string> }).bin;
}
