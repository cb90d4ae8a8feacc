// A run whose inputs have not changed is told from the cache; whatever it reads is an input.
import { chmod, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { cacheOf, openCache } from "../core/cache.js";
import { FileHashes } from "../core/file-hashes.js";
import { openGit } from "../core/git.js";
import { silent } from "../core/report/progress.js";
import { openWorkspace, readBufGenYaml } from "../core/workspace.js";
import { type Fingerprint, fingerprint } from "../scripts/fingerprint.js";
import type { Call } from "../scripts/pipeline.js";
import {
  type Json,
  STATUS_PROTO,
  type TestWorkspace,
  UNDOCUMENTED,
  workspace,
} from "./workspace.js";

const CACHED = /nothing has changed since the last run/;

/** What a run reports, without how long it took. */
const told = ({ findings, coverage, ok }: Json): unknown => ({ findings, coverage, ok });

describe("a run without changes", () => {
  it("is told from the cache, with the findings, and by --no-cache done anew", async () => {
    const w = await workspace({
      "proto/a/v1/a.proto": STATUS_PROTO.replace("Endpoint {", "endpoint {"),
      "lockstep.yaml": undefined,
    });
    const first = await w.json("check");
    const second = await w.run("check");
    const third = await w.json("check");
    const anew = await w.json("check", "--no-cache");
    expect(first.findings.map(({ rule }) => rule)).toContain("MESSAGE_PASCAL_CASE");
    expect(second.stderr).toMatch(CACHED);
    expect(second.stdout).toContain("MESSAGE_PASCAL_CASE");
    expect(second.code).toBe(1);
    expect(told(third)).toEqual(told(first));
    expect(told(anew)).toEqual(told(first));
    expect(third.steps.map(({ name, summary }) => [name, summary])).toEqual(
      first.steps.map(({ name, summary }) => [name, summary]),
    );
    expect(third.steps.every(({ ms }) => ms === 0)).toBe(true);
    expect(anew.steps.every(({ ms }) => ms === 0)).toBe(false);
  });

  it("is known right after the one that wrote, until something of it is missing", async () => {
    const w = await workspace();
    await w.run("generate");
    const second = await w.run("generate");
    expect(second.stderr).toMatch(CACHED);
    expect(second.stderr).toMatch(/apply .*0 files written, 0 removed, \d+ unchanged/);
    const before = await w.read("generated/index.js");
    await w.remove("generated/index.js");
    const third = await w.run("generate");
    expect(third.stderr).not.toMatch(CACHED);
    expect(third.stderr).toMatch(/apply .*1 file written/);
    expect(await w.read("generated/index.js")).toBe(before);
    expect((await w.run("generate")).stderr).toMatch(CACHED);
  });

  it("is done anew after `cache clear`, and where its entries are damaged", async () => {
    const w = await workspace(undefined, { packages: "above" });
    const first = told(await w.json("check"));
    expect((await w.run("check")).stderr).toMatch(CACHED);
    for (const file of await cacheFiles(w)) await writeFile(file, "damaged");
    expect((await w.run("check")).stderr).not.toMatch(CACHED);
    expect(told(await w.json("check"))).toEqual(first);
    expect((await w.run("cache", "clear")).stdout).toContain(w.path(".lockstep"));
    expect(await cacheFiles(w)).toEqual([]);
    expect((await w.run("check")).stderr).not.toMatch(CACHED);
    expect(told(await w.json("check"))).toEqual(first);
  });

  it("counts for its own flags alone", async () => {
    const w = await workspace();
    await w.run("check", "--only", "layout");
    expect((await w.run("check", "--only", "modules")).stderr).not.toMatch(CACHED);
    expect((await w.run("check", "--only", "layout")).stderr).toMatch(CACHED);
  });

  it("is never one that could not be done", async () => {
    const w = await workspace({
      "buf.gen.yaml": "version: v2\nplugins:\n  - local: no-such\n    out: generated\n",
    });
    for (const _ of [1, 2]) {
      const { code, stderr } = await w.run("generate");
      expect(code).toBe(2);
      expect(stderr).not.toMatch(CACHED);
    }
  });

  it("is done anew on the day after, where something was waived", async () => {
    const w = await workspace({
      "proto/a/v1/a.proto": STATUS_PROTO,
      "lockstep.yaml": `${UNDOCUMENTED}waivers:\n  - rule: FIELD_REMOVED\n    symbol: a.v1.Endpoint.gone\n    reason: nobody reads it\n    expires: 2099-01-01\n`,
    });
    const today = await look(w);
    vi.useFakeTimers({ now: Date.now() + 86_400_000, toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    expect((await look(w))?.inputs).not.toBe(today?.inputs);
  });
});

describe("what a run reads", () => {
  const changes: [string, (w: TestWorkspace) => Promise<unknown>][] = [
    ["a proto", (w) => w.edit("proto/a/v1/a.proto", "HEALTHY = 1", "HEALTHY = 2")],
    ["a new proto", (w) => w.write("proto/b/v1/b.proto", STATUS_PROTO)],
    ["a new proto that git ignores", (w) => w.write("proto/ignored/b.proto", STATUS_PROTO)],
    ["a proto outside the modules", (w) => w.write("other/b.proto", STATUS_PROTO)],
    ["a renamed proto", (w) => w.git("mv", "proto/a/v1/a.proto", "proto/a/v1/b.proto")],
    ["buf.yaml", (w) => w.edit("buf.yaml", "STANDARD", "BASIC")],
    ["buf.lock", (w) => w.write("buf.lock", "version: v2\n")],
    ["buf.gen.yaml", (w) => w.edit("buf.gen.yaml", "js+dts", "ts")],
    ["lockstep.yaml", (w) => w.write("lockstep.yaml", `${UNDOCUMENTED}wire:\n  speaks: [json]\n`)],
    [".gitignore", (w) => w.write(".gitignore", "node_modules\n")],
    ["a generated file that is tracked", (w) => w.git("add", "--force", "generated")],
    ["git's own list of ignored files", (w) => w.write(".git/info/exclude", "other/\n")],
    ["hand-written code", (w) => w.edit("src/main.ts", "1", "2")],
    ["new code", (w) => w.write("src/more.ts", "export {};\n")],
    ["tsconfig.json", (w) => w.write("tsconfig.json", "{}")],
    ["the baseline", (w) => w.git("commit", "--quiet", "--allow-empty", "-m", "next")],
    ["what the packages are", (w) => w.write("node_modules/.package-lock.json", "{}")],
    ["a setting for buf", async () => void vi.stubEnv("BUF_CACHE_DIR", "/nowhere")],
  ];

  it("is an input, and nothing else is", async () => {
    const w = await workspace(
      {
        "proto/a/v1/a.proto": STATUS_PROTO,
        "src/main.ts": "export const one = 1;\n",
        "generated/old.js": "",
        ".gitignore": "node_modules\nignored\ngenerated/\n",
      },
      { packages: "above" },
    );
    onTestFinished(() => void vi.unstubAllEnvs());
    await w.git("add", ".");
    await w.git("commit", "--quiet", "-m", "first");
    let before = await look(w);
    await utimes(w.path("proto/a/v1/a.proto"), new Date(), new Date(1_000_000));
    await w.write("proto/a/v1/README.txt~", "");
    await w.remove("proto/a/v1/README.txt~");
    await w.git("branch", "another");
    await w.git("tag", "v1");
    expect(await look(w)).toEqual(before);
    for (const [what, change] of changes) {
      await change(w);
      const after = await look(w);
      expect(after?.inputs, what).not.toBe(before?.inputs);
      before = after;
    }
  });

  it("is unknown where a baseline is a folder, or a plugin any command", async () => {
    const w = await workspace({ "proto/a/v1/a.proto": STATUS_PROTO, "old/x.txt": "" });
    expect(await look(w)).toBeDefined();
    await w.write("lockstep.yaml", "baseline: ./old\n");
    expect(await look(w)).toBeUndefined();
    await w.write("lockstep.yaml", "");
    await w.edit("buf.gen.yaml", "local: protoc-gen-es", "local: [node, plugin.mjs]");
    expect(await look(w)).toBeUndefined();
    await w.edit("buf.gen.yaml", "local: [node, plugin.mjs]", "remote: buf.build/bufbuild/es");
    expect(await look(w)).toBeUndefined();
    await w.edit("buf.gen.yaml", "bufbuild/es", "bufbuild/es:v2.2.0");
    expect(await look(w)).toBeDefined();
  });
});

it("a run asks git each thing once", async () => {
  const w = await workspace({
    "proto/a/v1/a.proto": STATUS_PROTO,
    "bin/git": '#!/bin/sh\necho "$@" >>"$ASKED"\nPATH="$REST" exec git "$@"\n',
  });
  await chmod(w.path("bin/git"), 0o755);
  await w.git("add", ".");
  await w.git("commit", "--quiet", "-m", "first");
  const { PATH: REST = "", ...others } = process.env;
  const env = { ...others, REST, PATH: `${w.path("bin")}:${REST}`, ASKED: w.path("../asked") };
  expect(await w.start(["generate"], { env }).ended).toMatchObject({ code: 0 });
  const asked = (await w.read("../asked")).trim().split("\n");
  expect(asked.length).toBeGreaterThan(5);
  const times = (one: string): number => asked.filter((other) => other === one).length;
  expect(asked.filter((one) => times(one) > 1)).toEqual([]);
});

describe("the hash of a file", () => {
  it("is taken anew after an edit that leaves size and times as they were", async () => {
    const w = await workspace({ "a.txt": "one" });
    const hashOnce = async (): Promise<string | undefined> => {
      const hashes = await FileHashes.open(w.root, openCache(w.root));
      const hash = hashes.hash("a.txt");
      await hashes.save();
      return hash;
    };
    const one = await hashOnce();
    const time = new Date();
    await utimes(w.path("a.txt"), time, time);
    expect(await hashOnce()).toBe(one);
    await writeFile(w.path("a.txt"), "two");
    await utimes(w.path("a.txt"), time, time);
    expect(await hashOnce()).not.toBe(one);
  });
});

describe("the cache", () => {
  it("keeps what was used last, within its bound", async () => {
    const w = await workspace({}, { packages: "above" });
    const cache = openCache(w.root, 1_000);
    for (const key of ["a", "b", "c"]) {
      await cache.put("kind", key, Buffer.alloc(400, key));
      for (const file of await cacheFiles(w)) {
        if ((await readFile(file)).includes(key.repeat(400)))
          await utimes(file, 1, key.charCodeAt(0));
      }
    }
    await cache.get("kind", "a");
    await cache.trim();
    expect(await cache.get("kind", "a")).toEqual(Buffer.alloc(400, "a"));
    expect(await cache.get("kind", "b")).toBeUndefined();
    expect(await cache.get("kind", "c")).toBeUndefined();
  });

  it("is safe under several processes", async () => {
    const w = await workspace();
    const ended = await Promise.all([1, 2, 3].map(() => w.start(["check"]).ended));
    expect(new Set(ended.map(({ stdout, code }) => `${code} ${stdout}`)).size).toBe(1);
    const { stdout, stderr } = await w.run("check");
    expect(stderr).toMatch(CACHED);
    expect(stdout).toBe(ended[0]?.stdout);
  });
});

async function cacheFiles(w: TestWorkspace): Promise<string[]> {
  const listed = await readdir(w.path(".lockstep"), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return listed
    .filter((entry) => entry.isFile() && entry.name !== ".gitignore")
    .map((entry) => join(entry.parentPath, entry.name));
}

async function look(w: TestWorkspace): Promise<Fingerprint | undefined> {
  const call: Call = {
    cwd: w.root,
    config: undefined,
    env: process.env,
    watcher: silent,
    signal: undefined,
  };
  const opened = await openWorkspace(w.root, undefined);
  const gen = await readBufGenYaml(w.root, opened.buf.modules, opened.configuration.template);
  const cache = cacheOf(call, w.root);
  const hashes = await FileHashes.open(w.root, cache);
  const git = openGit(w.root, call.env);
  return fingerprint(call, opened, gen, { hashes, cache, git });
}
