// The action in a pull request: its steps as they are written, in a clone as actions/checkout makes it.
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { packageVersion } from "../../core/installation.js";
import { CHECK_NAMES } from "../../scripts/check.js";
import type { TestWorkspace } from "../workspace.js";
import {
  BROKEN,
  CLEAN,
  checkout,
  install,
  ofPullRequest,
  type PullRequest,
  pullRequest,
} from "./checkout.js";
import { readAction, useAction } from "./github-steps.js";

/** What is checked out of a pull request. The forge is gone then, so that nothing can be fetched. */
async function merged(made: PullRequest, depth?: number): Promise<TestWorkspace> {
  const ref = "refs/remotes/pull/7/merge";
  const w = await checkout(made, made.merge, ref, depth === undefined ? {} : { depth });
  await rm(made.remote, { recursive: true });
  return w;
}

it("lets a clean change through, and says against what it was judged", async () => {
  const w = await merged(await pullRequest(CLEAN));
  await install(w);
  const { code, output, summary, outputs } = await useAction(w.root, await ofPullRequest(w));
  expect(output).not.toContain("::");
  expect(code).toBe(0);
  expect(summary).toMatch(
    /^### Lockstep: no findings\n\nDocumented: 15 of 15 elements\.\n\nJudged: /,
  );
  expect(summary).toContain("wire (against the merge base with origin/main)");
  expect(await readFile(outputs.report as string, "utf8")).toBe(summary);
});

it("stops a break on its line, with evidence, waivers and coverage in the summary", async () => {
  const waiver =
    "waivers:\n  - rule: FIELD_TYPE_CHANGED\n    symbol: a.v1.Endpoint.name\n    reason: Nobody reads it yet.\n    expires: 2999-01-31\n";
  const changed = BROKEN.replace("string name", "int32 name");
  const w = await merged(await pullRequest(changed, { "lockstep.yaml": waiver }));
  await install(w);
  const { code, output, summary, outputs } = await useAction(w.root, await ofPullRequest(w));
  expect(code).toBe(1);
  const annotations = output.split("\n").filter((line) => line.startsWith("::"));
  expect(annotations).toEqual([
    expect.stringMatching(
      /^::error file=proto\/a\/v1\/a\.proto,line=11,.*title=ENUM_VALUE_RENUMBERED::.*an old peer sends/i,
    ),
  ]);
  expect(summary).toMatch(/^### Lockstep: 1 error, 1 waived\n\n#### On the wire\n/);
  for (const part of [
    "(misread; protobuf-es and protobufjs agree)",
    "| Nobody reads it yet. | 2999-01-31 |",
    "Documented: 14 of 14 elements.",
    "wire (1 finding; 1 waived; against the merge base with origin/main)",
  ])
    expect(summary).toContain(part);
  expect(await readFile(outputs.report as string, "utf8")).toBe(summary);
});

it("fails where the clone is shallow, and says what to set", async () => {
  const w = await merged(await pullRequest(CLEAN), 1);
  await install(w);
  const { code, output, summary } = await useAction(w.root, await ofPullRequest(w));
  expect(code).toBe(2);
  expect(output).toMatch(/^::error::origin\/main is not in this clone.*fetch-depth: 0/m);
  expect(summary).toMatch(/^### Lockstep: the run could not be done\n/);
  expect(summary).toContain("fetch-depth: 0 for actions/checkout");
});

it("judges against the baselines that are named, and writes the reports that are asked for", async () => {
  const w = await merged(await pullRequest(CLEAN));
  await install(w);
  const inputs = {
    baseline: "v1.0.0\n  origin/main\n",
    format: "text\nsarif:reports/lockstep.sarif",
    // npx finds it in node_modules and asks no registry.
    version: packageVersion(),
  };
  const { code, output, summary } = await useAction(w.root, await ofPullRequest(w), inputs);
  expect(code).toBe(1);
  expect(output).toMatch(
    /^proto\/b\/v1\/b\.proto\n {2}11:3 {2}error {2}ENUM_VALUE_RENUMBERED {2}against v1\.0\.0$/m,
  );
  expect(summary).toContain("against v1.0.0, origin/main");
  expect(JSON.parse(await w.read("reports/lockstep.sarif"))).toMatchObject({ version: "2.1.0" });
});

it("takes what it is given for nothing but data", async () => {
  const w = await merged(await pullRequest(CLEAN));
  await install(w);
  const environment = await ofPullRequest(w);
  // Each is run in the same clone; the last one gets as far as the summary of all.
  const given: [Record<string, string>, RegExp][] = [
    [{ baseline: "$(touch ran)`touch ran`; touch ran" }, /::error::\$\(touch ran\)/],
    [{ baseline: "--output=ran" }, /"--output=ran" cannot be used: it looks like an option/],
    [{ format: "--output=ran" }, /option '--format <format\[:file\]>'/],
    [{ version: "0.1.0; touch ran" }, /input version is not a version/],
    [{ version: "npm:other@1" }, /input version is not a version/],
  ];
  for (const [inputs, said] of given) {
    const { code, output } = await useAction(w.root, environment, inputs);
    expect(output).toMatch(said);
    expect(code).toBe(2);
  }
  expect(existsSync(w.path("ran"))).toBe(false);
  const summary = await readFile(environment.GITHUB_STEP_SUMMARY as string, "utf8");
  expect(summary.match(/^### Lockstep: the run could not be done$/gm)).toHaveLength(given.length);
});

it("fails where Lockstep cannot be had", async () => {
  const w = await merged(await pullRequest(CLEAN));
  const { code, output, summary } = await useAction(w.root, await ofPullRequest(w));
  expect(output).toContain("::error::Lockstep could not be run. The log above says why.");
  expect(summary).toBe("### Lockstep: the run could not be done\n");
  // npx itself ends with 1, which would look like findings.
  expect(code).toBe(2);
});

it("runs every check of what is in git, of the version that it was released with", async () => {
  const { runs } = await readAction();
  const run = runs.steps.map((step) => step.run).join("\n");
  const checks = /check --only ([\w,]+)/.exec(run)?.[1]?.split(",") ?? [];
  const generated = ["drift", "imports", "consumers"];
  expect([...checks, ...generated].sort()).toEqual([...CHECK_NAMES].sort());
  expect(run).toContain(`lockstep@\${VERSION:-${packageVersion()}}`);
});

it("is used by the workflow of this repository, which may do nothing but read", async () => {
  const file = join(import.meta.dirname, "../../.github/workflows/lockstep.yml");
  const workflow = parse(await readFile(file, "utf8"));
  expect(workflow.permissions).toEqual({ contents: "read" });
  const { steps } = workflow.jobs.lockstep;
  expect(steps.at(0)).toMatchObject({ with: { "fetch-depth": 0 } });
  expect(steps.at(-1)).toEqual({ uses: "./" });
});
