// Files that are edited while a run is at work: it leaves nothing behind that the next run would take for true.
import { existsSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { BUF_GEN_YAML, LENIENT, STATUS_PROTO, type TestWorkspace, workspace } from "./workspace.js";

const CACHED = /nothing has changed since the last run/;

/** A plugin that generates nothing, and writes the file that meanwhile.json beside it names, once. */
const PLUGIN = `#!/usr/bin/env node
const { existsSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const told = __dirname + "/meanwhile.json";
readFileSync(0);
if (existsSync(told)) {
  const { path, text } = JSON.parse(readFileSync(told, "utf8"));
  rmSync(told);
  writeFileSync(path, text);
}
`;

/** A workspace that was generated, whose next run writes what `duringNextRun` says. */
async function generated(): Promise<TestWorkspace> {
  const w = await workspace(
    {
      ...LENIENT,
      "proto/a/v1/a.proto": STATUS_PROTO,
      "proto/b/v1/b.proto": 'syntax = "proto3";\n\npackage b.v1;\n\nmessage B {}\n',
      "src/main.ts": "export const one = 1;\n",
      "buf.gen.yaml": `${BUF_GEN_YAML}  - local: protoc-gen-meanwhile\n    out: generated/inner\n    strategy: all\n`,
      "node_modules/.bin/protoc-gen-meanwhile": PLUGIN,
    },
    { packages: "above" },
  );
  await chmod(w.path("node_modules/.bin/protoc-gen-meanwhile"), 0o755);
  await succeed(w);
  await w.edit("proto/a/v1/a.proto", "enum", "// Edited.\nenum");
  return w;
}

async function duringNextRun(w: TestWorkspace, path: string, text: string): Promise<void> {
  const told = JSON.stringify({ path: w.path(path), text });
  await w.write("node_modules/.bin/meanwhile.json", told);
}

async function succeed(w: TestWorkspace): Promise<string> {
  const { code, stdout, stderr } = await w.run("generate");
  expect(code, stdout + stderr).toBe(0);
  return stderr;
}

it("is known afterwards where nothing was edited", async () => {
  const w = await generated();
  expect(await succeed(w)).not.toMatch(CACHED);
  expect(await succeed(w)).toMatch(CACHED);
});

it.each([
  ["a proto that was compiled", "proto/a/v1/a.proto"],
  ["hand-written code", "src/main.ts"],
  ["the settings", "lockstep.yaml"],
  ["buf's settings", "buf.yaml"],
])("is not known afterwards where it was %s, even if it was put back", async (_, path) => {
  const w = await generated();
  const before = await w.read(path);
  await duringNextRun(w, path, `${before}\n`);
  expect(await succeed(w)).not.toMatch(CACHED);
  expect(await w.read(path)).not.toBe(before);
  await w.write(path, before);
  expect(await succeed(w)).not.toMatch(CACHED);
  expect(await succeed(w)).toMatch(CACHED);
});

it("sees in the next run that a proto was edited which was not compiled", async () => {
  const w = await generated();
  await duringNextRun(
    w,
    "proto/b/v1/b.proto",
    `${await w.read("proto/b/v1/b.proto")}message C {}\n`,
  );
  await succeed(w);
  expect(await w.read("generated/b/v1/b_pb.js")).not.toContain("CSchema");
  expect(await succeed(w)).not.toMatch(CACHED);
  expect(await w.read("generated/b/v1/b_pb.js")).toContain("CSchema");
});

it.each([
  ["a proto", "proto/c/v1/c.proto", 'syntax = "proto3";\n\npackage c.v1;\n\nmessage C {}\n'],
  ["code", "src/new.ts", "export const two = 2;\n"],
])("sees in the next run that %s was added while everything was done", async (_, path, text) => {
  const w = await generated();
  expect((await w.run("cache", "clear")).code).toBe(0);
  await duringNextRun(w, path, text);
  if (path.startsWith("proto")) await mkdir(w.path("proto/c/v1"), { recursive: true });
  await succeed(w);
  expect(await w.read(path)).toBe(text);
  expect(await succeed(w)).not.toMatch(CACHED);
  expect(existsSync(w.path("generated/c/v1/c_pb.js"))).toBe(path.endsWith(".proto"));
});

it("mends what was generated and edited between the comparison and the end", async () => {
  const w = await generated();
  const path = "generated/b/v1/b_pb.d.ts";
  const before = await w.read(path);
  await duringNextRun(w, path, "// @generated, once\n");
  await succeed(w);
  expect(await w.read(path)).not.toBe(before);
  expect(await succeed(w)).not.toMatch(CACHED);
  expect(await w.read(path)).toBe(before);
});
