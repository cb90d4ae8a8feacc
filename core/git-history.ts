// What git has of earlier versions: read from its objects, with no checkout and no network.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { gitCommand } from "./git.js";
import { once } from "./once.js";
import { errorCode, type Trouble, trouble } from "./trouble.js";

export interface History {
  /** The commit that a ref names; undefined where there is none of that name. */
  commit(ref: string): Promise<string | undefined>;
  /** The short names of all branches, tags and remote branches. */
  refs(): Promise<string[]>;
  /** The tags of commits that match a pattern with `*`, the newest version first. */
  tags(pattern: string): Promise<{ name: string; commit: string }[]>;
  /**
   * The commit from which one has gone apart from a merge of the others; undefined where they share none, or
   * it is not fetched.
   */
  mergeBase(one: string, ...others: string[]): Promise<string | undefined>;
  /** When that commit was written, as git tells its hooks: `@<seconds> <zone>`; undefined where it is not. */
  authorDate(ref: string): Promise<string | undefined>;
  /** The commits that an unfinished merge brings in. */
  mergeHeads(): Promise<string[]>;
  /** The remote to fetch from; undefined where there is none. */
  remote(): Promise<string | undefined>;
  /** The remote's branch of that name, else its default branch; undefined where there is no remote. */
  remoteBranch(asked: string | undefined): Promise<RemoteBranch | undefined>;
  /** Whether the clone lacks a part of the history. */
  isShallow(): Promise<boolean>;
  /**
   * The files of the workspace at a commit, or only those of them at `paths`, with the ids of their
   * contents. A link counts as what it leads to in that commit.
   */
  filesAt(commit: string, paths?: readonly string[]): Promise<Map<string, string>>;
  /** The links in the workspace at a commit. */
  linksAt(commit: string): Promise<string[]>;
  /** The submodules in the workspace at a commit, with the commits that they were at. */
  submodulesAt(commit: string): Promise<Map<string, string>>;
  /** The contents with those ids, in their order. */
  contents(ids: readonly string[]): Promise<Buffer[]>;
  /**
   * The text of a file before the pattern, an extended regular expression, went out of it: as it was
   * last committed, or before the commit that took it away; undefined where it never was in it.
   */
  lastWith(path: string, pattern: string): Promise<Removal | undefined>;
}

/** The last version of a file that had something in it. */
export interface Removal {
  readonly text: string;
  /** The commit that took it away; undefined where that is not committed yet. */
  readonly commit:
    | { readonly id: string; readonly date: string; readonly subject: string }
    | undefined;
}

export interface RemoteBranch {
  readonly remote: string;
  readonly branch: string;
  /** Undefined where the branch was never fetched. */
  readonly commit: string | undefined;
}

/** An entry of a tree, with its path from the folder that was listed. */
interface Entry {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

const SYMLINK = "120000";
const SUBMODULE = "160000";

/** git in that folder, which reads what is here and never asks a remote for what is not. */
export function offlineGit(
  root: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): ReturnType<typeof gitCommand> {
  // The first for git 2.39 and later; an older one is allowed no way to reach a remote.
  const offline = { GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none" };
  return gitCommand(root, { ...env, ...offline }, signal);
}

/** The history of the repository that the folder lies in. What a ref means is asked once. */
export function openHistory(root: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): History {
  const git = offlineGit(root, env, signal);
  const line = async (args: string[]): Promise<string | undefined> => {
    const outcome = await git(args);
    const text = outcome.stdout.toString("utf8").trim();
    return outcome.code === 0 && text !== "" ? text : undefined;
  };
  const must = async (args: string[], input?: string): Promise<Buffer> => {
    const outcome = await git(args, input === undefined ? {} : { input });
    if (outcome.code === 0) return outcome.stdout;
    const said = outcome.stderr.trim();
    if (/from promisor remote/.test(said)) throw notFetched(await remote());
    throw trouble("GIT_FAILED", { command: args[0] as string, said });
  };
  const lines = async (args: string[]): Promise<string[]> =>
    (await must(args)).toString("utf8").split("\n").filter(Boolean);
  const commits = new Map<string, Promise<string | undefined>>();
  const commit = (ref: string): Promise<string | undefined> => {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
    const found = commits.get(ref) ?? line(args);
    commits.set(ref, found);
    return found;
  };
  const remote = once(async () => {
    const remotes = await lines(["remote"]);
    return remotes.includes("origin") ? "origin" : remotes[0];
  });
  const list = async (...args: string[]): Promise<Entry[]> =>
    entriesOf(await must(["ls-tree", "-r", "-z", ...args]));
  const listed = new Map<string, Promise<Entry[]>>();
  const entriesAt = (at: string): Promise<Entry[]> => {
    const entries = listed.get(at) ?? list("--end-of-options", at);
    listed.set(at, entries);
    return entries;
  };
  /** The files that links lead to, at the paths that the links give them. */
  const linked = async (at: string, links: readonly Entry[]): Promise<Entry[]> => {
    if (links.length === 0) return [];
    const prefix = (await must(["rev-parse", "--show-prefix"])).toString("utf8").trimEnd();
    const asked = links.map(({ path }) => `${at}:${prefix}${path}\n`).join("");
    const answers = await must(["cat-file", "--batch-check", "--follow-symlinks"], asked);
    const found = await Promise.all(
      leadsTo(answers).map(async (target, i) => {
        const { path } = links[i] as Entry;
        if (target?.kind === "blob") return [{ mode: "100644", id: target.id, path }];
        if (target?.kind !== "tree") return [];
        const inside = await list("--full-tree", target.id);
        return inside.map((entry) => ({ ...entry, path: `${path}/${entry.path}` }));
      }),
    );
    return found.flat();
  };
  return {
    commit,
    remote,
    mergeBase: (one, ...others) => line(["merge-base", one, ...others]),
    authorDate: (ref) =>
      line(["show", "--no-patch", "--format=@%ad", "--date=raw", "--end-of-options", ref]),
    async mergeHeads() {
      const file = (await must(["rev-parse", "--git-path", "MERGE_HEAD"])).toString("utf8");
      const heads = await readFile(resolve(root, file.trimEnd()), "utf8").catch(
        (thrown: unknown) => {
          if (errorCode(thrown) === "ENOENT") return "";
          throw thrown;
        },
      );
      return heads.split("\n").filter(Boolean);
    },
    async refs() {
      const names = await lines([
        "for-each-ref",
        "--format=%(refname)",
        "refs/heads",
        "refs/tags",
        "refs/remotes",
      ]);
      return names.map((name) => name.replace(/^refs\/(heads|tags|remotes)\//, ""));
    },
    async tags(pattern) {
      const names = await lines([
        "tag",
        "--no-column",
        "--sort=-version:refname",
        "--list",
        pattern,
      ]);
      if (names.length === 0) return [];
      const asked = names.map((name) => `refs/tags/${name}^{commit}\n`).join("");
      const answers = await must(["cat-file", "--batch-check=%(objectname)"], asked);
      // One that is missing is the tag of something else than a commit.
      return answers
        .toString("utf8")
        .trimEnd()
        .split("\n")
        .flatMap((commit, i) =>
          commit.endsWith(" missing") ? [] : [{ name: names[i] as string, commit }],
        );
    },
    async remoteBranch(asked) {
      const name = await remote();
      if (name === undefined) return undefined;
      const head = await line(["symbolic-ref", "--quiet", `refs/remotes/${name}/HEAD`]);
      const named = asked ?? head?.slice(`refs/remotes/${name}/`.length);
      for (const branch of named === undefined ? ["main", "master"] : [named]) {
        const found = await commit(`refs/remotes/${name}/${branch}`);
        if (found !== undefined) return { remote: name, branch, commit: found };
      }
      return { remote: name, branch: named ?? "main", commit: undefined };
    },
    isShallow: once(async () => (await line(["rev-parse", "--is-shallow-repository"])) === "true"),
    async filesAt(at, paths) {
      const entries = await (paths === undefined
        ? entriesAt(at)
        : list("--end-of-options", at, ...paths));
      const links = entries.filter(({ mode, path }) => mode === SYMLINK && !path.includes("\n"));
      const files = [...entries, ...(await linked(at, links))];
      return new Map(
        files.filter(({ mode }) => mode.startsWith("100")).map(({ path, id }) => [path, id]),
      );
    },
    async linksAt(at) {
      const entries = await entriesAt(at);
      return entries.filter(({ mode }) => mode === SYMLINK).map(({ path }) => path);
    },
    async submodulesAt(at) {
      const entries = await entriesAt(at);
      return new Map(
        entries.filter(({ mode }) => mode === SUBMODULE).map(({ path, id }) => [path, id]),
      );
    },
    async contents(ids) {
      if (ids.length === 0) return [];
      const output = await must(["cat-file", "--batch"], ids.map((id) => `${id}\n`).join(""));
      const found: Buffer[] = [];
      for (let at = 0; at < output.length; ) {
        const end = output.indexOf("\n", at);
        const [id = "", kind, size] = output.toString("latin1", at, end).split(" ");
        if (kind !== "blob")
          throw trouble("GIT_FAILED", { command: "cat-file", said: `${id} is ${kind}` });
        found.push(output.subarray(end + 1, end + 1 + Number(size)));
        at = end + 1 + Number(size) + 1;
      }
      return found;
    },
    async lastWith(path, pattern) {
      if ((await commit("HEAD")) === undefined) return undefined;
      const textAt = async (at: string): Promise<string> => {
        const outcome = await git(["cat-file", "blob", `${at}:./${path}`]);
        return outcome.code === 0 ? outcome.stdout.toString("utf8") : "";
      };
      const matches = (text: string): boolean => new RegExp(pattern, "m").test(text);
      const last = await textAt("HEAD");
      if (matches(last)) return { text: last, commit: undefined };
      // Without settings of the user's that would change the output or follow renames.
      const plain = ["--no-follow", "--no-color", "--no-show-signature", "--no-textconv"];
      const log = ["log", "-1", "--format=%h%x09%cs%x09%s", ...plain, "--extended-regexp"];
      // A clone that lacks older contents cannot tell, and then it is not known.
      const found = await line([...log, `-G${pattern}`, "HEAD", "--", path]);
      const [id, date, subject] = (found?.split("\n")[0] ?? "").split("\t");
      if (id === undefined || date === undefined || subject === undefined) return undefined;
      const text = await textAt(`${id}^`);
      return matches(text) ? { text, commit: { id, date, subject } } : undefined;
    },
  };
}

/** The entries in what `git ls-tree -z` prints: `<mode> <type> <id>\t<path>`. */
function entriesOf(printed: Buffer): Entry[] {
  return printed
    .toString("utf8")
    .split("\0")
    .flatMap((entry) => {
      const match = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(entry);
      if (match === null) return [];
      return [{ mode: match[1] as string, id: match[2] as string, path: match[3] as string }];
    });
}

/**
 * What links lead to, in what `git cat-file --batch-check --follow-symlinks` prints: undefined for one
 * that leads nowhere, in circles, or out of the repository, which git follows with a line that it names.
 */
function leadsTo(printed: Buffer): ({ id: string; kind: string } | undefined)[] {
  const found: ({ id: string; kind: string } | undefined)[] = [];
  for (let at = 0; at < printed.length; ) {
    const end = printed.indexOf("\n", at);
    const line = printed.toString("utf8", at, end);
    at = end + 1;
    const [, id, kind] = /^([0-9a-f]+) (blob|tree) \d+$/.exec(line) ?? [];
    found.push(id === undefined || kind === undefined ? undefined : { id, kind });
    const size = /^(?:symlink|dangling|loop|notdir) (\d+)$/.exec(line)?.[1];
    if (size !== undefined) at += Number(size) + 1;
  }
  return found;
}

/** A partial clone lacks an object. */
function notFetched(remote = "origin"): Trouble {
  return trouble("BASELINE_MISSING", {
    what: "This partial clone does not have the files of the baseline",
    help: `Fetch them: git fetch --refetch --no-filter ${remote}`,
  });
}
