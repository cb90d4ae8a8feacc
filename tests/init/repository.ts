// Repositories as people have them before Lockstep: a real folder, real git, and nothing of Lockstep's.
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { packageFolder } from "../../core/installation.js";
import { TestWorkspace } from "../workspace.js";

/**
 * A git repository in a temporary folder with those files, committed. What npm installs is above it, so that
 * it is found and yet no part of the repository.
 */
export async function repository(
  files: Readonly<Record<string, string>>,
  options: { readonly git?: boolean; readonly commit?: boolean } = {},
): Promise<TestWorkspace> {
  const parent = await mkdtemp(join(tmpdir(), "lockstep-init-test-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  await symlink(join(packageFolder, "node_modules"), join(parent, "node_modules"));
  const made = new TestWorkspace(join(parent, "a repository"));
  for (const [path, content] of Object.entries(files)) await made.write(path, content);
  if (options.git === false) return made;
  await made.git("init", "--quiet", "--initial-branch=main");
  if (options.commit !== false) await commit(made, "What there was before");
  return made;
}

export async function commit(made: TestWorkspace, message: string): Promise<void> {
  await made.git("add", "--all");
  await made.git("commit", "--quiet", "--message", message);
}

/** Every file outside `.git` with its content. */
export async function contents(made: TestWorkspace): Promise<Map<string, string>> {
  const files = await made.files(".");
  return new Map(
    [...files].flatMap(([path, { content }]) =>
      path.startsWith(".git/") ? [] : [[path, content]],
    ),
  );
}

/** Sets up Lockstep, and then holds what init promises: it generates, it is clean, and a second run does nothing. */
export async function setUp(made: TestWorkspace, ...flags: string[]): Promise<string> {
  const first = await made.run("init", "--yes", ...flags);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  const cwd = flags.includes("--cwd") ? ["--cwd", flags[flags.indexOf("--cwd") + 1] as string] : [];
  const generated = await made.run("generate", ...cwd);
  expect(`${generated.code} ${generated.stdout}`).toMatch(/^0 /);
  const checked = await made.json("check", ...cwd);
  expect(checked).toMatchObject({ code: 0, ok: true, stderr: "" });
  const before = await contents(made);
  const second = await made.run("init", ...flags);
  expect(second).toMatchObject({ code: 0, stderr: "" });
  expect(second.stdout).toContain("Nothing to write");
  expect(await contents(made)).toEqual(before);
  return first.stdout;
}
