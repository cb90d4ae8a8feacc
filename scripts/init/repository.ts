// What `lockstep init` finds in a repository: plain data, read and not judged.
import { existsSync } from "node:fs";
import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, posix, resolve } from "node:path";
import { type Git, gitCommand, openGit } from "../../core/git.js";
import { type ProtoFile, readProto } from "../../core/proto-file.js";
import { protoFiles } from "../../core/proto-files.js";
import { errorCode, trouble } from "../../core/trouble.js";
import { workspacePath } from "../../core/workspace.js";

export interface Repository {
  /** The folder that is, or becomes, the workspace. */
  readonly root: string;
  /** The top of the git repository that it lies in; the root itself where there is none. */
  readonly top: string;
  readonly isGit: boolean;
  readonly hasCommit: boolean;
  readonly git: Git;
  /** The protos of the repository's own, and those that were copied into it from elsewhere. */
  readonly own: readonly ProtoFile[];
  readonly vendored: readonly ProtoFile[];
  /** Protos that are links out of the repository: not taken. */
  readonly linkedOut: readonly string[];
  /** Folders below the root with a buf.yaml of version v1, in a repository without one at its root. */
  readonly modulesV1: readonly string[];
  /** Undefined where there is none, neither in the workspace nor above it; so with the next ones. */
  readonly justfile: FoundFile | undefined;
  readonly packageJson: FoundFile | undefined;
  readonly tsconfig: FoundFile | undefined;
  readonly isOnGitHub: boolean;
}

export interface FoundFile {
  /** Relative to the workspace; begins with `../` where it is above it. */
  readonly path: string;
  readonly text: string;
}

/**
 * Folders whose protos are not the repository's own to judge, by the names that people give them: copies from
 * elsewhere, and inputs of tests.
 */
const VENDORED = /^(vendor|vendored|third[-_]?party|external|deps|testdata)$/i;

/** Folders that are never looked into. */
const SKIPPED = /^(node_modules|\..+)$/;

/** Looks at the repository around the folder `from`. Throws trouble where that is no folder. */
export async function findRepository(
  from: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<Repository> {
  if (!(await stat(from).catch(() => undefined))?.isDirectory()) {
    throw trouble("FILE_MISSING", {
      what: `The folder ${from}`,
      help: "Correct the path given with --cwd.",
    });
  }
  const command = gitCommand(resolve(from), env, signal);
  const isGit = await openGit(resolve(from), env, signal).isRepository();
  const toplevel = isGit ? await command(["rev-parse", "--show-toplevel"]) : undefined;
  const top =
    toplevel === undefined ? undefined : resolve(toplevel.stdout.toString("utf8").trimEnd());
  const start = await realpath(resolve(from));
  const root = await rootOf(start, top ?? start, env, signal);
  const git = openGit(root, env, signal);
  const remotes = isGit ? (await command(["remote", "-v"])).stdout.toString("utf8") : "";
  const above = foldersAbove(root, top ?? root);
  return {
    root,
    top: top ?? root,
    isGit,
    hasCommit: isGit && (await command(["rev-parse", "--verify", "--quiet", "HEAD"])).code === 0,
    git,
    ...(await protosOf(root, top ?? root, git)),
    modulesV1: await nestedModules(root, git),
    justfile: await firstFile(root, above, ["justfile", "Justfile", ".justfile"]),
    packageJson: await firstFile(root, above, ["package.json"]),
    tsconfig: await firstFile(root, above, ["tsconfig.json"]),
    isOnGitHub: /[@/.]github\.com[:/]/.test(remotes) || existsSync(join(top ?? root, ".github")),
  };
}

/** The nearest folder with a workspace's file, within the repository; else where the command was called. */
async function rootOf(
  start: string,
  top: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<string> {
  for (const folder of foldersAbove(start, top)) {
    if (["buf.yaml", "buf.work.yaml"].some((name) => existsSync(join(folder, name)))) return folder;
  }
  const nested = await nestedBufYamls(start, openGit(start, env, signal));
  const v2 = nested.filter(({ isV2 }) => isV2).map(({ folder }) => folder);
  if (v2.length === 0) return start;
  if (nested.length === 1) return join(start, v2[0] as string);
  throw trouble("SEVERAL_WORKSPACES", { folders: nested.map(({ folder }) => folder) });
}

/** The folder and those above it, up to the top of the repository. */
function foldersAbove(from: string, top: string): string[] {
  const folders: string[] = [];
  for (let folder = from; ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === top || dirname(folder) === folder) return folders;
  }
}

async function nestedModules(root: string, git: Git): Promise<string[]> {
  if (["buf.yaml", "buf.work.yaml"].some((name) => existsSync(join(root, name)))) return [];
  return (await nestedBufYamls(root, git)).map(({ folder }) => folder);
}

async function nestedBufYamls(
  root: string,
  git: Git,
): Promise<{ folder: string; isV2: boolean }[]> {
  const paths = (await listed(root, git, "buf.yaml")).filter(
    (path) =>
      posix.basename(path) === "buf.yaml" &&
      path !== "buf.yaml" &&
      !foldersIn(path).some((part) => VENDORED.test(part) || SKIPPED.test(part)),
  );
  return Promise.all(
    paths.sort().map(async (path) => ({
      folder: posix.dirname(path),
      isV2: /^version:\s*["']?v2\b/m.test(await readFile(join(root, path), "utf8")),
    })),
  );
}

/** Every file of that ending that git does not ignore; without git, all outside the folders to skip. */
async function listed(root: string, git: Git, ending: string): Promise<string[]> {
  if (await git.isRepository()) {
    return (await git.files(ending)).filter((path) => existsSync(join(root, path)));
  }
  const walk = async (folder: string): Promise<string[]> => {
    const entries = await readdir(folder, { withFileTypes: true });
    const found = entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : walk(path);
      return entry.name.endsWith(ending) ? [workspacePath(root, path)] : [];
    });
    return (await Promise.all(found)).flat();
  };
  return walk(root);
}

function foldersIn(path: string): string[] {
  return path.split("/").slice(0, -1);
}

async function protosOf(
  root: string,
  top: string,
  git: Git,
): Promise<Pick<Repository, "own" | "vendored" | "linkedOut">> {
  const own: ProtoFile[] = [];
  const vendored: ProtoFile[] = [];
  const linkedOut: string[] = [];
  const realTop = await realpath(top);
  for (const path of await protoFiles(root, git)) {
    const folders = foldersIn(path);
    if (folders.some((part) => SKIPPED.test(part))) continue;
    const file = join(root, path);
    if ((await lstat(file)).isSymbolicLink()) {
      // A link to another file of the repository is that file under a second name.
      if (workspacePath(realTop, await realpath(file)).startsWith("../")) linkedOut.push(path);
      continue;
    }
    const proto = readProto(path, await readFile(file, "utf8"));
    (folders.some((part) => VENDORED.test(part)) ? vendored : own).push(proto);
  }
  return { own, vendored, linkedOut };
}

/** The first of the files that there is, in the nearest folder. */
async function firstFile(
  root: string,
  folders: readonly string[],
  names: readonly string[],
): Promise<FoundFile | undefined> {
  for (const folder of folders) {
    for (const name of names) {
      const file = join(folder, name);
      try {
        return { path: workspacePath(root, file), text: await readFile(file, "utf8") };
      } catch (thrown) {
        if (errorCode(thrown) !== "ENOENT") throw thrown;
      }
    }
  }
  return undefined;
}
