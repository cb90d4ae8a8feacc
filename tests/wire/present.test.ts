// A commit with the same files as the work tree is not compiled a second time, and any other is.
import { symlink } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type Baseline, resolveBaselines } from "../../core/baseline.js";
import { openBuf } from "../../core/buf.js";
import { compile, type Schema } from "../../core/schema.js";
import { openWorkspace } from "../../core/workspace.js";
import { LENIENT, type TestWorkspace, workspace } from "../workspace.js";

const proto = (name: string, fields = ""): string =>
  `syntax = "proto3";\npackage a.v1;\nmessage ${name} {${fields}}\n`;

const FILES = { ...LENIENT, "proto/a.proto": proto("A"), "proto/b.proto": proto("B") };

async function committed(format: string): Promise<TestWorkspace> {
  const w = await workspace(FILES);
  await w.remove(".git");
  await w.git("init", "--quiet", `--object-format=${format}`);
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "-m", "protos");
  return w;
}

/** HEAD as a baseline, and what the work tree compiles to. */
async function resolved(w: TestWorkspace): Promise<{ head: Baseline; present: Schema }> {
  const opened = await openWorkspace(w.root, undefined);
  const built = await compile(opened, openBuf(w.root, process.env));
  if (!("schema" in built)) throw new Error(JSON.stringify(built.annotations));
  const present = { root: w.root, schema: built.schema };
  const call = { env: process.env, signal: undefined };
  const [head] = await resolveBaselines(opened, { ...call, present });
  const [anew] = await resolveBaselines(opened, call);
  const describe = ({ schema }: Baseline): unknown =>
    schema?.files.map((file) => [schema.pathOf(file.proto.name), file.proto]);
  expect(describe(head as Baseline)).toEqual(describe(anew as Baseline));
  return { head: head as Baseline, present: built.schema };
}

it.each(["sha1", "sha256"])(
  "with the same files is what these are, in a repository of %s",
  async (format) => {
    const { head, present } = await resolved(await committed(format));
    expect(head.schema).toBe(present);
    expect(await head.lines("proto/b.proto")).toContain("package a.v1;");
  },
);

describe("is compiled where the work tree has", () => {
  it.each<[string, (w: TestWorkspace) => Promise<unknown>]>([
    ["another content", (w) => w.edit("proto/a.proto", "{}", "{ string name = 1; }")],
    ["a proto more", (w) => w.write("proto/c.proto", proto("C"))],
    ["a proto less", (w) => w.remove("proto/b.proto")],
    ["a proto less outside the modules", (w) => w.remove("other/o.proto")],
    [
      "another configuration",
      (w) => w.edit("buf.yaml", "path: proto", "path: proto\n    name: buf.build/a/b"),
    ],
    ["other line endings", (w) => w.write("proto/a.proto", proto("A").replaceAll("\n", "\r\n"))],
    [
      "a link to itself in the place of a proto",
      async (w) => {
        await w.remove("other/o.proto");
        await symlink("o.proto", w.path("other/o.proto"));
      },
    ],
  ])("%s", async (_, change) => {
    const w = await workspace({ ...FILES, "other/o.proto": proto("O") });
    await w.git("add", "--all");
    await w.git("commit", "--quiet", "-m", "protos");
    await change(w);
    const { head, present } = await resolved(w);
    expect(head.schema).not.toBe(present);
  });
});

it("finds the break that comes after", async () => {
  const w = await workspace({ ...FILES, "proto/a.proto": proto("A", " string name = 1; ") });
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "-m", "protos");
  expect((await w.json("check", "--only", "wire")).findings).toEqual([]);
  await w.edit("proto/a.proto", "string name", "int32 name");
  const { findings } = await w.json("check", "--only", "wire");
  expect(findings.map(({ rule }) => rule)).toEqual(["FIELD_TYPE_CHANGED"]);
});
