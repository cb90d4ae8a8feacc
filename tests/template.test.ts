// `template` in lockstep.yaml: another file than buf.gen.yaml has the plugins that Lockstep runs.
import { expect, it } from "vitest";
import { BUF_GEN_YAML, STATUS_PROTO, UNDOCUMENTED, workspace } from "./workspace.js";

const FILES = {
  "proto/a/v1/a.proto": STATUS_PROTO,
  "buf.gen.yaml": "version: v1\nplugins:\n  - name: go\n    out: .\n",
  "buf.gen.ts.yaml": BUF_GEN_YAML,
  "lockstep.yaml": `${UNDOCUMENTED}template: buf.gen.ts.yaml\n`,
};

it("runs the plugins of that file, and those of buf.gen.yaml not", async () => {
  const made = await workspace(FILES);
  expect(await made.run("generate")).toMatchObject({ code: 0 });
  expect(await made.run("check")).toMatchObject({ code: 0 });
});

it("names that file where it is wrong", async () => {
  const made = await workspace({
    ...FILES,
    "buf.gen.ts.yaml": "version: v2\nplugins:\n  - local: protoc-gen-es\n    out: ..\n",
  });
  const { code, stderr } = await made.run("generate");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^buf\.gen\.ts\.yaml:4:10: error: buf\.gen\.ts\.yaml: `out: \.\.` is not/);
  await made.remove("buf.gen.ts.yaml");
  expect((await made.run("generate")).stderr).toMatch(/^error: buf\.gen\.ts\.yaml does not exist/);
});

it.each(["../buf.gen.yaml", "/etc/passwd", "a/../../b", "C:/x"])(
  "refuses %s, which is outside the workspace",
  async (path) => {
    const made = await workspace({ ...FILES, "lockstep.yaml": `template: ${path}\n` });
    const { code, stderr } = await made.run("generate");
    expect(code).toBe(2);
    expect(stderr).toBe(
      "lockstep.yaml:1:11: error: lockstep.yaml is wrong at template: it has to be a file inside the workspace.\n  help: See docs/configuration.md for what each setting takes. Nothing was changed.\n",
    );
  },
);

it("refuses a name by which the hook would not know it", async () => {
  const made = await workspace({ ...FILES, "lockstep.yaml": "template: plugins.yaml\n" });
  expect((await made.run("generate")).stderr).toContain("such as buf.gen.lockstep.yaml");
});

it("is what the hook goes by, too", async () => {
  const made = await workspace(FILES);
  await made.git("add", "--all");
  expect(await made.run("hook", "run")).toMatchObject({ code: 0 });
  await made.git("rm", "--cached", "--quiet", "buf.gen.ts.yaml");
  const { code, stderr } = await made.run("hook", "run");
  expect(code).toBe(2);
  expect(stderr).toContain("buf.gen.ts.yaml");
});

it("says in buf.gen.yaml's stead what to do where its plugins write beside the sources", async () => {
  const made = await workspace({ ...FILES, "lockstep.yaml": UNDOCUMENTED });
  const { code, stderr } = await made.run("generate");
  expect(code).toBe(2);
  expect(stderr).toContain("`template` in lockstep.yaml");
});
