// The places that a run reads, and what in them is none of its business.
import { type Stats, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { openGit } from "../../core/git.js";
import { type GitPlaces, gitPlaces } from "../../core/git-places.js";
import { STATE_FOLDER } from "../../core/plan.js";
import { Trouble } from "../../core/trouble.js";
import {
  generatedFolders,
  isInside,
  openWorkspace,
  readBufGenYaml,
  type Workspace,
} from "../../core/workspace.js";
import type { Call } from "../pipeline.js";

/** Absolute paths. */
export interface Places {
  readonly root: string;
  /** What a run reads wherever it is: the configuration, baselines, and what git keeps. */
  readonly named: Named;
  readonly git: GitPlaces | undefined;
  /** Folders in the workspace, relative to it, that no run reads. */
  readonly unread: readonly string[];
}

export interface Named {
  readonly files: readonly string[];
  /** Folders with all that is in them. */
  readonly folders: readonly string[];
  readonly missing: readonly string[];
}

/** The places of the workspace as it is configured now; without its settings where they are wrong. */
export async function placesOf(root: string, call: Call): Promise<Places> {
  const { env, config, signal } = call;
  const opened = openGit(root, env, signal);
  const git = await gitPlaces(opened);
  const ignored = git === undefined ? [] : await opened.ignoredFolders();
  // What is wrong with the settings is told by the round.
  const workspace = await unlessTrouble(openWorkspace(root, config));
  if (workspace === undefined) {
    return { root, git, named: namedIn(root, git, [config ?? []].flat()), unread: [] };
  }
  const { template } = workspace.configuration;
  const { modules } = workspace.buf;
  const gen = await unlessTrouble(readBufGenYaml(root, modules, template));
  const holdsModule = (folder: string): boolean =>
    modules.some(({ path }) => isInside(path, folder) || isInside(folder, path));
  return {
    root,
    git,
    named: namedIn(root, git, [config ?? [], baselinePaths(workspace)].flat()),
    unread: [
      ...new Set([
        ...ignored.filter((folder) => !holdsModule(folder)),
        ...(gen === undefined ? [] : generatedFolders(gen)),
      ]),
    ].sort(),
  };
}

function namedIn(root: string, git: GitPlaces | undefined, paths: readonly string[]): Named {
  const all = [...paths, ...(git?.files ?? []), ...(git?.folders ?? [])].map((path) => ({
    path,
    found: statSync(path, { throwIfNoEntry: false }),
  }));
  // What appears in the workspace is seen anyway, and most names of baselines are those of commits.
  const isSeen = (path: string): boolean => contains(root, path) && !isGits(git, path);
  const where = (is: (found: Stats | undefined) => boolean): string[] =>
    all.flatMap(({ path, found }) => (is(found) ? [path] : []));
  return {
    files: where((found) => found?.isDirectory() === false),
    folders: where((found) => found?.isDirectory() === true),
    missing: where((found) => found === undefined).filter((path) => !isSeen(path)),
  };
}

function isNamed({ named: { files, folders, missing } }: Places, path: string): boolean {
  return (
    files.includes(path) ||
    missing.includes(path) ||
    folders.some((folder) => contains(folder, path))
  );
}

/** Where each baseline is if it is a folder or a file. */
function baselinePaths({ root, configuration, configurationSource }: Workspace): string[] {
  if (configurationSource === undefined) return [];
  const from = dirname(join(root, configurationSource.locate([]).path));
  return [configuration.baseline ?? []].flat().map((text) => resolve(from, text));
}

/** Whether nothing at that path changes what a run does. */
export function isUnread(places: Places, path: string): boolean {
  const { root, git, unread } = places;
  if (isNamed(places, path)) return isGits(git, path) && path.endsWith(".lock");
  if (isGits(git, path)) return true;
  const inside = relative(root, path).split(sep).join("/");
  return (
    inside
      .split("/")
      .some((name) => name === "node_modules" || name === ".git" || name === STATE_FOLDER) ||
    // What a run stages beside a file that it replaces, and editors beside one that is open.
    /\.lockstep-\d+$|(^|\/)(\.[^/]*\.sw[a-z]|\.#[^/]*|#[^/]*#|[^/]*~)$/.test(inside) ||
    unread.some((folder) => isInside(inside, folder))
  );
}

/** Those of the paths that a run reads: not what git ignores, protos and configurations aside. */
export async function readAmong(
  paths: readonly string[],
  places: Places,
  { env, signal }: Call,
): Promise<string[]> {
  const { root, git } = places;
  if (git === undefined) return [...paths];
  const open = paths.filter(
    (path) =>
      contains(root, path) &&
      !isNamed(places, path) &&
      !/\.proto$|[\\/](buf[^\\/]*\.(yaml|lock)|lockstep\.yaml)$/.test(path),
  );
  if (open.length === 0) return [...paths];
  const relatives = open.map((path) => relative(root, path).split(sep).join("/") || ".");
  const ignored = await openGit(root, env, signal).ignored(relatives);
  const dropped = new Set(open.filter((_, i) => ignored.has(relatives[i] as string)));
  return paths.filter((path) => !dropped.has(path));
}

function isGits(git: GitPlaces | undefined, path: string): boolean {
  return git?.own.some((folder) => contains(folder, path)) === true;
}

function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

async function unlessTrouble<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((thrown: unknown) => {
    if (thrown instanceof Trouble) return undefined;
    throw thrown;
  });
}
