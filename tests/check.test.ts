// lockstep check: what it says of drift, and that it writes nothing.
import { chmod } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { generatedWorkspace } from "./generated-workspace.js";
import { STATUS_PROTO, workspace } from "./workspace.js";

describe("check", () => {
  it("is clean after generate, and writes nothing", async () => {
    const w = await generatedWorkspace();
    const before = await w.files(".");
    const report = await w.json("check");
    expect([report.code, report.ok, report.findings]).toEqual([0, true, []]);
    expect(report.steps.map((step) => step.name)).toEqual([
      "compile",
      "lint",
      "bindings",
      "docstrings",
      "layout",
      "wire",
      "ignored",
      "modules",
      "mirrors",
      "index",
      "drift",
      "imports",
      "consumers",
    ]);
    expect(await w.files(".")).toEqual(before);
  });

  it("says that nothing was generated yet, in one finding", async () => {
    const w = await workspace();
    const { code, findings } = await w.json("check");
    expect(code).toBe(1);
    expect(findings.map(({ rule, path }) => [rule, path])).toEqual([
      ["GENERATED_STALE", "generated"],
    ]);
    expect(findings[0]?.message).toBe("Nothing has been generated yet: 8 files missing.");
    expect((await w.files("generated")).size).toBe(0);
  });

  it("reports each file that differs, with what differs", async () => {
    const w = await generatedWorkspace();
    await w.edit(
      "proto/a/v1/a.proto",
      "STATUS_HEALTHY = 1;",
      "STATUS_HEALTHY = 1;\n  STATUS_PENDING = 2;",
    );
    const { code, findings, steps } = await w.json("check");
    expect(code).toBe(1);
    expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual(
      ["a_maps.d.ts", "a_maps.js", "a_pb.d.ts", "a_pb.js"].map(
        (name) => `GENERATED_STALE generated/a/v1/${name}`,
      ),
    );
    expect(findings[0]?.message).toContain(
      '8 lines to add, 2 lines to remove, such as `| "healthy"`',
    );
    expect(findings[1]?.message).toContain("4 lines to add, such as `pending: 2,`");
    expect(steps.find((step) => step.name === "imports")?.summary).toBe(
      "skipped: what is generated is out of date",
    );
  });

  it("reports a missing, a damaged and a left-over file", async () => {
    const w = await workspace({
      "proto/a/v1/a.proto": STATUS_PROTO,
      "proto/b/v1/b.proto": STATUS_PROTO.replace("a.v1", "b.v1"),
    });
    await w.run("generate");
    await w.remove("generated/a/v1/a_pb.js");
    await w.edit("generated/a/v1/a_maps.js", "healthy: 1", "healthy: 2");
    await w.remove("proto/b");
    const { findings } = await w.json("check", "--only", "drift");
    const messages = Object.fromEntries(findings.map((finding) => [finding.path, finding.message]));
    expect(messages["generated/a/v1/a_pb.js"]).toBe("This generated file is missing.");
    expect(messages["generated/a/v1/a_maps.js"]).toContain("such as `healthy: 1,`");
    expect(messages["generated/b/v1/b_pb.js"]).toContain("left over");
    expect(findings.find(({ path }) => path === "generated/a/v1/a_maps.js")?.line).toBe(13);
  });

  it("prints what generate would change as a diff that git can apply", async () => {
    const w = await generatedWorkspace();
    await w.edit("proto/a/v1/a.proto", "string name = 1;", "string label = 1;");
    const { stdout } = await w.run("check", "--only", "drift", "--diff");
    expect(stdout).toContain("--- a/generated/a/v1/a_pb.d.ts");
    const diff = stdout.slice(0, stdout.lastIndexOf("\ngenerated/"));
    await w.write("change.diff", `${diff.slice(0, diff.lastIndexOf("\n") + 1)}`);
    await w.git("apply", "change.diff");
    expect((await w.json("check", "--only", "drift")).findings).toEqual([]);
  });

  it("runs only the checks that are asked for", async () => {
    const w = await workspace();
    const { steps, ok } = await w.json("check", "--only", "lint");
    expect(steps.map((step) => step.name)).toEqual(["compile", "lint"]);
    expect(ok).toBe(true);
  });

  it("takes severities from lockstep.yaml", async () => {
    const w = await workspace();
    await w.edit("proto/a/v1/a.proto", "STATUS_HEALTHY = 1;", "HEALTHY = 1;");
    await w.write(
      "lockstep.yaml",
      "severity:\n  ENUM_VALUE_PREFIX: warning\n  GENERATED_STALE: off\n",
    );
    const { code, findings, summary } = await w.json("check");
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ["ENUM_VALUE_PREFIX", "warning"],
    ]);
    expect([code, summary]).toEqual([0, { errors: 0, warnings: 1 }]);
  });
});

describe("imports", () => {
  it("fails where the generated index cannot be imported, and says what to do", async () => {
    const w = await workspace({
      "proto/a/v1/a.proto": STATUS_PROTO,
      "proto/b/v1/b.proto":
        'syntax = "proto3";\npackage b.v1;\nimport "a/v1/a.proto";\nmessage B { a.v1.Status status = 1; }\n',
    });
    await w.write(
      "buf.gen.yaml",
      (await w.read("buf.gen.yaml")).replaceAll(", import_extension=js", ""),
    );
    const { code, findings } = await w.json("generate");
    expect(code).toBe(1);
    expect(findings.map(({ rule }) => rule)).toContain("IMPORT_FAILED");
    expect(findings[0]?.help).toContain("import_extension=js");
  });

  it("finds an element that a plugin left out, and one that the protos do not define", async () => {
    const w = await workspace();
    await w.write(
      "protoc-gen-es",
      `#!/usr/bin/env node
import { create, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
const content = \`
export const file_a_v1_a = { kind: "file", name: "a/v1/a", proto: {} };
export const EndpointSchema = { kind: "message", typeName: "a.v1.Endpoint" };
export const GhostSchema = { kind: "message", typeName: "a.v1.Ghost" };\`;
process.stdout.write(toBinary(CodeGeneratorResponseSchema, create(CodeGeneratorResponseSchema, { file: [{ name: "a/v1/a_pb.js", content }] })));
`,
    );
    await chmod(w.path("protoc-gen-es"), 0o755);
    await w.write("package.json", '{ "type": "module" }');
    await w.write(
      "buf.gen.yaml",
      "version: v2\nplugins:\n  - local: ./protoc-gen-es\n    out: generated\n",
    );
    const { code, findings } = await w.json("generate");
    expect(code).toBe(1);
    expect(findings.map(({ rule, path, message }) => `${path} ${rule}: ${message}`)).toEqual(
      ["generated/a/v1/index.js", "generated/index.js"].flatMap((path) => [
        `${path} EXPORT_MISSING: The index does not export 2 elements of the schema: enum a.v1.Status, enum object a.v1.Status.`,
        `${path} EXPORT_UNKNOWN: The index exports 1 element that the schema does not define: message a.v1.Ghost.`,
      ]),
    );
  });

  it("proves bindings in TypeScript, too", async () => {
    const w = await workspace({
      "proto/a/v1/a.proto": STATUS_PROTO,
      "proto/b/v1/b.proto":
        'syntax = "proto3";\npackage b.v1;\nimport "a/v1/a.proto";\nmessage B { a.v1.Status status = 1; }\n',
    });
    await w.write(
      "buf.gen.yaml",
      (await w.read("buf.gen.yaml")).replaceAll("target=js+dts, import_extension=js", "target=ts"),
    );
    const report = await w.json("generate");
    expect([report.code, report.findings]).toEqual([0, []]);
    expect(report.steps.find((step) => step.name === "imports")?.summary).toMatch(
      /^3 indexes, 5 elements$/,
    );
  });
});
