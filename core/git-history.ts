// What git has of earlier versions: read from its objects, with no checkout and no network.
import { gitCommand } from "./git.js";
import { trouble } from "./trouble.js";

export interface History {
  /** The commit that a ref names; undefined where there is none of that name. */
  commit(ref: string): Promise<string | undefined>;
  /** The commit from which two have gone apart; undefined where they share none, or it is not fetched. */
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** The default branch of a remote, as a full ref; undefined where there is no remote. */
  defaultBranch(): Promise<RemoteBranch | undefined>;
  /** Whether the clone lacks a part of the history. */
  isShallow(): Promise<boolean>;
  /** The files of the workspace at a commit, with the ids of their contents. */
  filesAt(commit: string): Promise<Map<string, string>>;
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

/** The history of the repository that the folder lies in. */
export function openHistory(root: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): History {
  const git = gitCommand(root, env, signal);
  const line = async (args: string[]): Promise<string | undefined> => {
    const outcome = await git(args);
    const text = outcome.stdout.toString("utf8").trim();
    return outcome.code === 0 && text !== "" ? text : undefined;
  };
  const must = async (args: string[], input?: string): Promise<Buffer> => {
    const outcome = await git(args, input === undefined ? {} : { input });
    if (outcome.code === 0) return outcome.stdout;
    throw trouble("GIT_FAILED", { command: args[0] as string, said: outcome.stderr.trim() });
  };
  const commit = (ref: string): Promise<string | undefined> =>
    line(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  return {
    commit,
    mergeBase: (one, other) => line(["merge-base", one, other]),
    async defaultBranch() {
      const remotes = (await must(["remote"])).toString("utf8").split("\n").filter(Boolean);
      const remote = remotes.includes("origin") ? "origin" : remotes[0];
      if (remote === undefined) return undefined;
      const head = await line(["symbolic-ref", "--quiet", `refs/remotes/${remote}/HEAD`]);
      const named = head?.slice(`refs/remotes/${remote}/`.length);
      for (const branch of named === undefined ? ["main", "master"] : [named]) {
        const found = await commit(`refs/remotes/${remote}/${branch}`);
        if (found !== undefined) return { remote, branch, commit: found };
      }
      return { remote, branch: named ?? "main", commit: undefined };
    },
    isShallow: async () => (await line(["rev-parse", "--is-shallow-repository"])) === "true",
    async filesAt(at) {
      const prefix = (await must(["rev-parse", "--show-prefix"]))
        .toString("utf8")
        .replace(/\n$/, "");
      const tree = await line([
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        `${at}:${prefix}`,
      ]);
      if (tree === undefined) return new Map();
      const listed = (await must(["ls-tree", "-r", "-z", tree])).toString("utf8");
      const files = listed.split("\0").flatMap((entry) => {
        // <mode> blob <id>\t<path>; symbolic links and submodules have no content of ours.
        const match = /^100\d{3} blob ([0-9a-f]+)\t([\s\S]+)$/.exec(entry);
        return match === null ? [] : [[match[2] as string, match[1] as string] as const];
      });
      return new Map(files);
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
      const format = "--format=%h%x09%cs%x09%s";
      const log = ["log", "-1", format, "--extended-regexp", `-G${pattern}`, "HEAD", "--", path];
      const [id, date, subject] = ((await must(log)).toString("utf8").split("\n")[0] ?? "").split(
        "\t",
      );
      if (id === undefined || date === undefined || subject === undefined) return undefined;
      const text = await textAt(`${id}^`);
      return matches(text) ? { text, commit: { id, date, subject } } : undefined;
    },
  };
}
