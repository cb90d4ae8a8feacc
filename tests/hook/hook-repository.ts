// Repositories with the hook installed, and real commits in them.
import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import { promisify } from "node:util";
import { bundledProgram } from "../../core/installation.js";
import { STATUS_PROTO, type TestWorkspace, workspace } from "../workspace.js";

const exec = promisify(execFile);

export const PROTO = "proto/a/v1/a.proto";
/** A break: peers that know HEALTHY as 1 misread it. */
export const BROKEN_PROTO = STATUS_PROTO.replace("HEALTHY = 1", "HEALTHY = 2");
/** No break: a value is appended. */
export const GROWN_PROTO = STATUS_PROTO.replace(
  "HEALTHY = 1;\n",
  "HEALTHY = 1;\n  // Does not answer.\n  STATUS_FAILED = 2;\n",
);

export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A program run in a folder: its exit code, and what it wrote. */
export async function attempt(
  folder: string,
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  const ended = await exec(file, [...args], { cwd: folder, env }).catch(
    (thrown: { code: unknown; stdout: string; stderr: string }) => {
      if (typeof thrown.code !== "number") throw thrown;
      return thrown;
    },
  );
  const code = "code" in ended ? (ended.code as number) : 0;
  return { code, output: ended.stdout + ended.stderr };
}

/** `git commit` with those arguments, which no editor and no key is asked for. */
export function commit(repository: TestWorkspace, ...args: string[]): Promise<Ended> {
  return git(repository.root, "commit", "--quiet", ...args);
}

export function git(folder: string, ...args: string[]): Promise<Ended> {
  return attempt(folder, "git", args, { ...process.env, GIT_EDITOR: "true" });
}

/** Gives the folder the command as npm would. */
export async function giveCommand(repository: TestWorkspace, folder = "."): Promise<void> {
  const file = `${folder}/node_modules/.bin/lockstep`;
  const quoted = [process.execPath, bundledProgram("lockstep")].map((one) => `'${one}'`);
  await repository.write(file, `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`);
  await chmod(repository.path(file), 0o755);
}

/** A repository with a workspace in it, its command in `node_modules` and an author, and no commit. */
export async function repository(
  files: Readonly<Record<string, string | undefined>> = { [PROTO]: STATUS_PROTO },
): Promise<TestWorkspace> {
  const made = await workspace(files);
  await made.remove("node_modules");
  await giveCommand(made);
  await made.git("config", "user.name", "Test");
  await made.git("config", "user.email", "test@example.com");
  return made;
}

/** One whose protos are committed, with the hook installed. */
export async function hooked(
  files?: Readonly<Record<string, string | undefined>>,
): Promise<TestWorkspace> {
  const made = await repository(files);
  await made.git("add", ".");
  await made.git("commit", "--quiet", "-m", "The protos");
  const { code, stderr } = await made.run("hook", "install");
  if (code !== 0) throw new Error(stderr);
  return made;
}

/** How many commits there are. */
export async function commits(repository: TestWorkspace): Promise<number> {
  return Number(await repository.git("rev-list", "--count", "HEAD"));
}
