// Which elements are judged: by kind, by package, by what changed; and how many are documented.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { LENIENT, type TestWorkspace, workspace } from "../workspace.js";

const PROTO =
  'syntax = "proto3";\npackage a.v1;\nmessage M {\n  int32 port = 1;\n  int32 size = 2; // In bytes.\n}\n';

async function judged(
  config: string,
  files: Record<string, string> = { "proto/a/v1/a.proto": PROTO },
): Promise<TestWorkspace> {
  return workspace({ "buf.yaml": LENIENT["buf.yaml"], "lockstep.yaml": config, ...files });
}

const symbols = async (w: TestWorkspace): Promise<(string | null)[]> =>
  (await w.json("check", "--only", "docstrings")).findings.map((one) => one.symbol);

describe("configuration", () => {
  it("picks kinds", async () => {
    expect(await symbols(await judged("docstrings:\n  kinds: [message, package]\n"))).toEqual([
      "a.v1",
      "a.v1.M",
    ]);
  });

  it("includes and excludes packages with those in them", async () => {
    const other = PROTO.replace("a.v1", "ab.v1");
    const files = {
      "proto/a/v1/a.proto": PROTO,
      "proto/ab/v1/ab.proto": other,
      "proto/a/x/v1/x.proto": PROTO.replace("a.v1", "a.x.v1"),
    };
    const config =
      "docstrings:\n  kinds: [message]\n  packages:\n    include: [a]\n    exclude: [a.x]\n";
    expect(await symbols(await judged(config, files))).toEqual(["a.v1.M"]);
  });

  it("refuses a kind that there is not, with the nearest", async () => {
    const { code, stderr } = await (await judged("docstrings:\n  kinds: [mesage]\n")).run("check");
    expect(code).toBe(2);
    expect(stderr).toContain("lockstep.yaml:2:11: error:");
    expect(stderr).toContain('Did you mean "message"?');
  });

  it("refuses a setting that there is not, with the nearest of its section", async () => {
    const { code, stderr } = await (await judged("docstrings:\n  enforced: changed\n")).run(
      "check",
    );
    expect(code).toBe(2);
    expect(stderr).toContain(
      'lockstep.yaml:2:3: error: lockstep.yaml has an unknown setting "enforced" at docstrings.',
    );
    expect(stderr).toContain('Did you mean "enforce"?');
  });
});

describe("coverage", () => {
  it("counts what is documented, per package and kind", async () => {
    const w = await judged("", {
      "proto/a/v1/a.proto": PROTO.replace("  int32 port", "  // TCP.\n  int32 port"),
    });
    const { coverage, steps } = await w.json("check", "--only", "docstrings");
    expect(coverage).toEqual([
      { package: "a.v1", kind: "package", documented: 0, total: 1 },
      { package: "a.v1", kind: "message", documented: 0, total: 1 },
      { package: "a.v1", kind: "field", documented: 1, total: 2 },
    ]);
    expect(steps.at(-1)?.summary).toContain("1 of 4 elements documented");
  });

  it("is in the text report where something lacks a docstring", async () => {
    const { stdout } = await (await judged("")).run("check", "--only", "docstrings");
    expect(stdout).toContain(
      "Documented:\n  a.v1: 0 of 1 package, 0 of 1 message, 0 of 2 fields\n",
    );
  });

  it("is not in a report for which it was not judged", async () => {
    expect(await (await judged("")).json("check", "--only", "modules")).not.toHaveProperty(
      "coverage",
    );
  });
});

describe("enforce: changed", () => {
  const CHANGED = "docstrings:\n  enforce: changed\n";

  it("judges only what is new or changed against HEAD, where there is no remote", async () => {
    const w = await judged(CHANGED);
    await w.git("add", "-A");
    await w.git("commit", "--quiet", "-m", "old");
    expect(await symbols(w)).toEqual([]);
    await w.edit("proto/a/v1/a.proto", "int32 port = 1;", "int64 port = 1;\n  int32 age = 3;");
    expect(await symbols(w)).toEqual(["a.v1.M.port", "a.v1.M.age"]);
    await w.edit("proto/a/v1/a.proto", "In bytes", "In kibibytes");
    expect(await symbols(w)).toEqual(["a.v1.M.port", "a.v1.M.age", "a.v1.M.size"]);
  });

  it("follows an element to another file", async () => {
    const w = await judged(CHANGED);
    await w.git("add", "-A");
    await w.git("commit", "--quiet", "-m", "old");
    await w.git("mv", "proto/a/v1/a.proto", "proto/a/v1/b.proto");
    expect(await symbols(w)).toEqual([]);
  });

  it("judges everything in a repository without a commit", async () => {
    expect(await symbols(await judged(CHANGED))).toHaveLength(4);
  });

  it("judges against the merge base with the remote's default branch, and a named baseline", async () => {
    const w = await judged(CHANGED);
    await w.git("add", "-A");
    await w.git("commit", "--quiet", "-m", "old");
    const remote = await mkdtemp(join(tmpdir(), "lockstep-remote-"));
    onTestFinished(() => rm(remote, { recursive: true, force: true }));
    execFileSync("git", ["clone", "--quiet", "--bare", w.root, remote]);
    await w.git("remote", "add", "origin", remote);
    await w.git("fetch", "--quiet", "origin");
    await w.edit("proto/a/v1/a.proto", "  int32 port", "  int32 age = 3;\n  int32 port");
    await w.git("commit", "--quiet", "-am", "new");
    expect(await symbols(w)).toEqual(["a.v1.M.age"]);
    await w.write("lockstep.yaml", `${CHANGED}baseline: HEAD\n`);
    expect(await symbols(w)).toEqual([]);
    await w.write("lockstep.yaml", `${CHANGED}baseline: main~1\n`);
    expect(await symbols(w)).toEqual(["a.v1.M.age"]);
  });
});
