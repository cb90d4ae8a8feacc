// `inputs` of buf.gen.yaml: what is generated of the workspace is what buf itself would generate.
import { describe, expect, it } from "vitest";
import { BUF_GEN_YAML, LENIENT, type TestWorkspace, workspace } from "../workspace.js";
import { buf, WITNESS, witnessed } from "./witness.js";

const proto = (name: string, rest = "", fields = ""): string =>
  `syntax = "proto3";\npackage ${name}.v1;\n${rest}message ${name.toUpperCase()} {\n  string name = 1;\n${fields}}\n`;

const PROTOS = {
  "s/one/a/v1/a.proto": proto("a"),
  "s/one/a/v1/more.proto": 'syntax = "proto3";\npackage a.v1;\nmessage More {}\n',
  "s/one/c/v1/c.proto": proto("c"),
  "s/two/b/v1/b.proto": proto(
    "b",
    'import "a/v1/a.proto";\nimport "google/protobuf/timestamp.proto";\nmessage Rest {}\n',
    "  a.v1.A a = 2;\n  google.protobuf.Timestamp at = 3;\n",
  ),
};

const BUF_YAML = `version: v2
modules:
  - path: s/one
  - path: s/two
lint:
  use: [SYNTAX_SPECIFIED]
`;

function template(inputs: string, more = ""): string {
  return `version: v2\ninputs:\n${inputs}plugins:\n  - local: [node, witness.mjs]\n    out: generated\n    strategy: all\n${more}`;
}

function inputsWorkspace(genYaml: string): Promise<TestWorkspace> {
  return workspace({
    ...LENIENT,
    ...WITNESS,
    ...PROTOS,
    "buf.yaml": BUF_YAML,
    "buf.gen.yaml": genYaml,
  });
}

it("generates what buf generates of them", async () => {
  const made = await inputsWorkspace(template("  - directory: .\n"));
  for (const [inputs, more, names] of [
    [
      "  - directory: ./s/two/\n",
      "    include_imports: true\n    include_wkt: true\n",
      "a/v1/a b/v1/b google/protobuf/timestamp",
    ],
    ["  - directory: s/one\n    paths: [s/one/a/v1/a.proto, s/one/c]\n", "", "a/v1/a c/v1/c"],
    ["  - directory: s\n    exclude_paths: [s/one/a]\n", "", "b/v1/b c/v1/c"],
    ["  - directory: .\n    types: [b.v1.B]\n", "", "a/v1/a b/v1/b"],
    ["  - directory: .\n    exclude_types: [a.v1]\n", "", "b/v1/b c/v1/c"],
    [
      "  - proto_file: s/one/a/v1/a.proto\n    include_package_files: true\n",
      "",
      "a/v1/a a/v1/more",
    ],
    ["  - directory: s/two\n  - directory: s/one\n    paths: [s/one/c]\n", "", "b/v1/b c/v1/c"],
  ]) {
    await made.write("buf.gen.yaml", template(inputs as string, more));
    expect(await made.run("generate"), inputs).toMatchObject({ code: 0 });
    await buf(made, "generate", "-o", "expected");
    const expected = await witnessed(made, "expected/generated");
    const generated = await witnessed(made, "generated");
    expect(Object.keys(generated).sort().join(" "), inputs).toBe(
      (names as string).replace(/(?= |$)/g, ".proto"),
    );
    expect(generated, inputs).toEqual(expected);
    await made.remove("expected");
  }
});

it("keeps check and the proof of the imports to what is generated", async () => {
  const made = await inputsWorkspace(`${BUF_GEN_YAML}inputs:\n  - directory: s/one\n`);
  expect(await made.run("generate")).toMatchObject({ code: 0 });
  expect([...(await made.files("generated")).keys()]).toContain("generated/c/v1/c_pb.js");
  expect([...(await made.files("generated")).keys()]).not.toContain("generated/b/v1/b_pb.js");
  expect(await made.run("check")).toMatchObject({ code: 0 });
  await made.edit("buf.gen.yaml", "directory: s/one", "directory: s/two");
  const { findings } = await made.json("check");
  expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toContain(
    "GENERATED_STALE generated/b/v1/b_pb.js",
  );
});

describe("an input that is refused", () => {
  it.each([
    [
      "  - module: buf.build/acme/weather\n",
      "buf.gen.yaml:3:5: error: buf.gen.yaml: the input `module: buf.build/acme/weather` is not a part of this workspace.",
      "`template` in lockstep.yaml",
    ],
    [
      "  - git_repo: https://example.com/protos.git\n",
      "the input `git_repo: https://example.com/protos.git` is not a part",
      "a dependency of one and `include_imports: true`",
    ],
    [
      "  - directory: ../elsewhere\n",
      "the input `directory: ../elsewhere` is not a module of this workspace.",
      "Name a module of buf.yaml (s/one, s/two)",
    ],
    [
      "  - directory: .\n  - directory: s/one/a\n",
      "buf.gen.yaml:4:5: error: buf.gen.yaml: the input `directory: s/one/a` is not a module",
      "{ directory: s/one, paths: [s/one/a] }",
    ],
    [
      "  - directory: s/one\n    paths: [a]\n",
      "the input `directory: s/one` has no protos.",
      "relative to buf.gen.yaml",
    ],
    ["  - directory: .\n    types: [a.v1.Nope]\n", 'inclusion of type "a.v1.Nope": not found', ""],
    ["  - directory: .\n    path: [a]\n", 'has an unknown setting "path"', 'Did you mean "paths"?'],
  ])("%j", async (inputs, message, help) => {
    const made = await inputsWorkspace(template(inputs));
    const { code, stdout, stderr } = await made.run("generate");
    expect(stderr).toContain(message);
    expect(stderr).toContain(help);
    expect(stderr).toContain("Nothing was changed.");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(await made.files("generated")).toEqual(new Map());
  });
});
