// What a change is judged against in CI where nothing is named: what GitHub and GitLab say of it by their
// variables, in clones as they make them.
import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { run } from "../../scripts/run.js";
import type { TestWorkspace } from "../workspace.js";
import {
  BROKEN,
  CLEAN,
  checkout,
  githubEnvironment,
  plainEnvironment,
  pullRequest,
} from "./checkout.js";

const MERGE = "refs/remotes/pull/7/merge";
const OTHERS = "b.v1.Status.STATUS_HEALTHY";
const OWN = "a.v1.Status.STATUS_HEALTHY";

/** The symbols that break, and the exit code with what it was judged against; or why it was not. */
async function judged(w: TestWorkspace, env: Record<string, string>): Promise<string[]> {
  let stdout = "";
  let stderr = "";
  const code = await run({
    argv: ["breaking", "--format", "json"],
    cwd: w.root,
    env,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  if (code === 2) return [stderr];
  const { findings, steps } = JSON.parse(stdout) as {
    findings: { symbol: string }[];
    steps: { summary: string }[];
  };
  const against = /against .*/.exec(steps.at(-1)?.summary ?? "")?.[0];
  return [...findings.map(({ symbol }) => symbol), `${code} ${against}`];
}

it("is the merge base with the branch that the pull request goes to", async () => {
  const made = await pullRequest(BROKEN, {}, "release/1.x");
  const w = await checkout(made, made.merge, MERGE);
  const to = (base: string) => githubEnvironment(w, { event: "pull_request", base });
  const release = [OWN, "1 against the merge base with origin/release/1.x"];
  expect(await judged(w, await to("release/1.x"))).toEqual(release);
  // A pull request of the same commits to main would bring in what the release branch has.
  expect(await judged(w, await to("main"))).toEqual([
    OWN,
    OTHERS,
    "1 against the merge base with origin/main",
  ]);
  expect(await judged(w, await to("gone"))).toEqual([
    expect.stringMatching(
      /^error: origin\/gone is not in this clone, .*\n.*Fetch it: git fetch origin gone:refs\/remotes\/origin\/gone\n$/,
    ),
  ]);
  // The repository that the variables speak of is another one.
  const elsewhere = { ...(await to("gone")), GITHUB_WORKSPACE: `${made.parent}/remote.git` };
  expect(await judged(w, elsewhere)).toEqual([
    OWN,
    OTHERS,
    "1 against the merge base with origin/main",
  ]);
  const gitlab = {
    ...plainEnvironment(made.parent),
    GITLAB_CI: "true",
    CI_PROJECT_DIR: w.root,
    CI_DEFAULT_BRANCH: "main",
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "release/1.x",
    CI_COMMIT_BEFORE_SHA: "0".repeat(40),
  };
  expect(await judged(w, gitlab)).toEqual(release);
});

it("is what was there before a push to the branch itself", async () => {
  const made = await pullRequest(CLEAN, {}, "trunk");
  const w = await checkout(made, made.base, "refs/remotes/origin/trunk");
  const first = (await w.git("rev-parse", "v1.0.0")).trim();
  const push = (before: string) =>
    githubEnvironment(w, {
      event: "push",
      payload: { before, repository: { default_branch: "trunk" } },
    });
  const found = [OTHERS, "1 against the commit before the push"];
  expect(await judged(w, await push(first))).toEqual(found);
  // A new branch: there was nothing before.
  expect(await judged(w, await push("0".repeat(40)))).toEqual([
    "0 against the merge base with origin/trunk",
  ]);
  // Replaced by force: what was there is not in the clone.
  const gone = "1".repeat(40);
  expect(await judged(w, await push(gone))).toEqual([
    expect.stringContaining(`The commit before the push, ${gone}, is not in this clone`),
  ]);
  const gitlab = {
    ...plainEnvironment(made.parent),
    GITLAB_CI: "true",
    CI_PROJECT_DIR: w.root,
    CI_DEFAULT_BRANCH: "trunk",
    CI_COMMIT_BEFORE_SHA: first,
  };
  expect(await judged(w, gitlab)).toEqual(found);
});

it("is none where nothing of the pull request is checked out", async () => {
  const made = await pullRequest(BROKEN);
  const w = await checkout(made, made.base, "refs/remotes/origin/main");
  const event = "pull_request_target";
  const env = await githubEnvironment(w, { event, base: "main" });
  expect(await judged(w, env)).toEqual([
    expect.stringMatching(/nothing of the pull request, so .*\n.*Run the workflow on pull_request/),
  ]);
});

it("is missed where GitHub's file about the event is broken", async () => {
  const made = await pullRequest(CLEAN);
  const w = await checkout(made, made.merge, MERGE);
  const env = await githubEnvironment(w, { event: "pull_request", base: "main" });
  await writeFile(env.GITHUB_EVENT_PATH as string, "{");
  expect(await judged(w, env)).toEqual([expect.stringMatching(/event\.json.*not JSON/)]);
});

it.each([
  ["a pull request", "pull_request", MERGE, "origin/main is not in this clone"],
  ["a push", "push", "refs/remotes/origin/main", "The commit before the push"],
] as const)("is missed in a shallow clone of %s, with what to set", async (_, event, ref, said) => {
  const made = await pullRequest(CLEAN);
  const commit = event === "push" ? made.base : made.merge;
  const w = await checkout(made, commit, ref, { depth: 1 });
  const base = event === "push" ? "" : "main";
  const before = (await checkoutParent(made.remote, w)).trim();
  const [told = ""] = await judged(
    w,
    await githubEnvironment(w, { event, base, payload: { before } }),
  );
  expect(told).toContain(said);
  expect(told).toMatch(/fetch-depth: 0 for actions\/checkout, GIT_DEPTH: 0 for GitLab/);
  // And the command that a shell is given does it.
  const command = /Fetch it: git (.*)/.exec(told)?.[1] ?? "";
  await w.git(...command.split(" "));
  const again = await judged(w, await githubEnvironment(w, { event, base, payload: { before } }));
  expect(again.at(-1)).toMatch(/^[01] against /);
});

function checkoutParent(remote: string, w: TestWorkspace): Promise<string> {
  return w.git("--git-dir", remote, "rev-parse", "main~1");
}
