// What buf.gen.yaml can say, beside its inputs: each setting by what the plugins are given and what is written.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { BUF_GEN_YAML, LENIENT, type TestWorkspace, workspace } from "../workspace.js";
import { buf, WITNESS, witnessed } from "./witness.js";

const PROTOS = {
  "proto/a/v1/a.proto":
    'syntax = "proto3";\npackage a.v1;\nmessage A {\n  int64 id = 1;\n}\nmessage Other {}\n',
  "proto/b/v1/b.proto":
    'syntax = "proto3";\npackage b.v1;\nimport "google/protobuf/empty.proto";\nmessage B {\n  google.protobuf.Empty empty = 1;\n}\n',
};

function templateWorkspace(genYaml: string): Promise<TestWorkspace> {
  return workspace({
    ...LENIENT,
    ...WITNESS,
    ...PROTOS,
    ".gitignore": "node_modules\ngenerated/\ngen/\nremote/\n",
    "buf.gen.yaml": genYaml,
  });
}

const V2 = `version: v2
managed:
  enabled: true
  disable:
    - file_option: java_package
      path: b
  override:
    - file_option: go_package_prefix
      value: example.com/gen
    - file_option: java_package_prefix
      value: net
clean: true
plugins:
  - local: [node, witness.mjs]
    out: gen/all
    strategy: all
    opt: [one=1, two]
  - local: [node, witness.mjs]
    out: gen/folders
    opt: one=1,two
    include_imports: true
    include_wkt: true
  - local: [node, witness.mjs]
    out: gen/some
    types: [a.v1.A]
  - local: [node, witness.mjs]
    out: gen/others
    exclude_types: [a.v1.A, b.v1]
`;

const V1 = `version: v1
managed:
  enabled: true
  go_package_prefix:
    default: example.com/gen
  java_package_prefix: net
types:
  include: [a.v1.A]
plugins:
  - plugin: witness
    path: [node, witness.mjs]
    out: gen/all
    strategy: all
    opt: [one=1, two]
  - name: witness
    path: [node, witness.mjs]
    out: gen/folders
    opt: one=1,two
`;

describe.each([
  ["v2", V2],
  ["v1", V1],
])("buf.gen.yaml %s", (version, template) => {
  it("has the plugins given what buf gives them", async () => {
    const made = await templateWorkspace(template);
    await made.write("gen/all/mine.txt", "by hand");
    expect(await made.run("generate")).toMatchObject({ code: 0 });
    // `clean` empties the folders for buf; Lockstep removes what it wrote, and nothing else.
    expect(await made.read("gen/all/mine.txt")).toBe("by hand");
    const gen = await witnessed(made, "gen");
    expect(gen["all/a/v1/a.proto"]).toMatchObject({
      parameter: "one=1,two",
      together: version === "v2" ? ["a/v1/a.proto", "b/v1/b.proto"] : ["a/v1/a.proto"],
      options: { goPackage: "example.com/gen/a/v1;av1", javaPackage: "net.a.v1" },
      messages: version === "v2" ? ["A id", "Other"] : ["A id"],
    });
    expect(gen["folders/a/v1/a.proto"]).toMatchObject({ together: ["a/v1/a.proto"] });
    if (version === "v2") {
      expect(gen["all/b/v1/b.proto"]?.options.javaPackage).toBeUndefined();
      expect(gen["folders/google/protobuf/empty.proto"]).toBeDefined();
      expect(gen["some/a/v1/a.proto"]?.messages).toEqual(["A id"]);
      expect(gen["others/a/v1/a.proto"]?.messages).toEqual(["Other"]);
    }
    await buf(made, "generate", "-o", "expected");
    expect(await witnessed(made, "expected/gen")).toEqual(gen);
    expect(await made.run("check", "--only", "drift")).toMatchObject({ code: 0 });
  });
});

it("managed mode reaches the bindings", async () => {
  const made = await templateWorkspace(
    `${BUF_GEN_YAML}managed:\n  enabled: true\n  override:\n    - field_option: jstype\n      field: a.v1.A.id\n      value: JS_STRING\n    - file_option: php_namespace\n      value: Acme\n`,
  );
  expect(await made.run("generate")).toMatchObject({ code: 0 });
  expect(await made.read("generated/a/v1/a_pb.d.ts")).toContain("id: string;");
  const read =
    'import { file_a_v1_a } from "./generated/a/v1/a_pb.js"; console.log(file_a_v1_a.proto.options.phpNamespace);';
  expect(await made.node(read)).toBe("Acme");
});

describe("a remote plugin", () => {
  it("that buf cannot reach is buf's own refusal", async () => {
    const made = await templateWorkspace(
      `${BUF_GEN_YAML}  - remote: registry.invalid/acme/thing:v1.2.3\n    revision: 4\n    out: remote\n`,
    );
    const { code, stdout, stderr } = await made.run("generate");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("error: buf could not run the plugins: ");
    expect(stderr).toContain('Are you sure "registry.invalid" is a valid remote address?');
    expect(stderr).toContain("Nothing was changed.");
    expect(await made.files("generated")).toEqual(new Map());
  });

  it("runs beside local ones, with what it writes in step, too", async () => {
    const made = await templateWorkspace("");
    const registry = await startRegistry();
    await made.write("buf-config/config.yaml", "version: v1\ntls:\n  use: false\n");
    vi.stubEnv("BUF_CONFIG_DIR", made.path("buf-config"));
    await made.write(
      "buf.gen.yaml",
      `${BUF_GEN_YAML}  - remote: ${registry}/acme/thing\n    out: remote\n`,
    );
    expect(await made.run("generate")).toMatchObject({ code: 0 });
    expect(await made.read("remote/made.txt")).toBe("far away\n");
    expect(await made.run("check")).toMatchObject({ code: 0 });
    await made.write("remote/made.txt", "by hand");
    expect((await made.json("check", "--only", "drift")).findings).toMatchObject([
      { rule: "GENERATED_STALE", path: "remote/made.txt" },
    ]);
  });
});

/** A registry that runs one plugin, as buf's protocol has it; its address. */
async function startRegistry(): Promise<string> {
  const file = [{ name: "made.txt", content: "far away\n" }];
  const plugin = toBinary(
    CodeGeneratorResponseSchema,
    create(CodeGeneratorResponseSchema, { file }),
  );
  // GenerateCodeResponse.responses is field 1, and its PluginGenerationResponse.response, too.
  const response = new BinaryWriter().tag(1, 2).bytes(plugin).finish();
  const answer = new BinaryWriter().tag(1, 2).bytes(response).finish();
  const server = createServer((request, reply) => {
    request.resume().on("end", () => {
      reply.writeHead(200, { "content-type": "application/proto" });
      reply.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
