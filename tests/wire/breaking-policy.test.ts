// The gate under a workspace's policy: `breaking` in buf.yaml, severities, and what its peers speak.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { bufBinary } from "../../core/installation.js";
import type { TestWorkspace } from "../workspace.js";
import { BUF_YAML, LENIENT } from "../workspace.js";
import { commit, committed, ENGINE, found, policy } from "./gate.js";

const exec = promisify(execFile);
const SETTINGS = LENIENT["lockstep.yaml"] as string;
const RENAMED = "FIELD_RENAMED gaius.v1.GetEndpointRequest.full_name";
const MEMORY = "FIELD_TYPE_CHANGED gaius.v1.Endpoint.memory_bytes";

/** Renames a field, which bytes do not show. */
async function rename(w: TestWorkspace): Promise<void> {
  await w.edit(
    ENGINE,
    "message GetEndpointRequest {\n  string name = 1;",
    "message GetEndpointRequest {\n  // The name.\n  string full_name = 1;",
  );
}

/** A workspace without `breaking` in buf.yaml whose peers speak those: all, where there are none. */
async function speaking(...words: string[]): Promise<TestWorkspace> {
  const wire = words.length === 0 ? "" : `wire:\n  speaks: [${words.join(", ")}]\n`;
  return committed({ "lockstep.yaml": wire + SETTINGS });
}

describe("what peers speak", () => {
  it("makes a rename an error where it is JSON, a warning where it is not", async () => {
    const w = await speaking();
    await rename(w);
    expect(await found(w)).toEqual([`error ${RENAMED}`]);
    await w.write("lockstep.yaml", `wire:\n  speaks: [binary, rpc]\n${SETTINGS}`);
    expect(await found(w)).toEqual([`warning ${RENAMED}`]);
  });

  it("makes an RPC that is gone a warning where nobody calls any", async () => {
    const w = await speaking("binary", "json");
    await w.edit(
      ENGINE,
      "  rpc GetEndpoint(GetEndpointRequest) returns (GetEndpointResponse);\n",
      "",
    );
    expect(await found(w)).toEqual(["warning RPC_REMOVED gaius.v1.Engine.GetEndpoint"]);
  });

  it("makes a field that moves to another number less than an error where all is JSON", async () => {
    const w = await speaking("json", "rpc");
    await w.edit(ENGINE, "int64 memory_bytes = 3;", "int64 memory_bytes = 7;");
    expect(await found(w)).toEqual(["warning FIELD_RENUMBERED gaius.v1.Endpoint.memory_bytes"]);
  });
});

describe("breaking in buf.yaml", () => {
  it("asks for more than what the bytes suffer", async () => {
    const w = await speaking("binary", "rpc");
    await rename(w);
    await w.edit(ENGINE, "ProcessStatus {", "ProcessStatus {\n  option deprecated = true;");
    expect(await found(w)).toEqual([`warning ${RENAMED}`]);
    for (const [breaking, expected] of [
      ["  use: [FILE]\n", `error ${RENAMED}`],
      ["  use: [WIRE]\n", `warning ${RENAMED}`],
      ["  use: [FILE]\n  except: [FIELD_SAME_NAME, FIELD_SAME_JSON_NAME]\n", `warning ${RENAMED}`],
      ["  use: [FIELD_SAME_NAME]\n", `error ${RENAMED}`],
    ] as const) {
      await w.write("buf.yaml", policy(breaking));
      expect(await found(w), breaking).toEqual([expected]);
    }
    // The severity of buf's rules is set where that of ours is.
    await w.write("buf.yaml", policy("  use: [FIELD_SAME_NAME]\n"));
    for (const [setting, expected] of [
      ["FIELD_SAME_NAME: off", `warning ${RENAMED}`],
      ["FIELD_SAME_NAME: warning", `warning ${RENAMED}`],
      ["FIELD_RENAMED: info", `info ${RENAMED}`],
    ] as const) {
      const speaks = "wire:\n  speaks: [binary, rpc]\n";
      await w.write(
        "lockstep.yaml",
        speaks + SETTINGS.replace("severity:\n", `severity:\n  ${setting}\n`),
      );
      expect(await found(w), setting).toEqual([expected]);
    }
    await w.write(
      "lockstep.yaml",
      SETTINGS.replace("severity:\n", "severity:\n  FIELD_RENAMED: off\n"),
    );
    expect(await found(w)).toEqual([]);
  });

  it("judges what only buf judges, at buf's severity or the one that is set", async () => {
    const w = await committed({ "buf.yaml": policy("  use: [FILE]\n") });
    await w.edit(
      ENGINE,
      "package gaius.v1;",
      'package gaius.v1;\n\noption java_package = "gaius";',
    );
    const said = async () => (await w.json("breaking")).findings.map((f) => [f.severity, f.rule]);
    expect(await said()).toEqual([["error", "FILE_SAME_JAVA_PACKAGE"]]);
    const set = (severity: string) =>
      w.write(
        "lockstep.yaml",
        SETTINGS.replace("severity:\n", `severity:\n  FILE_SAME_JAVA_PACKAGE: ${severity}\n`),
      );
    await set("warning");
    expect(await said()).toEqual([["warning", "FILE_SAME_JAVA_PACKAGE"]]);
    await set("off");
    expect(await found(w)).toEqual([]);
  });

  it("ignores files and folders, and single rules or categories in them", async () => {
    const w = await committed();
    await w.edit(ENGINE, "int64", "int32");
    await rename(w);
    const both = [`error ${MEMORY}`, `error ${RENAMED}`];
    for (const [breaking, expected] of [
      [`  ignore: [${ENGINE}]\n`, []],
      ["  ignore: [proto/gaius]\n", []],
      ["  ignore: [proto/gaiu]\n", both],
      [`  ignore_only:\n    FIELD_SAME_TYPE: [${ENGINE}]\n`, both.slice(1)],
      [
        "  ignore_only:\n    FIELD_SAME_NAME: [proto/gaius]\n    FIELD_SAME_JSON_NAME: [proto/gaius]\n",
        both.slice(0, 1),
      ],
      ["  ignore_only:\n    FILE: [proto/gaius]\n", []],
      ["  ignore_only:\n    ENUM_NO_DELETE: [proto/gaius]\n", both],
    ] as const) {
      await w.write("buf.yaml", policy(`  use: [FILE]\n${breaking}`));
      expect(await found(w), breaking).toEqual(expected);
    }
  });

  it("leaves unstable packages alone", async () => {
    const proto = (name: string) =>
      `syntax = "proto3";\npackage gaius.${name};\nmessage M {\n  int64 size = 1;\n}\n`;
    const names = ["v1", "v1alpha1", "v1beta1", "v2beta"];
    const files = names.map((name) => [`proto/gaius/${name}/m.proto`, proto(name)] as const);
    const w = await committed({ [ENGINE]: undefined, ...Object.fromEntries(files) });
    for (const [path] of files) await w.edit(path, "int64", "int32");
    const symbols = (...packages: string[]) =>
      packages.map((name) => `error FIELD_TYPE_CHANGED gaius.${name}.M.size`);
    expect(await found(w)).toEqual(symbols(...names));
    await w.write("buf.yaml", policy("  use: [FILE]\n  ignore_unstable_packages: true\n"));
    expect(await found(w)).toEqual(symbols("v1"));
    // Nor does their history count.
    for (const [path] of files) await w.edit(path, "  int32 size = 1;\n", "");
    await commit(w);
    for (const [path] of files)
      await w.edit(path, "message M {\n", "message M {\n  string name = 1;\n");
    expect(await found(w)).toEqual(["error NUMBER_REUSED_AFTER_REMOVAL gaius.v1.M.name"]);
  });

  it("may be another for each module", async () => {
    const w = await committed();
    const yaml = BUF_YAML.replace("STANDARD", "SYNTAX_SPECIFIED").replace(
      "  - path: proto\n",
      "  - path: proto\n  - path: inner\n    breaking:\n      use: [FILE]\n      ignore: [inner/b]\n",
    );
    const message = (name: string) =>
      `syntax = "proto3";\npackage ${name};\nmessage M {\n  // The name.\n  string name = 1;\n}\n`;
    await w.write("buf.yaml", `${yaml}breaking:\n  use: [WIRE]\n`);
    await w.write("lockstep.yaml", `wire:\n  speaks: [binary, rpc]\n${SETTINGS}`);
    const paths = ["proto/o/o.proto", "inner/a/a.proto", "inner/b/b.proto"];
    for (const path of paths) await w.write(path, message(path.split("/")[1] as string));
    await commit(w);
    for (const path of paths) await w.edit(path, "string name", "string full_name");
    expect(await found(w)).toEqual([
      "error FIELD_RENAMED a.M.full_name",
      "warning FIELD_RENAMED o.M.full_name",
    ]);
  });

  it("asks each module for its own files alone, gone ones too, whatever the baseline is", async () => {
    const message = (name: string) =>
      `syntax = "proto3";\npackage ${name};\nmessage M {\n  string name = 1;\n}\n`;
    const w = await committed({
      "buf.yaml": BUF_YAML.replace("STANDARD", "SYNTAX_SPECIFIED").replace(
        "  - path: proto\n",
        "  - path: proto\n    breaking:\n      use: [WIRE]\n  - path: inner\n    breaking:\n      use: [FILE]\n      ignore: [inner/c]\n",
      ),
      "proto/a/a.proto": message("a"),
      "inner/b/b.proto": message("b"),
      "inner/b/d.proto": message("d"),
      "inner/c/c.proto": message("c"),
      "inner/c/e.proto": message("e"),
    });
    await exec(bufBinary(), ["build", "-o", "v1.binpb"], { cwd: w.root });
    for (const path of ["proto/a/a.proto", "inner/b/b.proto", "inner/c/c.proto"])
      await w.remove(path);
    const expected = [
      "warning TYPE_REMOVED a.M",
      "error FILE_NO_DELETE b/b.proto",
      "warning TYPE_REMOVED b.M",
    ];
    expect((await found(w)).toSorted()).toEqual(expected.toSorted());
    // An image does not say in which module a file was: any may ignore it.
    expect(await found(w, "--against", "v1.binpb")).not.toContain("warning TYPE_REMOVED c.M");
  });

  it("may be of buf.yaml v1, in each folder of buf.work.yaml", async () => {
    const w = await committed({
      "buf.yaml": undefined,
      "buf.work.yaml": "version: v1\ndirectories: [proto]\n",
      "proto/buf.yaml":
        "version: v1\nlint:\n  use: [SYNTAX_SPECIFIED]\nbreaking:\n  use: [FILE]\n  ignore: [gaius/v1/old]\n",
      "proto/gaius/v1/old/old.proto":
        'syntax = "proto3";\npackage gaius.v1.old;\nmessage M {\n  int64 size = 1;\n}\n',
      "lockstep.yaml": `wire:\n  speaks: [binary, rpc]\n${SETTINGS}`,
    });
    await w.edit("proto/gaius/v1/old/old.proto", "int64", "int32");
    await rename(w);
    expect(await found(w)).toEqual([`error ${RENAMED}`]);
    await w.write("proto/buf.yaml", "version: v1\nlint:\n  use: [SYNTAX_SPECIFIED]\n");
    expect(await found(w)).toEqual([
      `warning ${RENAMED}`,
      "error FIELD_TYPE_CHANGED gaius.v1.old.M.size",
    ]);
  });
});
