// Where a repository keeps its pre-commit hook: with a hook manager, or in git's folder of hooks.
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { gitCommand } from "../../core/git.js";
import { trouble } from "../../core/trouble.js";

export interface HookPlace {
  readonly file: string;
  readonly kind: "script" | "husky" | "lefthook" | "pre-commit";
  /** What else has to be done for the hook to be called; undefined where git calls it. */
  readonly note: string | undefined;
}

/** What lefthook calls its file, where it is YAML. */
const LEFTHOOK = ["lefthook", ".lefthook", ".config/lefthook"].flatMap((name) => [
  `${name}.yml`,
  `${name}.yaml`,
]);
const LEFTHOOK_OTHER = ["lefthook.toml", "lefthook.json", ".lefthook.toml", ".lefthook.json"];

/** Every place in which a hook of ours can be, the one for a new hook first. */
export async function hookPlaces(top: string, env: NodeJS.ProcessEnv): Promise<HookPlace[]> {
  const places: HookPlace[] = [];
  const add = (kind: HookPlace["kind"], file: string, note?: string): void => {
    if (!places.some((one) => one.file === file)) places.push({ kind, file, note });
  };
  for (const name of [...LEFTHOOK, ...LEFTHOOK_OTHER]) {
    const note = 'lefthook calls it, once "lefthook install" was run in this clone.';
    if (existsSync(join(top, name))) add("lefthook", join(top, name), note);
  }
  if (existsSync(join(top, ".pre-commit-config.yaml"))) {
    const note = 'pre-commit calls it, once "pre-commit install" was run in this clone.';
    add("pre-commit", join(top, ".pre-commit-config.yaml"), note);
  }
  const hooks = resolve(top, await answer(top, env, ["rev-parse", "--git-path", "hooks"]));
  // husky keeps its own scripts in a folder `_` beside the ones that people write.
  if (basename(hooks) === "_" && ["h", "husky.sh"].some((name) => existsSync(join(hooks, name))))
    add("husky", join(dirname(hooks), "pre-commit"));
  else if (existsSync(join(top, ".husky")) && hooks !== join(top, ".husky"))
    add(
      "husky",
      join(top, ".husky", "pre-commit"),
      "husky calls it, once its packages are installed.",
    );
  add("script", join(hooks, "pre-commit"));
  return places;
}

/** Throws trouble where the folder of hooks is that of all repositories. */
export async function refuseShared(
  top: string,
  env: NodeJS.ProcessEnv,
  lines: readonly string[],
): Promise<void> {
  const set = await answer(top, env, ["config", "--show-scope", "--get", "core.hooksPath"]);
  const [scope, path] = set.split("\t");
  if (scope !== "global" && scope !== "system") return;
  throw trouble("HOOK_BY_HAND", {
    file: join(path ?? "", "pre-commit"),
    why: `core.hooksPath is set for all your repositories (${scope}), and the hook is for this one`,
    help: `Give this repository hooks of its own: git config core.hooksPath .git/hooks\nOr add these lines:\n${lines.join("\n")}`,
  });
}

async function answer(top: string, env: NodeJS.ProcessEnv, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await gitCommand(top, env)(args);
  if (code === 0) return stdout.toString("utf8").trimEnd();
  // 1 is git's way to say that nothing is set.
  if (args[0] === "config" && code === 1) return "";
  throw trouble("GIT_FAILED", { command: args[0] as string, said: stderr.trim() });
}
