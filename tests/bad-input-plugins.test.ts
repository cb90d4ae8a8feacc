// Plugins that fail, lie or leave their folder.
import { readdir, symlink } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { generatedWorkspace } from "./generated-workspace.js";
import { refusal } from "./refusal.js";
import { BUF_GEN_YAML, type TestWorkspace } from "./workspace.js";

/** buf.gen.yaml with one more plugin, in line 11. */
function withPlugin(local: string, out = "generated"): string {
  return `${BUF_GEN_YAML}  - local: ${local}\n    out: ${out}\n`;
}

/** Beside the plugins that are there. */
function pluginWorkspace(code: string, out?: string): Promise<TestWorkspace> {
  return generatedWorkspace({
    "buf.gen.yaml": withPlugin("[node, plugin.mjs]", out),
    "plugin.mjs": code,
  });
}

const ALONE = "version: v2\nplugins:\n  - local: [node, plugin.mjs]\n    out: generated\n";

/** With no other plugin, which would have to run in vain. */
function lonePluginWorkspace(code: string): Promise<TestWorkspace> {
  return generatedWorkspace({ "buf.gen.yaml": ALONE, "plugin.mjs": code });
}

/** A plugin that answers with files of those names. */
function answer(...names: string[]): string {
  return `import { readFileSync } from "node:fs";
import { create, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
readFileSync(0);
const file = ${JSON.stringify(names)}.map((name) => ({ name, content: "pwned" }));
process.stdout.write(toBinary(CodeGeneratorResponseSchema, create(CodeGeneratorResponseSchema, { file })));
`;
}

const FAILED = "buf.gen.yaml:11:5: error: The plugin node plugin.mjs failed: ";

describe("a plugin that cannot be started", () => {
  it("is not installed", async () => {
    const w = await generatedWorkspace({ "buf.gen.yaml": withPlugin("protoc-gen-nope") });
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain(
      "buf.gen.yaml:11:5: error: The plugin protoc-gen-nope failed: no such program is installed",
    );
    expect(stderr).toContain("help: Install the package that has it, or correct its name");
  });

  it("is not executable", async () => {
    const w = await generatedWorkspace({
      "buf.gen.yaml": withPlugin("./plugin.sh"),
      "plugin.sh": "#!/bin/sh\n",
    });
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain("buf.gen.yaml:11:5: error: The plugin ./plugin.sh failed: ");
    expect(stderr).toContain("help: Make the file executable, or name what runs it");
  });
});

describe("a plugin that fails", () => {
  it.each([
    [
      'console.error("no template x\\nplugin protoc-gen-es: not me"); process.exit(3);',
      "it ended with exit code 3 and printed:\n  no template x\n  plugin protoc-gen-es: not me\n  help: Mend what it says.",
    ],
    [
      'process.stderr.write("no line end"); process.exitCode = 5;',
      "it ended with exit code 5 and printed:\n  no line end\n  help: Mend what it says.",
    ],
    ["process.exit(4);", "it ended with exit code 4 and said nothing\n  help: Run it by hand"],
    [
      'process.kill(process.pid, "SIGKILL");',
      'it ended with the signal "killed" and said nothing\n  help: Run it by hand',
    ],
    [
      'process.stdout.write(Buffer.from("\\x0a\\x08no oneof"));',
      "no oneof\n  help: Mend what it says.",
    ],
    ['console.log("hello, I am rubbish");', "what it printed is not a CodeGeneratorResponse"],
  ])("%s", async (code, told) => {
    const { stderr, stdout } = await refusal(await pluginWorkspace(code), 2);
    expect(stderr).toContain(FAILED + told);
    expect(stderr).toContain("Nothing was changed.");
    expect(stdout).toBe("");
  });

  it("prints nothing: what was generated before is not taken for left over", async () => {
    const w = await lonePluginWorkspace("");
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain(
      "buf.gen.yaml:3:5: error: Nothing was generated: node plugin.mjs answered without a file.\n" +
        "  help: A plugin has to print a CodeGeneratorResponse",
    );
  });

  it("prints nothing beside others that do: that is mentioned", async () => {
    const w = await pluginWorkspace("", "generated/docs");
    const { code, stderr } = await w.run("generate");
    expect(code).toBe(0);
    expect(stderr).toContain("generated/docs/: node plugin.mjs generated nothing");
  });
});

describe("a plugin that leaves its folder", () => {
  it.each(["../../pwned", "/absolute/pwned", "../proto/a/v1/a.proto"])("%s", async (name) => {
    const w = await lonePluginWorkspace(answer(name));
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain(
      `buf.gen.yaml:3:5: error: The plugin node plugin.mjs failed: it wants to write to "${name}", which leaves the folder of its \`out\`\n` +
        "  help: A plugin may write only below its `out`",
    );
    expect(await w.read("proto/a/v1/a.proto")).not.toContain("pwned");
  });

  it.each([".lockstep/manifest.json", ".lockstep/pwned", ".lockstep", ".Lockstep/owner.json"])(
    "%s is Lockstep's own",
    async (name) => {
      const { stderr } = await refusal(await lonePluginWorkspace(answer(name)), 2);
      expect(stderr).toContain(`error: generated/${name} would be written by a plugin`);
      expect(stderr).toContain("but Lockstep keeps its own files in that folder");
    },
  );

  it("through a link inside it", async () => {
    const w = await lonePluginWorkspace(answer("link/deep/pwned"));
    await w.write("elsewhere/mine", "");
    await symlink(w.path("elsewhere"), w.path("generated/link"));
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain(
      "error: generated/link/deep/pwned leaves generated: generated/link is a symbolic link.\n" +
        "  help: Lockstep writes only inside generated. Remove the link or correct the plugin.",
    );
    expect(await readdir(w.path("elsewhere"))).toEqual(["mine"]);
  });

  it("through a link at the very file", async () => {
    const w = await lonePluginWorkspace(answer("pwned"));
    await w.write("mine", "mine");
    await symlink(w.path("mine"), w.path("generated/pwned"));
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain("error: generated/pwned is in the way: it was not generated");
    expect(await w.read("mine")).toBe("mine");
  });
});

it.each(["protoc-gen-es", "protoc-gen-lockstep"])("%s refuses an option", async (name) => {
  const plugins = BUF_GEN_YAML.split(/^(?= {2}- )/m);
  const w = await generatedWorkspace({
    "buf.gen.yaml": plugins
      .map((text) => (text.includes(name) ? text.replace("opt: [", "opt: [colour=red, ") : text))
      .join(""),
  });
  const line = name === "protoc-gen-es" ? 3 : 7;
  expect((await refusal(w, 2)).stderr).toMatch(
    new RegExp(
      `buf.gen.yaml:${line}:5: error: The plugin ${name} failed: [^]*invalid option "colour=red"`,
    ),
  );
});

describe("a plugin whose file has no place", () => {
  it.each([
    ["notes/x", "notes", "it is a file, and generated/notes/x has to be generated"],
    ["notes/deep/x", "notes", "it is a file, and generated/notes/deep/x has to be generated"],
    ["notes", "notes/mine", "it is a folder, and a file has to be generated"],
  ])("%s, where %s stands", async (name, standing, why) => {
    const w = await lonePluginWorkspace(answer(name));
    await w.write(`generated/${standing}`, "mine");
    const { stderr } = await refusal(w, 2, "check");
    expect(stderr).toContain(`error: generated/notes is in the way: ${why}.\n  help: Move or`);
    expect((await refusal(w, 2)).stderr).toContain("generated/notes is in the way");
  });

  it.each([
    ["a/v1/a_pb.js", "generated", "buf.gen.yaml:11:5: ", "protoc-gen-es and by node plugin.mjs"],
    ["v1/a_pb.js", "generated/a", "buf.gen.yaml:11:5: ", "protoc-gen-es and by node plugin.mjs"],
    ["index.js", "generated", "", "a plugin of buf.gen.yaml and by the index"],
  ])("%s in %s, which another writes, too", async (name, out, where, writers) => {
    const { stderr } = await refusal(await pluginWorkspace(answer(name), out), 2);
    const path = `${out}/${name}`;
    expect(stderr).toContain(`${where}error: ${path} would be written twice: by ${writers}.\n`);
    expect(stderr).toContain("help: Give one of them another `out` in buf.gen.yaml.");
  });
});
