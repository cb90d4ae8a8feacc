// Workspaces, clones and submodules whose new fields show what they are judged against.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { type Baseline, resolveBaselines } from "../../core/baseline.js";
import { openCache } from "../../core/cache.js";
import { openWorkspace } from "../../core/workspace.js";
import { LENIENT, TestWorkspace, workspace } from "../workspace.js";

/** A proto whose message has those fields, numbered in their order. */
export const proto = (...fields: string[]): string =>
  `syntax = "proto3";\npackage a.v1;\nmessage M {\n${fields
    .map((name, i) => `  int32 ${name} = ${i + 1};\n`)
    .join("")}}\n`;

export const A = "proto/a/v1/a.proto";
/** lockstep.yaml: what has changed shows by the docstrings that it lacks. */
export const CHANGED = "docstrings:\n  enforce: changed\n  kinds: [field]\n";

/** A workspace whose fields need docstrings where they are new, with a proto of one field. */
export async function changing(
  files: Record<string, string | undefined> = {},
): Promise<TestWorkspace> {
  const plain = { "buf.yaml": LENIENT["buf.yaml"], "lockstep.yaml": CHANGED, [A]: proto("one") };
  return workspace({ ...plain, ...files });
}

/** Commits all there is. */
export async function commit(w: TestWorkspace, message = "change"): Promise<void> {
  await w.git("add", "-A");
  await w.git("commit", "--quiet", "--allow-empty", "-m", message);
}

/** The names of the fields that are new against the baseline, as the command reports them. */
export async function fresh(w: TestWorkspace, ...argv: string[]): Promise<string[]> {
  const { code, stderr, findings } = await w.json("check", "--only", "docstrings", ...argv);
  expect(stderr).toBe("");
  expect(code).toBe(findings.length > 0 ? 1 : 0);
  return findings.map((one) => one.symbol?.split(".").at(-1) ?? "");
}

/** What the command says where it cannot judge. */
export async function refused(w: TestWorkspace, ...argv: string[]): Promise<string> {
  const { code, stderr } = await w.run("check", "--only", "docstrings", ...argv);
  expect(code).toBe(2);
  return stderr.slice(stderr.search(/^\S*: ?error: |^error: /m));
}

/** Names what to judge against. */
export async function setBaseline(
  w: TestWorkspace,
  baseline: string | readonly string[],
): Promise<void> {
  await w.write("lockstep.yaml", `baseline: ${JSON.stringify(baseline)}\n${CHANGED}`);
}

/** The baselines of a workspace, or those that a flag would name. */
export async function resolved(w: TestWorkspace, against?: string[]): Promise<readonly Baseline[]> {
  const opened = await openWorkspace(w.root, undefined);
  return resolveBaselines(opened, {
    env: process.env,
    signal: undefined,
    cache: openCache(w.root),
    against: against && { names: against, from: w.root },
  });
}

/** The names of all fields in the schema of a baseline. */
export const fieldsOf = ({ schema }: Baseline): string[] | undefined =>
  schema?.files.flatMap((file) => file.messages.flatMap((m) => m.fields.map(({ name }) => name)));

/** A folder that is removed when the test has finished. */
export async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-baseline-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A clone of the workspace, with those flags of `git clone`. */
export async function clone(w: TestWorkspace, ...flags: string[]): Promise<TestWorkspace> {
  const cloned = new TestWorkspace(join(await temporary(), "clone"));
  await w.git("config", "uploadpack.allowFilter", "true");
  await w.git("config", "uploadpack.allowAnySHA1InWant", "true");
  await w.git("clone", "--quiet", ...flags, `file://${w.root}`, cloned.root);
  return cloned;
}

/** Runs the git command that stands at the end of what was said. */
export async function obey(w: TestWorkspace, said: string): Promise<void> {
  const command = /: git (.+)$/m.exec(said)?.[1];
  if (command === undefined) throw new Error(`no command in: ${said}`);
  await w.git("-c", "protocol.file.allow=always", ...command.split(" "));
}

/** Adds a repository as a submodule. */
export async function addSubmodule(
  w: TestWorkspace,
  of: TestWorkspace,
  path: string,
): Promise<void> {
  const add = ["submodule", "--quiet", "add", `file://${of.root}`, path];
  await w.git("-c", "protocol.file.allow=always", ...add);
}
