// The functions of the package, in real workspaces: they give what the command gives.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { packageFolder } from "../core/installation.js";
import { breaking, check, generate, LockstepError, type Report } from "../scripts/api.js";
import { STATUS_PROTO, workspace } from "./workspace.js";

const exec = promisify(execFile);

/** The report without the times, which differ from run to run. */
const timeless = ({ steps, ...rest }: Pick<Report, "steps">): object => ({
  ...rest,
  steps: steps.map(({ name, summary }) => ({ name, summary })),
});

/** What the call rejects with. */
async function refused(call: Promise<Report>): Promise<LockstepError> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof LockstepError) return thrown;
  throw new Error(`not a LockstepError: ${thrown}`);
}

it("generates and resolves to the report, which is clean then", async () => {
  const w = await workspace();
  const generated = await generate({ cwd: w.root });
  expect(generated).toMatchObject({ version: 1, ok: true, findings: [] });
  expect(generated.steps.map(({ name }) => name)).toContain("apply");
  expect(await w.read("generated/index.js")).toContain("StatusByName");
  expect(await check({ cwd: w.root })).toMatchObject({ ok: true, summary: { errors: 0 } });
});

it("resolves to the same object as --format json prints, to the last field", async () => {
  const w = await workspace();
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "--message=first");
  await w.edit("proto/a/v1/a.proto", "STATUS_HEALTHY = 1", "STATUS_DOWN = 1");
  await w.edit("lockstep.yaml", "docstrings:\n  kinds: []\n", "");
  const made = await check({ cwd: w.root });
  const { code: _, stderr: __, ...printed } = await w.json("check");
  expect(timeless(made)).toStrictEqual(timeless(printed));
  expect(made.ok).toBe(false);
  expect(made.coverage).toBeDefined();
  const evidence = made.findings.flatMap((one) => one.evidence);
  expect(evidence.map(({ fate }) => fate)).toContain("lost");
});

it("uses what earlier runs kept, and does it anew where it is told to", async () => {
  const w = await workspace();
  const first = await check({ cwd: w.root });
  const kept = await check({ cwd: w.root });
  const anew = await check({ cwd: w.root, cache: false });
  const times = ({ steps }: Report): number => steps.reduce((sum, { ms }) => sum + ms, 0);
  expect(times(kept)).toBe(0);
  expect(times(anew)).toBeGreaterThan(0);
  for (const report of [kept, anew]) expect(timeless(report)).toStrictEqual(timeless(first));
});

it("runs only the checks that are picked", async () => {
  const w = await workspace();
  const { steps } = await check({ cwd: w.root, only: ["lint"] });
  expect(steps.map(({ name }) => name)).toEqual(["compile", "lint"]);
});

it("judges against one baseline, or several, named from cwd", async () => {
  const w = await workspace();
  await w.write("released/a/v1/a.proto", STATUS_PROTO.replace("STATUS_HEALTHY", "STATUS_DOWN"));
  const rules = ({ findings }: Report): string[] => findings.map(({ rule }) => rule);
  const one = await breaking({ cwd: w.path("proto"), against: "../released" });
  expect(rules(one)).toContain("ENUM_VALUE_RENAMED");
  const two = await breaking({ cwd: w.root, against: ["released", "proto"] });
  expect(two.findings[0]?.baseline).toBe("released");
});

it("takes another configuration, relative to cwd", async () => {
  const w = await workspace();
  await w.write("other/strict.yaml", "severity: { NO_SUCH_RULE: error }\n");
  const error = await refused(check({ cwd: w.path("other"), config: "strict.yaml" }));
  expect(error.code).toBe("CONFIGURATION_INVALID");
  expect(error.where).toEqual({ path: "other/strict.yaml", line: 1, column: 13 });
});

it("rejects with code, message, help and place where the run cannot be done", async () => {
  const w = await workspace({ "buf.yaml": undefined, "proto/a/v1/a.proto": STATUS_PROTO });
  const error = await refused(generate({ cwd: w.root }));
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: "LockstepError",
    code: "WORKSPACE_MISSING",
    message: `No buf.yaml in ${w.root}, nor in a folder above it.`,
    where: null,
    report: { version: 1, ok: false, findings: [], steps: [] },
  });
  expect(error.help).toContain("buf.yaml");
});

it("has what was found beside the trouble", async () => {
  const w = await workspace({ "proto/a/v1/a.proto": STATUS_PROTO.replace("STATUS_HEALTHY", "UP") });
  await w.write(
    "buf.gen.yaml",
    "version: v2\nplugins:\n  - local: no-such-plugin\n    out: generated\n",
  );
  const error = await refused(check({ cwd: w.root }));
  expect(error.code).toBe("PLUGIN_FAILED");
  expect(error.reasons[0]).toEqual({
    code: error.code,
    message: error.message,
    help: error.help,
    where: error.where,
  });
  expect(error.report.ok).toBe(false);
  expect(error.report.findings.map(({ rule }) => rule)).toContain("ENUM_VALUE_PREFIX");
});

it("stops with its signal, before the run and in it", async () => {
  const w = await workspace();
  expect((await refused(check({ cwd: w.root, signal: AbortSignal.abort() }))).code).toBe("STOPPED");
  const stop = new AbortController();
  const running = generate({ cwd: w.root, signal: stop.signal });
  setTimeout(() => stop.abort(), 50);
  expect((await refused(running)).code).toBe("STOPPED");
  expect((await generate({ cwd: w.root })).ok).toBe(true);
});

it("runs twice at once in a process, and both end well", async () => {
  const w = await workspace();
  const both = await Promise.all([generate({ cwd: w.root }), generate({ cwd: w.root })]);
  expect(both.map(({ ok }) => ok)).toEqual([true, true]);
});

it.each<[string, () => Promise<Report>, string]>([
  ["an option that is none", () => check({ onyl: ["lint"] } as object), '"onyl"'],
  ["one of another function", () => generate({ only: ["lint"] } as object), '"only"'],
  ["a text for a list", () => check({ only: "lint" } as object), "only: "],
  ["a number for a folder", () => check({ cwd: 5 } as object), "cwd: "],
  ["no signal", () => check({ signal: {} } as object), "signal: has to be an AbortSignal"],
  ["no baseline", () => breaking({ against: [] }), "against: "],
  ["nothing at all", () => check(null as unknown as object), "expected object, received null"],
])("refuses %s", async (_, call, why) => {
  const error = await refused(call());
  expect(error.code).toBe("BAD_OPTION");
  expect(error.message).toMatch(/^\w+\(\) cannot be called like that: /);
  expect(error.message).toContain(why);
});

it("refuses a check that there is not", async () => {
  const w = await workspace();
  const error = await refused(check({ cwd: w.root, only: ["lnit"] }));
  expect(error.message).toContain('Did you mean "lint"?');
});

it("loads little before it is called", async () => {
  const loaded = new Set(["dist/api.js"]);
  let bytes = 0;
  for (const path of loaded) {
    const code = await readFile(join(packageFolder, path), "utf8");
    bytes += code.length;
    for (const [, from = ""] of code.matchAll(/^import .*?"([^"]+)";$/gm))
      if (from.startsWith(".")) loaded.add(join(dirname(path), from));
      else expect(from).toMatch(/^node:/);
  }
  expect(bytes).toBeLessThan(10_000);
});

it("can be required, too", async () => {
  const line = 'console.log(Object.keys(require("lockstep")).sort().join())';
  const { stdout } = await exec(process.execPath, ["-e", line], { cwd: packageFolder });
  expect(stdout.trim()).toBe("LockstepError,breaking,check,generate");
});
