// The recipes of docs/ci.md, run as they are written, and what GitHub's own parser says of action and workflows.
import { randomUUID } from "node:crypto";
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { validate } from "@actions/languageservice";
import { expect, it } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { parse } from "yaml";
import { packageFolder } from "../../core/installation.js";
import { attempt } from "../hook/hook-repository.js";
import { repository } from "../init/repository.js";
import { BUF_GEN_YAML, STATUS_PROTO, type TestWorkspace } from "../workspace.js";
import {
  BROKEN,
  CLEAN,
  checkout,
  install,
  ofPullRequest,
  plainEnvironment,
  pullRequest,
} from "./checkout.js";
import { type Contexts, evaluated, holds, runStep, type Step, useAction } from "./github-steps.js";

const read = (path: string): Promise<string> => readFile(join(packageFolder, path), "utf8");
const MERGE = "refs/remotes/pull/7/merge";

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: { readonly lockstep: { readonly steps: readonly Step[] } };
}

/** The blocks of code below that heading of docs/ci.md, in their order. */
async function blocks(heading: string): Promise<string[]> {
  const after = (await read("docs/ci.md")).split(`${heading}\n`)[1]?.split(/^##+ /m)[0] ?? "";
  return [...after.matchAll(/```\w+\n(.*?)```/gs)].map(([, code]) => code as string);
}

/** What GitHub's parser has to say of a file. */
async function problems(path: string, text: string): Promise<string[]> {
  // The parser keeps what it made of a document, by its name.
  const name = `file:///${randomUUID()}/${path}`;
  const document = TextDocument.create(name, "yaml", 1, text);
  return (await validate(document)).map(({ message }) => JSON.stringify(message));
}

/**
 * Programs of that name in a folder of their own, which a PATH may begin with: `npm ci` has nothing to do,
 * because all is installed, and `gh` writes down what it is asked.
 */
async function programs(made: TestWorkspace): Promise<string> {
  const scripts = {
    npm: '[ "$*" = ci ]',
    gh: 'printf "%s\\n" "$*" >> "$GH_CALLS"; case "$*" in *--paginate*) printf "$GH_COMMENTS";; esac',
  };
  for (const [name, script] of Object.entries(scripts)) {
    await made.write(`../programs/${name}`, `#!/bin/sh\n${script}\n`);
    await chmod(made.path("../programs", name), 0o755);
  }
  return `${made.path("../programs")}:${process.env.PATH}`;
}

/** A pull request in a clone with all that `npm ci` installs. */
async function ready(changed: string, depth?: number): Promise<TestWorkspace> {
  const made = await pullRequest(changed, { "buf.gen.yaml": BUF_GEN_YAML });
  const w = await checkout(made, made.merge, MERGE, depth === undefined ? {} : { depth });
  await install(w);
  await attempt(w.root, "ln", [
    "-s",
    join(packageFolder, "node_modules/@bufbuild"),
    w.path("node_modules/@bufbuild"),
  ]);
  return w;
}

it("is taken by GitHub's parser: the action, the workflows, and the one that init writes", async () => {
  // What it would say of files that are wrong.
  const action = await read("action.yml");
  expect(await problems("action.yml", action.replace("shell: bash", "shel: bash"))).not.toEqual([]);
  expect(
    await problems("action.yml", action.replace("${{ inputs.format", "${{ input.format")),
  ).not.toEqual([]);
  expect(await problems("action.yml", action)).toEqual([]);
  const path = ".github/workflows/lockstep.yml";
  const workflow = await read(path);
  expect(await problems(path, workflow.replace("runs-on", "run-on"))).not.toEqual([]);
  expect(await problems(path, workflow)).toEqual([]);
  const [documented = ""] = await blocks("## GitHub");
  expect(await problems(path, documented)).toEqual([]);
  const made = await repository({
    "proto/acme/v1/a.proto": STATUS_PROTO.replace("a.v1", "acme.v1"),
  });
  await made.git("remote", "add", "origin", "git@github.com:acme/things.git");
  await made.run("init", "--yes", "--ci");
  const written = await made.read(path);
  expect(await problems(path, written)).toEqual([]);
  // The document has the very step.
  const [step = ""] = await blocks("### Without the action");
  const [{ run }] = parse(step) as [Step];
  const { steps } = (parse(written) as Workflow).jobs.lockstep;
  expect(steps.at(-1)?.run).toBe(run);
});

it("GitHub: judges, and renews its comment on the pull request", async () => {
  const w = await ready(BROKEN);
  const [text = ""] = await blocks("## GitHub");
  const workflow = parse(text) as Workflow;
  expect(workflow.permissions).toEqual({ contents: "read", "pull-requests": "write" });
  const [checkedOut, node, npm, lockstep, comment, ...more] = workflow.jobs.lockstep.steps;
  expect(more).toEqual([]);
  expect(checkedOut).toMatchObject({ with: { "fetch-depth": 0 } });
  expect(node?.uses).toMatch(/^actions\/setup-node@/);
  const calls = w.path("../calls");
  const environment = { ...(await ofPullRequest(w)), PATH: await programs(w), GH_CALLS: calls };
  expect((await runStep(npm as Step, {}, w.root, environment)).code).toBe(0);
  expect(lockstep?.uses).toMatch(/^OWNER\/lockstep@/);
  const judged = await useAction(w.root, environment);
  expect(judged.code).toBe(1);
  const contexts = (from: string, outputs: object): Contexts => ({
    github: {
      token: "secret",
      repository: "acme/things",
      event: { pull_request: { number: 7, head: { repo: { full_name: from } } } },
    },
    steps: { lockstep: { outputs } },
  });
  const { if: condition = "", ...say } = comment as Step;
  // Also after a failure, but not where nothing was judged, nor from a fork.
  expect(holds(condition, contexts("acme/things", judged.outputs))).toBe(true);
  expect(holds(condition, contexts("someone/things", judged.outputs))).toBe(false);
  expect(holds(condition, contexts("acme/things", {}))).toBe(false);
  const own = contexts("acme/things", judged.outputs);
  expect(evaluated(say.env?.GH_TOKEN ?? "", own)).toBe("secret");
  for (const comments of ["", "41\\n42\\n"]) {
    const ended = await runStep(say, own, w.root, { ...environment, GH_COMMENTS: comments });
    expect(ended).toMatchObject({ code: 0, output: "" });
  }
  const all = "repos/acme/things/issues/7/comments";
  const body = `--field body=@${judged.outputs.report}`;
  const asked = (await readFile(calls, "utf8")).trimEnd().split("\n");
  expect(asked).toEqual([
    expect.stringMatching(`^api --paginate ${all} --jq .*startswith\\("### Lockstep"\\)`),
    `api --silent ${all} ${body}`,
    expect.stringMatching(`^api --paginate ${all} `),
    `api --silent --method PATCH repos/acme/things/issues/comments/41 ${body}`,
  ]);
  // And what is commented begins as what is looked for.
  expect(judged.summary).toMatch(/^### Lockstep/);
});

it("GitHub without the action: an error on its line and a summary, from the step alone", async () => {
  const w = await ready(BROKEN);
  const [text = ""] = await blocks("### Without the action");
  const [step] = parse(text) as [Step];
  const environment = await ofPullRequest(w);
  const { code, output } = await runStep(step, {}, w.root, environment);
  expect(output).toMatch(/^::error file=proto\/a\/v1\/a\.proto,line=11/m);
  expect(code).toBe(1);
  const summary = await readFile(environment.GITHUB_STEP_SUMMARY as string, "utf8");
  expect(summary).toMatch(/^### Lockstep: 1 error\n\n#### On the wire/);
});

it("GitLab: reports in the merge request, against the branch that it goes to", async () => {
  const w = await ready(BROKEN);
  const { lockstep } = parse((await blocks("## GitLab"))[0] ?? "");
  expect(lockstep.variables).toEqual({ GIT_DEPTH: 0 });
  const environment = {
    ...plainEnvironment(w.path("..")),
    PATH: await programs(w),
    GITLAB_CI: "true",
    CI_PROJECT_DIR: w.root,
    CI_DEFAULT_BRANCH: "main",
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
  };
  // GitLab's runner stops at the first line that fails.
  const script = lockstep.script.join("\n");
  const { code, output } = await attempt(w.root, "bash", ["-e", "-c", script], environment);
  expect(output).toContain("against the merge base with origin/main");
  expect(code).toBe(1);
  const { codequality, junit } = lockstep.artifacts.reports;
  expect(lockstep.artifacts.when).toBe("always");
  expect(JSON.parse(await w.read(codequality))).toMatchObject([
    { check_name: "ENUM_VALUE_RENUMBERED", severity: "major" },
  ]);
  expect(await w.read(junit)).toContain('failures="1"');
});

it("any other CI: gets what a shallow clone lacks, then generates", async () => {
  const w = await ready(CLEAN, 1);
  const [script = "", ...others] = await blocks("## Any other CI");
  const environment = { ...plainEnvironment(w.path("..")), PATH: await programs(w) };
  const { code, output } = await attempt(w.root, "sh", ["-e", "-c", script], environment);
  expect(output).toContain("against the merge base with origin/main");
  expect(code, output).toBe(0);
  expect(await w.read("generated/a/v1/index.js")).toContain("Status");
  expect(await w.read("lockstep.xml")).toContain('failures="0"');
  // One that goes to another branch.
  await w.git("update-ref", "refs/remotes/origin/release", "v1.0.0");
  const other = await attempt(w.root, "sh", ["-e", "-c", others[0] ?? ""], environment);
  expect(other.output).toContain("ENUM_VALUE_RENUMBERED");
  expect(other.code).toBe(1);
});
