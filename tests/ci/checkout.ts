// A repository with a pull request, and clones of it as actions/checkout and GitLab's runner make them.
import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundledProgram, packageVersion } from "../../core/installation.js";
import { STATUS_PROTO, TestWorkspace, workspace } from "../workspace.js";

const exec = promisify(execFile);

export const PROTO = "proto/a/v1/a.proto";
/** A break: peers that know HEALTHY as 1 misread it. */
export const BROKEN = STATUS_PROTO.replace("HEALTHY = 1", "HEALTHY = 2");
/** No break. */
export const CLEAN = STATUS_PROTO.replace(
  "  Status status = 2;\n",
  "  Status status = 2;\n  // In bytes.\n  int64 memory = 3;\n",
);

export interface PullRequest {
  /** A bare repository, as a forge has it. */
  readonly remote: string;
  readonly parent: string;
  /** The commit that the forge makes of the branch that it goes to and the one that it comes from. */
  readonly merge: string;
  /** The last commit of the branch that it comes from. */
  readonly head: string;
  /** The last commit of the branch that it goes to. */
  readonly base: string;
}

/**
 * A pull request that changes the proto to `changed`. It goes to `target`, where a break came in after the
 * branch had left it: that is not the pull request's doing. The default branch, main, has one of its own.
 */
export async function pullRequest(
  changed: string,
  files: Readonly<Record<string, string | undefined>> = {},
  target = "main",
): Promise<PullRequest> {
  const all = { "lockstep.yaml": undefined, [PROTO]: STATUS_PROTO, ...files };
  const origin = await workspace({ ...all, "proto/b/v1/b.proto": other(1) });
  await origin.remove("node_modules");
  await commit(origin, "first");
  await origin.git("tag", "v1.0.0");
  await origin.git("switch", "--quiet", "-C", target);
  await origin.git("switch", "--quiet", "-c", "feature");
  await origin.write(PROTO, changed);
  const head = await commit(origin, "the change");
  await origin.git("switch", "--quiet", target);
  await origin.write("proto/b/v1/b.proto", other(2));
  const base = await commit(origin, "a break on the other branch");
  await origin.git("switch", "--quiet", "--detach");
  await origin.git("merge", "--quiet", "--no-ff", "-m", "merge", "feature");
  const merge = (await origin.git("rev-parse", "HEAD")).trim();
  await origin.git("update-ref", "refs/pull/7/merge", merge);
  await origin.git("update-ref", "refs/pull/7/head", head);
  const parent = join(origin.root, "..");
  const remote = join(parent, "remote.git");
  await origin.git("clone", "--quiet", "--mirror", origin.root, remote);
  return { remote, parent, merge, head, base };
}

function other(number: number): string {
  return STATUS_PROTO.replace("a.v1", "b.v1").replace("HEALTHY = 1", `HEALTHY = ${number}`);
}

async function commit(w: TestWorkspace, message: string): Promise<string> {
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "-m", message);
  return (await w.git("rev-parse", "HEAD")).trim();
}

/** What actions/checkout does: it fetches by refspecs, so that no branch is local and origin has no HEAD. */
export async function checkout(
  { remote, parent }: PullRequest,
  commit: string,
  ref: string,
  flags: { readonly depth?: number } = {},
): Promise<TestWorkspace> {
  const made = new TestWorkspace(join(parent, "checked out"));
  await mkdir(made.root);
  await made.git("init", "--quiet");
  await made.git("remote", "add", "origin", `file://${remote}`);
  const { depth } = flags;
  const all = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
  const how = depth === undefined ? all : [`--depth=${depth}`, "--no-tags"];
  const options = how.filter((one) => one.startsWith("--"));
  const own =
    depth === undefined && ref.startsWith("refs/remotes/origin/") ? [] : [`+${commit}:${ref}`];
  const specs = [...how.filter((one) => one.startsWith("+")), ...own];
  await made.git("fetch", "--quiet", "--prune", ...options, "origin", ...specs);
  await made.git("checkout", "--quiet", "--force", "--detach", ref);
  return made;
}

/** Puts the command into node_modules as npm would, with nothing else of the package. */
export async function install(made: TestWorkspace): Promise<void> {
  const program = JSON.stringify(bundledProgram("lockstep"));
  const manifest = { name: "lockstep", version: packageVersion(), bin: { lockstep: "cli.cjs" } };
  await made.write("node_modules/lockstep/package.json", JSON.stringify(manifest));
  await made.write(
    "node_modules/lockstep/cli.cjs",
    `#!/usr/bin/env node\nimport(require("node:url").pathToFileURL(${program}));\n`,
  );
  await chmod(made.path("node_modules/lockstep/cli.cjs"), 0o755);
  await mkdir(made.path("node_modules/.bin"), { recursive: true });
  await exec("ln", ["-s", "../lockstep/cli.cjs", made.path("node_modules/.bin/lockstep")]);
}

/** What a shell of the runner has, and nothing that says how these tests are run. */
export function plainEnvironment(parent: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: parent,
    CI: "true",
    // Nothing is fetched: there is no registry here.
    npm_config_registry: "http://127.0.0.1:9/",
    npm_config_fetch_retries: "0",
  };
}

/** The variables that GitHub sets for each step, and the files that they name. */
export async function githubEnvironment(
  made: TestWorkspace,
  about: {
    readonly event: "pull_request" | "pull_request_target" | "push";
    readonly payload?: object;
    readonly base?: string;
  },
): Promise<Record<string, string>> {
  const parent = join(made.root, "..");
  const temp = join(parent, "runner temp");
  await mkdir(temp, { recursive: true });
  const event = join(temp, "event.json");
  const repository = { default_branch: "main" };
  await writeFile(event, JSON.stringify({ repository, ...about.payload }));
  for (const file of ["summary", "output"]) await writeFile(join(temp, file), "");
  return {
    ...plainEnvironment(parent),
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: made.root,
    GITHUB_EVENT_NAME: about.event,
    GITHUB_EVENT_PATH: event,
    GITHUB_BASE_REF: about.base ?? "",
    GITHUB_REPOSITORY: "acme/things",
    GITHUB_STEP_SUMMARY: join(temp, "summary"),
    GITHUB_OUTPUT: join(temp, "output"),
    RUNNER_TEMP: temp,
  };
}

/** The environment of a pull request whose merge commit is checked out. */
export function ofPullRequest(made: TestWorkspace, base = "main"): Promise<Record<string, string>> {
  const payload = { number: 7, pull_request: { number: 7 } };
  return githubEnvironment(made, { event: "pull_request", base, payload });
}
