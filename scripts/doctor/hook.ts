// Whether git calls Lockstep before a commit: in its own hooks, or by way of a hook manager.
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { gitCommand } from "../../core/git.js";
import { trouble } from "../../core/trouble.js";

/** How a hook calls Lockstep, whoever wrote it. */
const CALL = /\blockstep(?:\.js)?["']?\s+hook\s+run\b/;

/** What hook managers call the files in which their hooks stand. */
const MANAGED = [
  ".pre-commit-config.yaml",
  ...["lefthook", ".lefthook", ".config/lefthook"].flatMap((name) =>
    ["yml", "yaml", "toml", "json"].map((ending) => `${name}.${ending}`),
  ),
  ".husky/pre-commit",
];

/** Why no commit is judged in the repository of that folder; undefined where one is. */
export async function whyNoHook(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const ask = async (option: string[]): Promise<string> => {
    const { code, stdout, stderr } = await gitCommand(folder, env)(["rev-parse", ...option]);
    if (code !== 0) throw trouble("GIT_FAILED", { command: "rev-parse", said: stderr.trim() });
    return stdout.toString("utf8").replace(/\n$/, "");
  };
  const top = await ask(["--show-toplevel"]);
  const hooks = resolve(folder, await ask(["--git-path", "hooks"]));
  const own = join(hooks, "pre-commit");
  // husky keeps its own scripts in a folder `_` beside the ones that people write.
  const beside = basename(hooks) === "_" ? [join(dirname(hooks), "pre-commit")] : [];
  for (const file of [...MANAGED.map((name) => join(top, name)), ...beside]) {
    if (await calls(file)) return undefined;
  }
  if (!(await calls(own))) return `Neither ${own} nor a hook manager calls "lockstep hook run".`;
  const isRun = process.platform === "win32" || ((await stat(own)).mode & 0o111) !== 0;
  return isRun ? undefined : `${own} is not executable, so git does not run it.`;
}

async function calls(file: string): Promise<boolean> {
  return existsSync(file) && CALL.test(await readFile(file, "utf8"));
}
