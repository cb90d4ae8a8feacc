// What a baseline's name means: a commit, a folder or an image file. Whatever else it is gets trouble that
// says how to have what was meant.
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, resolve } from "node:path";
import { allEnded } from "./all-ended.js";
import type { CiChange } from "./ci-change.js";
import type { History } from "./git-history.js";
import { nearest } from "./nearest.js";
import { errorCode, type Trouble, trouble, WHOLE_CLONE, type Where } from "./trouble.js";

/** A baseline that is there. */
export type Named =
  | { readonly kind: "commit"; readonly name: string; readonly commit: string }
  | { readonly kind: "folder" | "image"; readonly name: string; readonly path: string };

/** A word that names one baseline or several. */
export interface Word {
  readonly text: string;
  /** The folder that a path is relative to. */
  readonly from: string;
  /** Where it was written; undefined for a flag. */
  readonly where: Where | undefined;
}

const NAMEABLE = "Name a commit, a tag, a branch, a folder or an image file.";

/**
 * The commit to judge against where none is named: the merge base of HEAD with the branch that the pull
 * request goes to, else with the remote's default branch, or HEAD where there is no remote, which is its
 * parent where HEAD is being replaced. In an unfinished merge, what it brings in counts as a part of HEAD.
 * Where a push has put HEAD on that branch already, it is the commit that was there before. Undefined where
 * the repository has no such commit. Throws trouble, with the command that would fetch it, where it is not
 * here.
 */
export async function defaultBaseline(
  history: History,
  amends: boolean,
  ci: CiChange,
): Promise<Named | undefined> {
  const [head, remote] = await allEnded([
    history.commit("HEAD"),
    history.remoteBranch(ci.target ?? ci.defaultBranch),
  ]);
  if (head === undefined) return undefined;
  if (remote === undefined) {
    const name = amends ? "HEAD^" : "HEAD";
    const commit = await history.commit(name);
    return commit === undefined ? undefined : { kind: "commit", name, commit };
  }
  const branch = `${remote.remote}/${remote.branch}`;
  if (remote.commit === undefined) {
    const isShallow = await history.isShallow();
    const from = `${isShallow ? "--unshallow " : ""}${remote.remote}`;
    const fetch = `Fetch it: ${fetchBranch(from, remote.remote, remote.branch)}`;
    throw missing(`${branch} is not in this clone`, isShallow ? `${fetch}\n${WHOLE_CLONE}` : fetch);
  }
  const name = `the merge base with ${branch}`;
  const commit = await history.mergeBase(remote.commit, head, ...(await history.mergeHeads()));
  if (commit === head && ci.checksOutTarget === true)
    throw missing(
      `What is checked out is a commit of ${branch}, and nothing of the pull request`,
      "Run the workflow on pull_request, and not on pull_request_target.",
    );
  if (commit === head && ci.before !== undefined && !amends)
    return beforePush(ci.before, remote.remote, history);
  if (commit !== undefined) return { kind: "commit", name, commit };
  if (await history.isShallow())
    throw missing(
      `The merge base with ${branch} is not in this clone`,
      `Fetch it: git fetch --unshallow ${remote.remote}\n${WHOLE_CLONE}`,
    );
  throw missing(
    `HEAD and ${branch} have no commit in common`,
    `Name what to judge against in lockstep.yaml: baseline: ${branch}`,
  );
}

async function beforePush(id: string, remote: string, history: History): Promise<Named> {
  const commit = await history.commit(id);
  if (commit !== undefined) return { kind: "commit", name: "the commit before the push", commit };
  const fetch = (await history.isShallow())
    ? `git fetch --unshallow ${remote}\n${WHOLE_CLONE}`
    : `git fetch ${remote} ${id}`;
  throw missing(`The commit before the push, ${id}, is not in this clone`, `Fetch it: ${fetch}`);
}

/**
 * What the word names: one baseline, or every tag that matches a pattern. Nothing where nothing was
 * committed yet. `history` is undefined where there is no git repository. Throws trouble where it names
 * nothing, or two things.
 */
export async function baselinesNamed(word: Word, history: History | undefined): Promise<Named[]> {
  const { text, where } = word;
  const about = where === undefined ? {} : { where };
  const unclear = (why: string, help: string): Trouble =>
    trouble("BASELINE_UNCLEAR", { name: text, why, help }, about);
  if (text.startsWith("-")) {
    throw unclear("it looks like an option", `${NAMEABLE} A path that begins so is ./${text}`);
  }
  if (text.includes("*")) return tagsNamed(word, history);
  const path = resolve(word.from, text);
  const kind = await kindOf(path);
  const asPath: Named | undefined = kind && { kind, name: text, path };
  const asCommit = isPath(text) ? undefined : history && (await commitNamed(text, history));
  if (asPath !== undefined && asCommit !== undefined) {
    const what = kind === "folder" ? "folder" : "file";
    const ref = asCommit.name === text ? await fullName(text, history) : asCommit.name;
    throw unclear(
      `it is both a ${what} and a commit`,
      `Write ./${text} for the ${what}, or ${ref} for the commit.`,
    );
  }
  const found = asPath ?? asCommit;
  if (found !== undefined) return [found];
  if (isPath(text) || history === undefined) {
    const near = nearest(basename(path), await readdir(dirname(path)).catch(() => []));
    throw missing(
      history === undefined && !isPath(text)
        ? `${text} does not exist, and without a git repository it cannot be a commit`
        : `${text} does not exist`,
      near === undefined
        ? `It is looked for at ${path}. Correct the path of the folder or image file.`
        : `Did you mean "${dirname(text)}/${near}"?`,
      where,
    );
  }
  if ((await history.commit("HEAD")) === undefined) return [];
  throw missing(`${text} is not in this clone`, await howToGet(text, history), where);
}

/**
 * The word as it is meant while HEAD is being replaced: what is named from HEAD is named from its parent.
 * Undefined where HEAD has none, so that nothing was committed before.
 */
export async function wordBeforeHead(word: Word, history: History): Promise<Word | undefined> {
  const [, head, behind = ""] = /^(HEAD|@)((?:[~^].*)?)$/.exec(word.text) ?? [];
  if (head === undefined) return word;
  if ((await history.commit("HEAD^")) === undefined) return undefined;
  return { ...word, text: `${head}^${behind}` };
}

/** Whether it can only be a path, because of how it is written. */
function isPath(text: string): boolean {
  return /^\.\.?([\\/]|$)/.test(text) || /[\\/]$/.test(text) || isAbsolute(text);
}

async function kindOf(path: string): Promise<"folder" | "image" | undefined> {
  const found = await stat(path).catch((thrown: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(thrown) ?? "")) return undefined;
    throw thrown;
  });
  return found && (found.isDirectory() ? "folder" : "image");
}

/** The commit of a ref, or of the remote's branch of that name where there is no local one. */
async function commitNamed(text: string, history: History): Promise<Named | undefined> {
  const commit = await history.commit(text);
  if (commit !== undefined) return { kind: "commit", name: text, commit };
  const remote = await history.remote();
  if (remote === undefined) return undefined;
  const branch = await history.commit(`refs/remotes/${remote}/${text}`);
  return branch === undefined
    ? undefined
    : { kind: "commit", name: `${remote}/${text}`, commit: branch };
}

/** The full name of a ref; the commit's id for what is no plain ref, such as `main~1`. */
async function fullName(text: string, history: History | undefined): Promise<string> {
  for (const full of [`refs/tags/${text}`, `refs/heads/${text}`, `refs/remotes/${text}`])
    if ((await history?.commit(full)) !== undefined) return full;
  return (await history?.commit(text)) ?? text;
}

async function tagsNamed({ text, where }: Word, history: History | undefined): Promise<Named[]> {
  if (history === undefined)
    throw missing(`No tag matches ${text} without a git repository`, NAMEABLE, where);
  if ((await history.commit("HEAD")) === undefined) return [];
  const found = await history.tags(text);
  if (found.length > 0) return found.map((tag) => ({ kind: "commit", ...tag }));
  const tags = (await history.tags("*")).map((tag) => tag.name);
  const near = nearest(text.replaceAll("*", ""), tags);
  const shown = near === undefined ? tags.slice(0, NEWEST_TAGS) : [near];
  const remote = await history.remote();
  const fetch = remote === undefined ? "" : ` Fetch the tags: git fetch ${remote} --tags`;
  throw missing(
    `No tag matches ${text}`,
    `${shown.length === 0 ? "There are no tags in this clone." : `Tags here: ${shown.join(", ")}.`}${fetch}`,
    where,
  );
}

/** How many tags are shown where none is near to what was asked for. */
const NEWEST_TAGS = 3;

/** What to do about a name that is no ref here: correct it, or fetch it. */
async function howToGet(text: string, history: History): Promise<string> {
  const near = nearest(text, await history.refs());
  const remote = await history.remote();
  const command = remote && (await fetchCommand(text, remote, history));
  const inCi = command !== undefined && (await history.isShallow()) ? `\n${WHOLE_CLONE}` : "";
  if (near !== undefined)
    return `Did you mean "${near}"?${command === undefined ? "" : ` If not, fetch it: ${command}`}${inCi}`;
  if (command !== undefined) return `Fetch it: ${command}${inCi}`;
  return NAMEABLE;
}

/** The command that fetches a ref; undefined for what could be none, or is not safe to paste. */
async function fetchCommand(
  text: string,
  remote: string,
  history: History,
): Promise<string | undefined> {
  const [, name = "", behind = ""] =
    /^((?!.*\.\.)[\w./+-]+)((?:[~^@][\w{}~^]*)*)$/.exec(text) ?? [];
  if (name === "") return undefined;
  const isHere = behind !== "" && (await commitNamed(name, history)) !== undefined;
  const isCommit = /^[0-9a-f]{7,64}$/.test(name);
  if (isHere || (isCommit && name.length < 40))
    return (await history.isShallow()) ? `git fetch --unshallow ${remote}` : undefined;
  if (isCommit) return `git fetch ${remote} ${name}`;
  const tag = /^(?:refs\/)?tags\/(.+)$/.exec(name)?.[1] ?? (/\d+\.\d+|^v\d/.test(name) ? name : "");
  if (tag !== "") return `git fetch ${remote} tag ${tag}`;
  const branch = ["refs/", "remotes/", "heads/", `${remote}/`].reduce(
    (rest, start) => (rest.startsWith(start) ? rest.slice(start.length) : rest),
    name,
  );
  return fetchBranch(remote, remote, branch);
}

/** Also where the clone is of a single branch, so that git would keep no other by itself. */
function fetchBranch(from: string, remote: string, branch: string): string {
  return `git fetch ${from} ${branch}:refs/remotes/${remote}/${branch}`;
}

function missing(what: string, help: string, where?: Where): Trouble {
  return trouble("BASELINE_MISSING", { what, help }, where === undefined ? {} : { where });
}
