// A copy of what is staged, as far as it is judged: a temporary folder that is git's work tree for the run. Protos
// come to lie in it once they are read.
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { contentsOf, inFolder } from "./baseline-schema.js";
import { gitCommand, openGit } from "./git.js";
import { type History, openHistory } from "./git-history.js";
import { type Stored, storedFiles } from "./git-submodules.js";
import { PendingFiles } from "./pending-files.js";
import { CONFIGURATION, type Staged } from "./staged.js";
import { trouble } from "./trouble.js";
import { isInside, openWorkspace } from "./workspace.js";

export interface StagedCopy {
  /** The folder of the workspace in the copy. */
  readonly root: string;
  /** git's environment, with the copy for its work tree. */
  readonly env: NodeJS.ProcessEnv;
  /** Where the workspace itself is, and git's environment for it. */
  readonly home: { readonly root: string; readonly env: NodeJS.ProcessEnv };
  /** The protos that are laid out when they are asked for. */
  readonly pending: PendingFiles;
  /** The files that are laid out by now, by their paths from the workspace. */
  readonly texts: ReadonlyMap<string, string>;
  remove(): Promise<void>;
}

/** Which files are hand-written code, and what those with a mirror contain. */
export interface CodeKind {
  readonly tag: string;
  has(path: string): boolean;
}

/**
 * Lays out the workspace that is staged in `folder`: all that checks read of it, but for most protos. `settings`
 * is a file of settings beside lockstep.yaml, from the workspace.
 */
export async function copyStaged(
  staged: Staged,
  folder: string,
  settings: string | undefined,
  code: CodeKind,
  signal?: AbortSignal,
): Promise<StagedCopy> {
  const copy = await mkdtemp(join(await realpath(tmpdir()), "lockstep-staged-"));
  const remove = (): Promise<void> => rm(copy, { recursive: true, force: true });
  try {
    const root = join(copy, folder);
    await mkdir(root, { recursive: true });
    const env = staged.environment(copy);
    // Its folder may be gone from the work tree, and still be staged.
    const real = join(staged.top, folder);
    const home = existsSync(real)
      ? { root: real, env: staged.environment(staged.top) }
      : { root, env };
    const tree = await staged.tree();
    const history = openHistory(home.root, home.env, signal);
    const { files } = await storedFiles(home.root, history, tree, home.env, signal);
    const texts = new Map<string, string>();
    const layOut = async (wanted: ReadonlyMap<string, Stored>): Promise<void> => {
      for (const [path, content] of await contentsOf(wanted)) {
        await writeFile(await inFolder(root, path), content);
        texts.set(path, content.toString("utf8"));
      }
    };
    const lay = (paths: (path: string) => boolean): Promise<void> => layOut(only(files, paths));
    const pending = new PendingFiles(await protosIn(files, history, tree), layOut);
    const isPending = (path: string): boolean => pending.id(path) !== undefined;
    await lay((path) => (isJudged(path) && !isPending(path)) || path === settings);
    await layIgnores(staged, tree, folder, copy, signal);
    for (let one = folder; ; one = posix.dirname(one)) {
      await link(join(staged.top, one, "node_modules"), join(copy, one, "node_modules"));
      if (one === ".") break;
    }
    const { buf, configuration } = await openWorkspace(root, settings && join(root, settings));
    const named = (buf.plugins ?? []).flatMap(programOf);
    const hasCode = [...files.keys()].some((path) => code.has(path));
    const withCode = hasCode && (await hasMirrors(root, env, code.tag, signal));
    const isLaid = (path: string): boolean =>
      texts.has(path) || isPending(path) || IN_MODULES.test(path);
    await lay((path) => !isLaid(path) && (named.includes(path) || (withCode && code.has(path))));
    for (const one of configuration.sources) {
      const source = posix.normalize(one).replace(/\/$/, "");
      const isStaged = [...files.keys()].some((file) => isInside(file, source));
      if (isStaged) await mkdir(dirname(await inFolder(root, `${source}/x`)), { recursive: true });
    }
    const git = openGit(home.root, home.env, signal);
    const absent = [...buf.modules.map(({ path }) => path), ...named].filter(
      (path) => !OUTSIDE.test(path) && ![...files.keys()].some((file) => isInside(file, path)),
    );
    // What git ignores is never staged: protos that are fetched, a plugin that is built.
    for (const path of absent.length === 0 ? [] : await git.ignored(absent)) {
      const [from, to] = [join(home.root, path), join(root, path)];
      if (existsSync(from) && !existsSync(to)) await cp(from, to, { recursive: true });
    }
    return { root, env, home, pending, texts, remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

/** What is behind the links to installed packages: nothing is written there. */
const IN_MODULES = /(^|\/)node_modules\//;

/** A path that leaves the workspace. */
const OUTSIDE = /^(\.\.(\/|$)|\/|[A-Za-z]:)/;

/** The protos that are entries of the tree themselves: neither behind a link nor in a submodule or a package. */
async function protosIn(
  files: ReadonlyMap<string, Stored>,
  history: History,
  tree: string,
): Promise<ReadonlyMap<string, Stored>> {
  const links = new Set(await history.linksAt(tree));
  const isLinked = (path: string): boolean =>
    links.size > 0 && (links.has(path) || (path !== "." && isLinked(posix.dirname(path))));
  const own = only(files, (path) => path.endsWith(".proto") && !IN_MODULES.test(path));
  return new Map([...own].filter(([path, file]) => file.history === history && !isLinked(path)));
}

function only(
  files: ReadonlyMap<string, Stored>,
  paths: (path: string) => boolean,
): Map<string, Stored> {
  return new Map([...files].filter(([path]) => paths(path)));
}

/** Whether any file that is staged, protos aside, has a mirror: without one, no code is laid out. */
async function hasMirrors(
  root: string,
  env: NodeJS.ProcessEnv,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const args = ["grep", "--cached", "--quiet", "--fixed-strings", "-e", tag, "--"];
  const { code, stderr } = await gitCommand(
    root,
    env,
    signal,
  )([...args, ":(exclude)*.proto"], {
    patterns: true,
  });
  if (code === 0 || code === 1) return code === 0;
  throw trouble("GIT_FAILED", { command: "grep", said: stderr.trim() });
}

/** What every judgement reads. */
function isJudged(path: string): boolean {
  return path.endsWith(".proto") || CONFIGURATION.test(path) || /(^|\/)\.gitignore$/.test(path);
}

/** The `.gitignore` of the folders above the workspace. */
async function layIgnores(
  staged: Staged,
  tree: string,
  folder: string,
  copy: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (folder === ".") return;
  const above = openHistory(staged.top, staged.environment(staged.top), signal);
  const parts = folder.split("/");
  const paths = parts.map((_, i) => posix.join(...parts.slice(0, i), ".gitignore"));
  const files = await above.filesAt(tree, paths);
  const contents = await above.contents([...files.values()]);
  for (const [i, path] of [...files.keys()].entries()) {
    await writeFile(await inFolder(copy, path), contents[i] as Buffer);
  }
}

/** The program of a check plugin of buf.yaml, where it is a path. */
function programOf(plugin: unknown): string[] {
  const { plugin: named } = (plugin ?? {}) as { plugin?: unknown };
  const [program] = [named].flat();
  return typeof program === "string" && /[/.]/.test(program) ? [posix.normalize(program)] : [];
}

async function link(target: string, path: string): Promise<void> {
  if (!existsSync(target) || existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path, "junction");
}
