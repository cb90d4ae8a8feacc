// The files of a workspace at a commit, those in submodules included, each read from its own repository.
import { existsSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { type History, offlineGit, openHistory } from "./git-history.js";

/** A file at a commit: the id of its content, and the history that has it. */
export interface Stored {
  readonly id: string;
  readonly history: History;
}

/** A submodule whose commit is not here. */
export interface MissingSubmodule {
  /** From the workspace. */
  readonly path: string;
  readonly commit: string;
  /** The folder of the repository that lacks the commit; undefined where the submodule is not here at all. */
  readonly repository: string | undefined;
}

/** The files at that commit by their paths from the folder `root`, and the submodules that lack theirs. */
export async function storedFiles(
  root: string,
  history: History,
  commit: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<{ files: Map<string, Stored>; missing: MissingSubmodule[] }> {
  const files = new Map<string, Stored>();
  const missing: MissingSubmodule[] = [];
  const add = async (
    folder: string,
    env: NodeJS.ProcessEnv,
    history: History,
    commit: string,
    prefix: string,
  ): Promise<void> => {
    for (const [path, id] of await history.filesAt(commit))
      files.set(posix.join(prefix, path), { id, history });
    for (const [path, pinned] of await history.submodulesAt(commit)) {
      const repositories = await repositoriesOf(folder, path, commit, env, signal);
      let isFound = false;
      for (const { cwd, env } of repositories) {
        const inside = openHistory(cwd, env, signal);
        if ((await inside.commit(pinned)) === undefined) continue;
        await add(cwd, env, inside, pinned, posix.join(prefix, path));
        isFound = true;
        break;
      }
      if (!isFound) {
        const repository = repositories[0]?.cwd;
        missing.push({ path: posix.join(prefix, path), commit: pinned, repository });
      }
    }
  };
  await add(root, env, history, commit, "");
  return { files, missing };
}

/**
 * Where git may keep the objects of the submodule that was at `path` at that commit: in the work tree, or
 * in the repository under the submodule's name, which it keeps when the submodule moves or goes.
 */
async function repositoriesOf(
  folder: string,
  path: string,
  commit: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<{ cwd: string; env: NodeJS.ProcessEnv }[]> {
  const git = offlineGit(folder, env, signal);
  const read = async (...args: string[]): Promise<string> => {
    const { code, stdout } = await git(args);
    return code === 0 ? stdout.toString("utf8") : "";
  };
  const own = withoutRepository(env);
  const inTree = join(folder, path);
  const found = existsSync(join(inTree, ".git")) ? [{ cwd: inTree, env: own }] : [];
  const top = posix.join((await read("rev-parse", "--show-prefix")).trimEnd(), path);
  const listed = await read(
    "config",
    "-z",
    "--blob",
    `${commit}:.gitmodules`,
    "--get-regexp",
    "^submodule\\..*\\.path$",
  );
  for (const entry of listed.split("\0")) {
    const name = /^submodule\.(.*)\.path\n/s.exec(entry)?.[1];
    if (name === undefined || entry !== `submodule.${name}.path\n${top}`) continue;
    // As git itself does: no name may lead out of the repository's folder.
    if (name.split(/[\\/]/).includes("..")) continue;
    // A work tree of `git worktree` has submodules of its own, beside those of the main one.
    for (const kept of [
      (await read("rev-parse", "--git-path", posix.join("modules", name))).trimEnd(),
      posix.join((await read("rev-parse", "--git-common-dir")).trimEnd(), "modules", name),
    ]) {
      const cwd = resolve(folder, kept);
      if (existsSync(join(cwd, "HEAD"))) found.push({ cwd, env: { ...own, GIT_DIR: cwd } });
    }
  }
  return found;
}

/** The environment without what tells git which repository it works on, as a hook has it. */
function withoutRepository(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const {
    GIT_DIR: _dir,
    GIT_WORK_TREE: _tree,
    GIT_COMMON_DIR: _common,
    GIT_INDEX_FILE: _index,
    GIT_PREFIX: _prefix,
    GIT_OBJECT_DIRECTORY: _objects,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: _alternates,
    ...rest
  } = env;
  return rest;
}
