// Whether the commit that is being made replaces HEAD. git does not tell its hooks, so it is seen from the
// command that started the hook.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { openHistory } from "./git-history.js";
import { errorCode } from "./trouble.js";

/** Whether this process runs in a hook of `git commit --amend`. `processes` is where the system lists them. */
export async function isAmending(
  root: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
  processes = "/proc",
): Promise<boolean> {
  if (existsSync(join(processes, "self/stat")))
    return amends(await commandsAbove(process.ppid, processes));
  // Without /proc: git tells its hooks the author, and an amended commit keeps the date, to the second.
  const date = env.GIT_AUTHOR_DATE;
  return date !== undefined && date === (await openHistory(root, env, signal).authorDate("HEAD"));
}

/** Whether the innermost `git commit` among those commands amends. */
export function amends(commands: readonly (readonly string[])[]): boolean {
  for (const [program = "", ...args] of commands) {
    if (!/^git(-commit)?(\.exe)?$/.test(basename(program))) continue;
    const flags = basename(program).startsWith("git-commit") ? args : flagsOfCommit(args);
    if (flags !== undefined) return hasAmend(flags);
  }
  return false;
}

/** git's own flags whose value is an argument of its own. */
const GIT_VALUES = ["-c", "-C", "--git-dir", "--work-tree", "--namespace", "--config-env"];

/** What follows `commit`; undefined where git was called for something else. */
function flagsOfCommit(args: readonly string[]): readonly string[] | undefined {
  let at = 0;
  while (args[at]?.startsWith("-")) at += GIT_VALUES.includes(args[at] as string) ? 2 : 1;
  return args[at] === "commit" ? args.slice(at + 1) : undefined;
}

/** Flags of `git commit` whose value may be an argument of its own, so that it is no flag itself. */
const COMMIT_VALUES =
  /^(-[a-zA-Z]*[mFcCt]|--(message|file|author|date|template|cleanup|trailer|fixup|squash|reuse-message|reedit-message))$/;

function hasAmend(flags: readonly string[]): boolean {
  for (let i = 0; i < flags.length && flags[i] !== "--"; i++) {
    // git takes the beginning of a flag for the flag, as long as it is the only one that begins so.
    if (/^--am(e(nd?)?)?$/.test(flags[i] as string)) return true;
    if (COMMIT_VALUES.test(flags[i] as string)) i++;
  }
  return false;
}

/** The commands of that process and of those that started it, the innermost first. */
async function commandsAbove(process: number, processes: string): Promise<string[][]> {
  const commands: string[][] = [];
  for (let id = process; id > 1; ) {
    const [stat, command] = await Promise.all(
      ["stat", "cmdline"].map((file) =>
        readFile(join(processes, String(id), file), "utf8").catch((thrown: unknown) => {
          // It has ended, or is another user's.
          if (["ENOENT", "ESRCH", "EACCES"].includes(errorCode(thrown) ?? "")) return "";
          throw thrown;
        }),
      ),
    );
    commands.push((command as string).split("\0"));
    // `id (name) state parent`, where the name may have any character in it.
    id = Number((stat as string).slice((stat as string).lastIndexOf(")") + 2).split(" ")[1] ?? 0);
  }
  return commands;
}
