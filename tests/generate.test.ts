// lockstep generate, as a user sees it: what stands in generated/ afterwards.
import { describe, expect, it } from "vitest";
import { generatedWorkspace } from "./generated-workspace.js";
import { STATUS_PROTO, workspace, writtenBetween } from "./workspace.js";

describe("generate", () => {
  it("generates bindings, maps and index that Node imports by name", async () => {
    const w = await workspace();
    const { code, stderr } = await w.run("generate");
    expect(stderr).toContain("1 file");
    expect(code).toBe(0);
    const printed = await w.node(
      'import { Status, StatusByShortName, StatusShortNames, aV1 } from "./generated/index.js";' +
        "console.log(Status.HEALTHY, StatusByShortName.healthy, StatusShortNames[1], aV1.EndpointSchema.typeName)",
    );
    expect(printed).toBe("1 1 healthy a.v1.Endpoint");
  });

  it("takes up an appended value, writes nothing the second time, and lets a removed value go", async () => {
    const w = await workspace();
    await w.run("generate");
    await w.edit(
      "proto/a/v1/a.proto",
      "STATUS_HEALTHY = 1;",
      "STATUS_HEALTHY = 1;\n  STATUS_PENDING = 2;",
    );
    expect((await w.run("generate")).code).toBe(0);
    const pending =
      'import { Status, StatusByName } from "./generated/index.js"; console.log(Status.PENDING, StatusByName.STATUS_PENDING)';
    expect(await w.node(pending)).toBe("2 2");

    const before = await w.files("generated");
    const again = await w.json("generate");
    expect(again.steps.find((step) => step.name === "apply")?.summary).toMatch(
      /^0 files written, 0 removed/,
    );
    expect(await w.files("generated")).toEqual(before);

    await w.edit("proto/a/v1/a.proto", "\n  STATUS_PENDING = 2;", "");
    expect((await w.run("generate")).code).toBe(0);
    expect(await w.node(pending)).toBe("undefined undefined");
  });

  it("replaces only the files that changed", async () => {
    const w = await workspace({
      "proto/a/v1/a.proto": STATUS_PROTO,
      "proto/b/v1/b.proto": STATUS_PROTO.replace("a.v1", "b.v1"),
    });
    await w.run("generate");
    const before = await w.files("generated");
    await w.edit("proto/b/v1/b.proto", "string name = 1;", "string label = 1;");
    await w.run("generate");
    const after = await w.files("generated");
    expect(writtenBetween(before, after)).toEqual([
      "generated/.lockstep/manifest.json",
      "generated/b/v1/b_pb.d.ts",
      "generated/b/v1/b_pb.js",
    ]);
  });

  it("removes what a deleted proto leaves behind, and empty folders with it", async () => {
    const w = await workspace({
      "proto/a/v1/a.proto": STATUS_PROTO,
      "proto/b/v1/b.proto": STATUS_PROTO.replace("a.v1", "b.v1"),
    });
    await w.run("generate");
    await w.remove("proto/b");
    expect((await w.run("generate")).code).toBe(0);
    expect([...(await w.files("generated")).keys()].filter((path) => path.includes("/b"))).toEqual(
      [],
    );
    expect(
      await w.node(
        'import * as all from "./generated/index.js"; console.log("bV1" in all, "Status" in all)',
      ),
    ).toBe("false true");
  });

  it("leaves a file alone that it did not write, and mentions it", async () => {
    const w = await generatedWorkspace();
    await w.write("generated/notes.md", "mine");
    const { code, stderr } = await w.run("generate");
    expect(code).toBe(0);
    expect(stderr).toContain("1 file not written by Lockstep, left alone: generated/notes.md");
    expect(await w.read("generated/notes.md")).toBe("mine");
  });

  it("keeps a stale file that somebody changed", async () => {
    const w = await generatedWorkspace();
    await w.write("generated/a/v1/a_maps.js", "export const mine = 1;\n");
    await w.write(
      "proto/a/v1/a.proto",
      'syntax = "proto3";\n\npackage a.v1;\n\nmessage Endpoint {}\n',
    );
    const { code, stderr } = await w.run("generate");
    expect(code).toBe(0);
    expect(stderr).toContain("left alone: generated/a/v1/a_maps.js");
    expect(await w.read("generated/a/v1/a_maps.js")).toContain("mine");
  });

  it("does not overwrite a file that a person wrote where the index belongs", async () => {
    const w = await workspace();
    await w.write("generated/index.js", "// my own\n");
    const { code, stderr } = await w.run("generate");
    expect(code).toBe(2);
    expect(stderr).toContain("generated/index.js is in the way");
    expect([...(await w.files("generated")).keys()]).toEqual(["generated/index.js"]);
  });

  it("takes over what plain buf generate left", async () => {
    const w = await generatedWorkspace();
    await w.remove("generated/.lockstep");
    await w.edit("proto/a/v1/a.proto", "string name = 1;", "string label = 1;");
    expect((await w.run("generate")).code).toBe(0);
    expect(await w.read("generated/a/v1/a_pb.d.ts")).toContain("label");
  });

  it("writes nothing while an error stands", async () => {
    const w = await generatedWorkspace();
    const before = await w.files("generated");
    await w.edit("proto/a/v1/a.proto", "STATUS_HEALTHY = 1;", "STATUS_HEALTHY = 1;\n  wrong = 2;");
    const report = await w.json("generate");
    expect(report.code).toBe(1);
    expect(report.findings.map((finding) => finding.rule)).toEqual([
      "ENUM_VALUE_PREFIX",
      "ENUM_VALUE_UPPER_SNAKE_CASE",
    ]);
    expect(
      report.steps.filter((step) => step.summary.startsWith("skipped: ")).map((step) => step.name),
    ).toEqual(["apply", "imports", "consumers"]);
    expect(await w.files("generated")).toEqual(before);
  });

  it("runs from a folder inside the workspace, and with --cwd from elsewhere", async () => {
    const w = await workspace();
    expect((await w.run("generate", "--cwd", "proto/a")).code).toBe(0);
    expect((await w.files("generated")).has("generated/index.js")).toBe(true);
  });
});
