// What git knows about the workspace. Paths are passed as they are, never as patterns or options.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { ObjectFormat } from "./file-hashes.js";
import { once } from "./once.js";
import { type Outcome, runProgram } from "./process.js";
import { errorCode, Trouble, trouble } from "./trouble.js";
import { isInside } from "./workspace.js";

export interface Git {
  readonly root: string;
  /** Whether the workspace lies in a git work tree; without git, whether a `.git` says so. */
  isRepository(): Promise<boolean>;
  /** git's own folders; undefined outside of work trees. */
  folders(): Promise<GitFolders | undefined>;
  /** Where the folder is in its repository, with a `/` at the end; empty where it is the root, or in none. */
  prefix(): Promise<string>;
  /** Those of the paths that git ignores, whether or not they exist or are tracked. */
  ignored(paths: readonly string[]): Promise<Set<string>>;
  /** The tracked files in the folder. */
  tracked(folder: string): Promise<string[]>;
  /** The folders in the workspace of which git ignores all that is in them. */
  ignoredFolders(): Promise<string[]>;
  /** Every file in the workspace that git tracks or would offer to add, whose name ends so. */
  files(ending: string): Promise<string[]>;
  /** Every file in those folders that git tracks or would offer to add. */
  filesIn(folders: readonly string[]): Promise<string[]>;
}

/** Absolute paths, and what ids are. */
export interface GitFolders {
  /** Of this work tree. */
  readonly own: string;
  /** Of all work trees of the repository. */
  readonly shared: string;
  readonly format: ObjectFormat;
  /** Whether the clone lacks a part of the history. */
  readonly isShallow: boolean;
}

/** How a git command is called, beside its arguments. */
interface Calling {
  /** Whether paths among the arguments may be patterns. */
  readonly patterns?: boolean;
  readonly input?: string;
}

/** Runs git in that folder, whatever its exit code. Throws trouble where there is no git. */
export function gitCommand(
  root: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): (args: string[], calling?: Calling) => Promise<Outcome> {
  return async (args, { patterns = false, input } = {}) => {
    try {
      return await runProgram("git", args, {
        cwd: root,
        env: {
          ...environmentIn(root, env),
          ...(patterns ? {} : { GIT_LITERAL_PATHSPECS: "1" }),
          LC_ALL: "C",
        },
        signal,
        ...(input === undefined ? {} : { input }),
      });
    } catch (thrown) {
      if (errorCode(thrown) === "ENOENT") throw trouble("GIT_MISSING", {}, { cause: thrown });
      throw thrown;
    }
  };
}

/**
 * The environment for git in that folder. In a linked work tree git tells its hooks the repository and not
 * the work tree, and a git that is started in a folder of it would take that folder for the top.
 */
function environmentIn(root: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { GIT_DIR: repository, GIT_PREFIX: _, ...rest } = env;
  if (repository === undefined || env.GIT_WORK_TREE !== undefined) return env;
  return resolve(root, repository) !== root && hasGitFolder(root) ? rest : env;
}

/**
 * git in that folder; paths that go in and come out are relative to it. Each thing is asked once: what a run
 * writes changes none of the answers.
 */
export function openGit(root: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): Git {
  const command = gitCommand(root, env, signal);
  const asked = new Map<string, Promise<Outcome>>();
  const git: typeof command = (args, calling) => {
    const key = JSON.stringify([args, calling]);
    const outcome = asked.get(key) ?? command(args, calling);
    asked.set(key, outcome);
    return outcome;
  };
  const failed = (args: string[], outcome: Outcome): Error =>
    trouble("GIT_FAILED", { command: args[0] as string, said: outcome.stderr.trim() });
  const list = async (args: string[], calling?: Calling): Promise<string[]> => {
    const outcome = await git(args, calling);
    if (outcome.code !== 0) throw failed(args, outcome);
    return outcome.stdout
      .toString("utf8")
      .split("\0")
      .filter((path) => path !== "");
  };
  /** What rev-parse answers to those options, a line for each; undefined where there is no repository. */
  const revParse = async (...options: string[]): Promise<string | undefined> => {
    const args = ["rev-parse", ...options];
    const outcome = await git(args).catch((thrown: unknown) => {
      if (thrown instanceof Trouble && thrown.code === "GIT_MISSING" && !hasGitFolder(root)) {
        return undefined;
      }
      throw thrown;
    });
    if (outcome === undefined) return undefined;
    if (outcome.code === 0) return outcome.stdout.toString("utf8").replace(/\n$/, "");
    if (/not a git repository/i.test(outcome.stderr)) return undefined;
    throw failed(args, outcome);
  };
  const folders = async (): Promise<GitFolders | undefined> => {
    const options = ["--is-inside-work-tree", "--absolute-git-dir", "--git-common-dir"];
    const answers = await revParse(...options, "--is-shallow-repository", "--show-object-format");
    const [isInside, own = "", shared = "", shallow, format] = answers?.split("\n") ?? [];
    if (isInside !== "true") return undefined;
    return {
      own,
      shared: resolve(root, shared),
      isShallow: shallow === "true",
      // A git that does not know the option has SHA-1 alone, and says the option again.
      format: format === "sha256" ? format : "sha1",
    };
  };
  /** Every file that git tracks or would offer to add: one listing for all that is asked of it. */
  const listed = once(async () => {
    const tagged = await list([
      "ls-files",
      "-z",
      "-t",
      "--cached",
      "--others",
      "--exclude-standard",
    ]);
    return tagged.map((one) => ({ path: one.slice("H ".length), isTracked: !one.startsWith("?") }));
  });
  return {
    root,
    isRepository: async () => (await folders()) !== undefined,
    folders,
    prefix: async () => (await revParse("--show-prefix")) ?? "",
    async ignored(paths) {
      const args = ["check-ignore", "--no-index", "-z", "--stdin"];
      const outcome = await git(args, {
        patterns: true,
        input: paths.map((path) => `${path}\0`).join(""),
      });
      // 1 is git's way to say that none of them is ignored.
      if (outcome.code !== 0 && outcome.code !== 1) throw failed(args, outcome);
      return new Set(
        outcome.stdout
          .toString("utf8")
          .split("\0")
          .filter((path) => path !== ""),
      );
    },
    async ignoredFolders() {
      const args = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
      return (await list(args)).flatMap((path) => (path.endsWith("/") ? [path.slice(0, -1)] : []));
    },
    tracked: async (folder) =>
      pathsOf(await listed(), (path, isTracked) => isTracked && isInside(path, folder)),
    files: async (ending) => pathsOf(await listed(), (path) => path.endsWith(ending)),
    filesIn: async (folders) =>
      pathsOf(await listed(), (path) =>
        folders.some((folder) => folder === "." || path.startsWith(`${folder}/`)),
      ),
  };
}

function pathsOf(
  listed: readonly { readonly path: string; readonly isTracked: boolean }[],
  isWanted: (path: string, isTracked: boolean) => boolean,
): string[] {
  return listed.flatMap(({ path, isTracked }) => (isWanted(path, isTracked) ? [path] : []));
}

function hasGitFolder(from: string): boolean {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return true;
    if (dirname(folder) === folder) return false;
  }
}
