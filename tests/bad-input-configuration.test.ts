// Configuration and flags that cannot be used: exit code 2, the place, and the word that was meant.
import { describe, expect, it } from "vitest";
import { generatedWorkspace } from "./generated-workspace.js";
import { refusal } from "./refusal.js";
import { BUF_GEN_YAML, BUF_YAML } from "./workspace.js";

describe("a configuration file that is missing", () => {
  it("buf.yaml: says where it looked and how to get one", async () => {
    const w = await generatedWorkspace();
    await w.remove("buf.yaml");
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain(`error: No buf.yaml in ${w.root}, nor in a folder above it.`);
    expect(stderr).toContain("help: Run the command inside a workspace, name one with --cwd, or");
  });

  it("buf.gen.yaml: says what it is for", async () => {
    const w = await generatedWorkspace();
    await w.remove("buf.gen.yaml");
    const { stderr } = await refusal(w, 2, "check");
    expect(stderr).toContain("error: buf.gen.yaml does not exist.\n  help: It names the plugins");
  });

  it("lockstep.yaml may be missing, or empty", async () => {
    const w = await generatedWorkspace();
    expect(await w.run("check")).toMatchObject({ code: 0, stdout: "No findings.\n" });
    await w.write("lockstep.yaml", "");
    expect(await w.run("check")).toMatchObject({ code: 0, stdout: "No findings.\n" });
  });
});

describe.each(["buf.yaml", "buf.gen.yaml", "lockstep.yaml"])("%s", (file) => {
  it("that is not YAML is shown with line and column", async () => {
    const w = await generatedWorkspace({ [file]: "version: v2\n\tplugins: []\n" });
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain(`${file}:2:1: error: ${file} is not valid YAML: Tabs are not allowed`);
    expect(stderr).toContain("help: Correct that line. Nothing was changed.");
  });

  it("that is a list has to be a map", async () => {
    const w = await generatedWorkspace({ [file]: "# settings\n- plugins\n" });
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain(`${file}:2:1: error: ${file} `);
    expect(stderr).toContain("has to be a map of settings");
  });

  it("that is a folder cannot be read", async () => {
    const w = await generatedWorkspace();
    await w.remove(file);
    await w.write(`${file}/x`, "");
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain(`error: ${file} cannot be read: EISDIR`);
    expect(stderr).toContain(`help: ${file} has to be a file that you may read.`);
  });
});

describe("an unknown word", () => {
  const GEN = (from: string, to: string): Record<string, string> => ({
    "buf.gen.yaml": BUF_GEN_YAML.replace(from, to),
  });
  const BUF = (from: string, to: string): Record<string, string> => ({
    "buf.yaml": BUF_YAML.replace(from, to),
  });
  const OWN = (text: string): Record<string, string> => ({ "lockstep.yaml": text });
  it.each([
    [BUF("lint:", "lnit:"), 'buf.yaml:4:1: error: buf.yaml has an unknown setting "lnit".', "lint"],
    [BUF("use:", "usee:"), 'buf.yaml:5:3: error: buf.yaml has an unknown setting "usee".', "use"],
    [
      BUF("STANDARD", "STANDRD"),
      'buf.yaml:5:9: error: buf.yaml names an unknown rule or category "STANDRD".',
      "STANDARD",
    ],
    [
      GEN("strategy:", "stratgy:"),
      'buf.gen.yaml:5:5: error: buf.gen.yaml has an unknown setting "stratgy".',
      "strategy",
    ],
    [
      OWN("# ours\nseverty: {}\n"),
      'lockstep.yaml:2:1: error: lockstep.yaml has an unknown setting "severty".',
      "severity",
    ],
    [
      OWN("severity:\n  GENERATED_TRACKT: off\n"),
      'lockstep.yaml:2:3: error: The severity of an unknown rule "GENERATED_TRACKT" is set.',
      "GENERATED_TRACKED",
    ],
    [
      OWN("severity:\n  ENUM_VALUE_PREFX: off\n"),
      'lockstep.yaml:2:3: error: The severity of an unknown rule "ENUM_VALUE_PREFX" is set.',
      "ENUM_VALUE_PREFIX",
    ],
    [
      OWN("severity:\n  FIELD_SAME_TYP: off\n"),
      'lockstep.yaml:2:3: error: The severity of an unknown rule "FIELD_SAME_TYP" is set.',
      "FIELD_SAME_TYPE",
    ],
    [
      OWN("severity:\n  COMPILE: warnin\n"),
      'lockstep.yaml:2:12: error: lockstep.yaml is wrong at severity.COMPILE: "warnin" is none of error, warning, info, off.',
      "warning",
    ],
  ])("%o gets its place and the one that was meant", async (files, told, meant) => {
    const { stderr } = await refusal(await generatedWorkspace(files), 2);
    expect(stderr).toContain(`${told}\n  help: Did you mean "${meant}"?`);
  });

  it.each([
    [BUF("v2", "v9"), "buf.yaml:1:10: error: ", 'unknown file version: "v9"'],
    [GEN("v2", "v9"), "buf.gen.yaml:1:10: error: ", 'unknown file version: "v9"'],
    [BUF("path: proto", "path: ../up"), "buf.yaml:3:11: error: ", "outside the context directory"],
    [OWN("severity: off\n"), "lockstep.yaml:1:11: error: ", "severity: it has to be a map"],
    [
      OWN("\n\nfar: 1\n"),
      "lockstep.yaml:3:1: error: ",
      "help: Valid here: baseline, docstrings, severity, sources, template, waivers, wire.",
    ],
  ])("%o is shown where it stands", async (files, where, told) => {
    const { stderr } = await refusal(await generatedWorkspace(files), 2);
    expect(stderr).toContain(where);
    expect(stderr).toContain(told);
  });
});

describe("buf.gen.yaml", () => {
  it.each([
    ["../x", "is not a folder inside the workspace"],
    ["/absolute/x", "is not a folder inside the workspace"],
    [".", "is not a folder inside the workspace"],
    ["a/../../x", "is not a folder inside the workspace"],
    ["proto", "is a folder with protos (the module proto)"],
    [".git/hooks", "is a folder of git's"],
  ])("out: %s is refused", async (out, why) => {
    const w = await generatedWorkspace({
      "buf.gen.yaml": BUF_GEN_YAML.replace("out: generated", `out: ${out}`),
    });
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain(
      `buf.gen.yaml:4:10: error: buf.gen.yaml: \`out: ${out}\` ${why}.\n  help: Name a folder of its own`,
    );
  });

  it.each([
    ["version: v2\nplugins: []\n", "buf.gen.yaml:2:10: error: buf.gen.yaml lists no plugins."],
    ["version: v2\n", "buf.gen.yaml:1:1: error: buf.gen.yaml lists no plugins."],
    [
      "version: v2\nplugins:\n  - local: protoc-gen-es\n",
      'buf.gen.yaml:3:5: error: buf.gen.yaml: the plugin "protoc-gen-es" has no `out`.',
    ],
  ])("%j is refused", async (content, told) => {
    const w = await generatedWorkspace({ "buf.gen.yaml": content });
    expect((await refusal(w, 2)).stderr).toContain(told);
  });
});

describe("a command line", () => {
  it.each([
    [["generat"], "unknown command 'generat'", "(Did you mean generate?)"],
    [["xyzzy"], "unknown command 'xyzzy'", 'See "lockstep --help".'],
    [["check", "--onli", "lint"], "unknown option '--onli'", "(Did you mean --only?)"],
    [["check", "--only", "drft"], 'unknown check "drft"', 'Did you mean "drift"?'],
    [
      ["check", "--only", "lint,"],
      'unknown check ""',
      "Valid here: consumers, docstrings, drift, ignored, imports,",
    ],
    [["check", "--format", "jsn"], "argument 'jsn' is invalid", 'Did you mean "json"?'],
    [["check", "--config", "lokstep.yaml"], "lokstep.yaml does not exist", '"lockstep.yaml"?'],
    [["check", "--config", "far.toml"], "far.toml does not exist", "the path given with --config"],
    [["check", "--cwd", "nowhere"], "nowhere does not exist", "the path given with --cwd"],
    [["generate", "proto"], "too many arguments", 'See "lockstep generate --help".'],
  ])("%j is refused on standard error", async (argv, told, meant) => {
    const w = await generatedWorkspace({ "lockstep.yaml": "" });
    const before = await w.files("generated");
    const { code, stdout, stderr } = await w.run(...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(told);
    expect(stderr).toContain(meant);
    expect(await w.files("generated")).toEqual(before);
  });

  it("of another configuration names that file in its mistakes", async () => {
    const w = await generatedWorkspace({ "ci/strict.yaml": "severity:\n  COMPIL: error\n" });
    const { stderr } = await refusal(w, 2, "check", "--config", "ci/strict.yaml");
    expect(stderr).toContain("ci/strict.yaml:2:3: error: The severity of an unknown rule");
  });
});
