// The commits that led to a version, and what each did to the protos: from git's objects, with no network.
import { gitCommand } from "./git.js";
import type { Outcome } from "./process.js";
import { type Trouble, trouble } from "./trouble.js";

export interface Commit {
  /** In full. */
  readonly id: string;
  /** The day on which it was committed, as YYYY-MM-DD. */
  readonly date: string;
  readonly parents: readonly string[];
  /** In what its protos differ from those of its first parent. */
  readonly changes: readonly Change[];
}

export interface Change {
  /** Relative to the workspace. A file that moved is a change of both paths. */
  readonly path: string;
  /** The id of the content; undefined where there is no such file any more. */
  readonly blob: string | undefined;
}

export interface Log {
  /** Those commits and all that they descend from, each after its parents. */
  commits(tips: readonly string[]): Promise<Commit[]>;
  /** The contents with those ids, each once, in any order. */
  contents(ids: readonly string[]): AsyncGenerator<{ id: string; content: Buffer }>;
}

/** How many contents are asked for at a time: what is in memory at once. */
const BATCH = 1000;

/**
 * The log of the repository that the folder lies in; only protos below the folder are in it. Its methods
 * throw trouble where the clone is partial and lacks something: nothing is fetched.
 */
export function openLog(root: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): Log {
  // Versions of git before 2.45 do not know the first; the second forbids them every transport.
  const offline = { ...env, GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "" };
  const git = gitCommand(root, offline, signal);
  const must = async (args: string[], outcome: Outcome): Promise<Buffer> => {
    if (outcome.code === 0) return outcome.stdout;
    throw await lacking(args[0] as string, outcome.stderr.trim());
  };
  const lacking = async (command: string, said: string): Promise<Trouble> => {
    const promised = await git([
      "config",
      "--name-only",
      "--get-regexp",
      "^remote\\..*\\.promisor$",
    ]);
    const remote = /^remote\.(.*)\.promisor$/m.exec(promised.stdout.toString("utf8"))?.[1];
    if (remote !== undefined && /promisor|missing|not allowed|could not fetch/.test(said)) {
      return trouble("HISTORY_PARTIAL", { fetch: `git fetch --refetch --no-filter ${remote}` });
    }
    return trouble("GIT_FAILED", { command, said });
  };
  return {
    async commits(tips) {
      if (tips.length === 0) return [];
      const args = [
        "log",
        // Every commit, so that a change on a branch counts though its merge left no trace of it.
        ...["--full-history", "--sparse", "--topo-order", "--reverse"],
        ...["--format=commit %H %cs %P", "-z", "--raw", "--no-abbrev", "--root", "--relative"],
        ...["--diff-merges=first-parent", "--no-renames"],
        // Settings of the user's that would change the output.
        ...["--no-follow", "--no-color", "--no-show-signature"],
        ...["--end-of-options", ...tips, "--", ":(glob)**/*.proto"],
      ];
      return commitsIn((await must(args, await git(args, { patterns: true }))).toString("utf8"));
    },
    async *contents(ids) {
      for (let from = 0; from < ids.length; from += BATCH) {
        const args = ["cat-file", "--batch"];
        const input = ids
          .slice(from, from + BATCH)
          .map((id) => `${id}\n`)
          .join("");
        const output = await must(args, await git(args, { input }));
        for (let at = 0; at < output.length; ) {
          const end = output.indexOf("\n", at);
          const head = output.toString("latin1", at, end);
          const [id = "", kind, size] = head.split(" ");
          if (kind !== "blob") throw await lacking("cat-file", head);
          yield { id, content: output.subarray(end + 1, end + 1 + Number(size)) };
          at = end + 1 + Number(size) + 1;
        }
      }
    },
  };
}

/** The commits in the output of git log: a line for each, then `:modes ids status`, NUL, path, NUL. */
function commitsIn(output: string): Commit[] {
  const commits: (Commit & { changes: Change[] })[] = [];
  const parts = output.split("\0");
  for (let i = 0; i < parts.length; i++) {
    const part = (parts[i] as string).replace(/^\n/, "");
    if (part.startsWith("commit ")) {
      const [, id = "", date = "", ...parents] = part.trimEnd().split(" ");
      commits.push({ id, date, parents, changes: [] });
    } else if (part.startsWith(":")) {
      const [, mode, , blob] = part.split(" ");
      const path = parts[++i] as string;
      // Symbolic links and submodules have no content of ours.
      const isFile = mode?.startsWith("100") === true;
      commits.at(-1)?.changes.push({ path, blob: isFile ? blob : undefined });
    }
  }
  return commits;
}
