// The bundled plugins beside the originals: the same bytes for every proto and parameter, and only in the
// place of the version that they were made from.
import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { type Plugin, rolldown } from "rolldown";
import { describe, expect, it } from "vitest";
import { fasterProtoplugin } from "../bundle/protoplugin.js";
import { openBuf } from "../core/buf.js";
import { bundledProgram, packageFolder } from "../core/installation.js";
import { type Outcome, runProgram } from "../core/process.js";
import { statusMaps } from "../sync/status-maps.js";
import { STATUS_PROTO, type TestWorkspace, workspace } from "./workspace.js";
import { xdsWorkspace } from "./xds-protos.js";

const require = createRequire(import.meta.url);
const installed = dirname(require.resolve("@bufbuild/protoc-gen-es/package.json"));
const original = join(installed, "bin", "protoc-gen-es");
const bundled = bundledProgram("protoc-gen-es");

/** What a plugin is asked for those of a workspace's protos, without a parameter. */
async function requestFor(root: string, generates: RegExp): Promise<Uint8Array> {
  const built = await openBuf(root, process.env).build();
  if (!("image" in built)) throw new Error(JSON.stringify(built.annotations));
  const { file } = fromBinary(FileDescriptorSetSchema, built.image);
  const fileToGenerate = file.map(({ name }) => name).filter((name) => generates.test(name));
  const request = { fileToGenerate, protoFile: file, sourceFileDescriptors: file };
  return toBinary(CodeGeneratorRequestSchema, create(CodeGeneratorRequestSchema, request));
}

function withParameter(request: Uint8Array, parameter: string) {
  return { ...fromBinary(CodeGeneratorRequestSchema, request), parameter };
}

function runPlugin(program: string, request: Uint8Array, parameter: string): Promise<Outcome> {
  const input = toBinary(CodeGeneratorRequestSchema, withParameter(request, parameter));
  const options = { cwd: packageFolder, env: process.env, input };
  return runProgram(process.execPath, [program], options);
}

/** The files in a plugin's answer, which is one of success. */
function filesOf({ code, stdout, stderr }: Outcome): Map<string, string> {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { file, error } = fromBinary(CodeGeneratorResponseSchema, stdout);
  expect(error).toBe("");
  return new Map(file.map(({ name, content }) => [name, content]));
}

/** What the original answers, run in this process, which loads its compiler once for all requests. */
function originalAnswer(request: Uint8Array, parameter: string): Outcome {
  const load = createRequire(join(installed, "package.json"));
  const { protocGenEs } = load("./dist/cjs/src/protoc-gen-es-plugin.js");
  const protobuf = load("@bufbuild/protobuf") as typeof import("@bufbuild/protobuf");
  const { CodeGeneratorRequestSchema: input, CodeGeneratorResponseSchema: output } = load(
    "@bufbuild/protobuf/wkt",
  ) as typeof import("@bufbuild/protobuf/wkt");
  const asked = { ...protobuf.fromBinary(input, request), parameter };
  const answer = protobuf.toBinary(output, protocGenEs.run(asked));
  return { code: 0, stdout: Buffer.from(answer), stderr: "" };
}

async function expectSameOutput(request: Uint8Array, parameter: string): Promise<void> {
  const ours = await runPlugin(bundled, request, parameter);
  const theirs = originalAnswer(request, parameter);
  const files = filesOf(theirs);
  expect(files.size).toBeGreaterThan(0);
  for (const [name, content] of filesOf(ours)) expect(content, name).toBe(files.get(name));
  expect(ours.stdout.equals(theirs.stdout)).toBe(true);
}

const PARAMETERS = [
  "",
  "target=ts",
  "target=js+dts",
  "target=js+dts,import_extension=js",
  "target=ts,import_extension=ts",
  "target=ts+js+dts,import_extension=none",
  "target=js+dts,json_types=true",
  "target=ts,json_types=true,valid_types=legacy_required+protovalidate_required",
  "target=js+dts,valid_types=legacy_required",
  "target=ts,erasable_syntax=true",
  "target=js+dts,keep_empty_files=true,ts_nocheck=true,elide_plugin_version=true",
  "target=js,js_import_style=legacy_commonjs",
  "target=ts,rewrite_imports=./google/**/*:@a/a,rewrite_imports=@bufbuild/protobuf:@b/b",
];

// Types whose names in the bindings collide, comments at every place, and what only proto2 has.
const ODD: Readonly<Record<string, string>> = {
  "proto/odd.proto": `// Of the syntax.

// On the syntax.
syntax = "proto2";

// Of the package. */
package odd;
import "google/protobuf/descriptor.proto";
import "google/protobuf/struct.proto";
import public "google/protobuf/wrappers.proto";

// Detached.

// Leading: /* */
message Foo { // Trailing the brace.
  // A field.
  required string a = 1 [default = "\\"x\\\\\\n"]; // Trailing a field.
  optional FooSchema schema = 2 [deprecated = true];
  message Bar { enum FooJson { X = 0; } extend Foo { optional Bar bar = 100; } }
  // A oneof.
  oneof which { Foo_Bar one = 3; bytes two = 4 [json_name = "zwei"]; google.protobuf.Int32Value v = 9; }
  repeated group Many = 5 { optional int64 big = 1 [jstype = JS_STRING]; }
  map<string, FooJson> map = 6;
  optional google.protobuf.Struct struct = 7;
  extensions 100 to 200;
}
message Foo_Bar {}
message Foo_Bar_FooJson {}
message FooSchema { enum Schema { option allow_alias = true; A = 0; B = 0; /* last */ C = -1; } }
enum FooJson { NONE = 0; constructor = 1; }
message FooValid {}
message FooSchemaSchema {}
message Object { message Array {} optional Array array = 1; }
message interface {}
extend google.protobuf.FieldOptions { optional string FooSchema_ = 50001; }
// The service.
service file_odd { // Trailing the service.
  // A method.
  rpc Get(Foo) returns (stream Foo.Bar) { option deprecated = true; }
}
`,
  "proto/edition.proto": `edition = "2023";
package odd;
option features.field_presence = IMPLICIT;
message Ed { string a = 1 [features.field_presence = LEGACY_REQUIRED]; Ed child = 2; }
enum Closed { option features.enum_type = CLOSED; ONE = 1; }
`,
  "proto/empty.proto": 'syntax = "proto3";\n',
  "proto/no_package.proto": 'syntax = "proto3";\nmessage Top { Top Top = 1; enum E { Z = 0; } }\n',
};

/** The request, made by the first test that asks for it. */
function once(make: () => Promise<string>, generates: RegExp): () => Promise<Uint8Array> {
  let made: Promise<Uint8Array> | undefined;
  return () => {
    made ??= make().then((root) => requestFor(root, generates));
    return made;
  };
}

/** Without the types that @bufbuild/protobuf brings, which bindings import from there. */
const NOT_WELL_KNOWN = /^(?!google\/protobuf\/)/;

const own = once(async () => packageFolder, NOT_WELL_KNOWN);
const xds = once(async () => (await workspace(await xdsWorkspace())).root, NOT_WELL_KNOWN);
const odd = once(async () => {
  const w = await workspace({ ...ODD, "buf.yaml": "version: v2\nmodules:\n  - path: proto\n" });
  return w.root;
}, /./);

describe("the bundled protoc-gen-es answers as the original does", () => {
  it.each(PARAMETERS)("for odd names and comments: %s", async (parameter) => {
    await expectSameOutput(await odd(), parameter);
  });

  it("for odd names without source positions", async () => {
    const { protoFile, ...rest } = fromBinary(CodeGeneratorRequestSchema, await odd());
    for (const file of protoFile) delete file.sourceCodeInfo;
    const bare = { ...rest, protoFile, sourceFileDescriptors: protoFile };
    await expectSameOutput(toBinary(CodeGeneratorRequestSchema, bare), "target=ts");
  });

  const COMBINED = [
    "target=ts,import_extension=ts,json_types=true,keep_empty_files=true",
    "target=js+dts,import_extension=js",
    "target=ts+dts,import_extension=none,valid_types=legacy_required",
  ];
  it.each(COMBINED)("for this package's own protos: %s", async (parameter) => {
    await expectSameOutput(await own(), parameter);
  });

  it("in a process of its own, too", async () => {
    const ours = await runPlugin(bundled, await own(), "target=js+dts");
    expect(ours).toEqual(await runPlugin(original, await own(), "target=js+dts"));
  });

  it("for several hundred protos", async () => {
    await expectSameOutput(
      await xds(),
      "target=ts+js+dts,import_extension=js,json_types=true,valid_types=legacy_required",
    );
  });

  it.each(["target=cobol", "no_such_option=1", "json_types=maybe"])(
    "refuses %s",
    async (parameter) => {
      const ours = await runPlugin(bundled, await own(), parameter);
      expect(ours.code).toBe(1);
      expect(ours).toEqual(await runPlugin(original, await own(), parameter));
    },
  );

  it.each(["--version", "surplus"])("with the argument %s", async (argument) => {
    const options = { cwd: packageFolder, env: process.env };
    const ours = await runProgram(process.execPath, [bundled, argument], options);
    expect(ours).toEqual(await runProgram(process.execPath, [original, argument], options));
  });
});

describe("the bundled protoc-gen-lockstep answers as it does on the original protoplugin", () => {
  it.each([
    ["odd names and comments", odd],
    ["several hundred protos", xds],
  ])("for %s", async (_, request) => {
    const program = bundledProgram("protoc-gen-lockstep");
    const maps = filesOf(await runPlugin(program, await request(), "target=js+dts"));
    const { file } = statusMaps.run(withParameter(await request(), "target=js+dts"));
    expect(maps).toEqual(new Map(file.map(({ name, content }) => [name, content])));
    expect(maps.size).toBeGreaterThan(0);
  });
});

it.each(["names", "source-code-info", "transpile", "codegenv2/embed"])(
  "is not built from another %s.js",
  async (module) => {
    const newer: Plugin = {
      name: "newer",
      transform: (code, id) => (id.endsWith(`esm/${module}.js`) ? `${code}// Newer.\n` : null),
    };
    const input = join(packageFolder, "scripts", "protoc-gen-es.ts");
    const build = await rolldown({
      input,
      platform: "node",
      plugins: [newer, fasterProtoplugin],
      logLevel: "silent",
    });
    await expect(build.generate()).rejects.toThrow(`${module}.js has changed`);
    await build.close();
  },
);

it("is of the version that package.json pins", async () => {
  const { devDependencies, dependencies } = require("../package.json");
  const { stdout } = await runProgram(process.execPath, [bundled, "--version"], {
    cwd: packageFolder,
    env: process.env,
  });
  const version = require("@bufbuild/protoc-gen-es/package.json").version;
  expect(stdout.toString()).toBe(`protoc-gen-es v${version}\n`);
  expect(devDependencies["@bufbuild/protoc-gen-es"]).toBe(version);
  expect(devDependencies["@bufbuild/protoplugin"]).toBe(version);
  expect(dependencies["@bufbuild/protobuf"]).toBe(version);
});

describe("which protoc-gen-es runs", () => {
  /** A workspace with packages of its own; protoc-gen-es without the compiler that it loads cannot start. */
  async function installation(options: { compiler: boolean }): Promise<TestWorkspace> {
    const w = await workspace({
      "proto/a/v1/a.proto": STATUS_PROTO,
      "buf.gen.yaml":
        "version: v2\nplugins:\n  - local: protoc-gen-es\n    out: generated\n    opt: [target=js+dts, import_extension=js]\n",
    });
    await rm(w.path("node_modules"));
    const folder = w.path("node_modules", "@bufbuild");
    await mkdir(folder, { recursive: true });
    for (const name of ["protobuf", "protoc-gen-es", "protoplugin"]) {
      const from = join(packageFolder, "node_modules", "@bufbuild", name);
      const filter = (path: string): boolean => !path.slice(from.length).includes("node_modules");
      await cp(from, join(folder, name), { recursive: true, filter });
    }
    if (options.compiler) {
      for (const name of ["@typescript", "@bufbuild/protoplugin/node_modules"])
        await symlink(join(packageFolder, "node_modules", name), w.path("node_modules", name));
    }
    await mkdir(w.path("node_modules", ".bin"));
    return w;
  }

  const link = (w: TestWorkspace): Promise<void> =>
    symlink(
      "../@bufbuild/protoc-gen-es/bin/protoc-gen-es",
      w.path("node_modules/.bin/protoc-gen-es"),
    );

  const script = (w: TestWorkspace): Promise<void> =>
    writeFile(
      w.path("node_modules/.bin/protoc-gen-es"),
      '#!/bin/sh\nbasedir=$(dirname "$0")\nexec node "$basedir/../@bufbuild/protoc-gen-es/bin/protoc-gen-es" "$@"\n',
      { mode: 0o755 },
    );

  it.each([
    ["no installed one", async () => {}],
    ["a link to that version", link],
    ["a script that starts that version", script],
  ])("ours where there is %s", async (_, install) => {
    const w = await installation({ compiler: false });
    await install(w);
    expect(await w.run("generate")).toMatchObject({ code: 0 });
    expect(await w.read("generated/a/v1/a_pb.js")).toContain("protoc-gen-es v2.13.0");
  });

  it.each([
    ["a link to", link],
    ["a script for", script],
  ])("the workspace's where it has %s a changed one", async (_, install) => {
    const w = await installation({ compiler: true });
    await install(w);
    const plugin = "node_modules/@bufbuild/protoc-gen-es/dist/cjs/src/protoc-gen-es-plugin.js";
    await w.edit(plugin, "Describes the ", "Describes, as changed here, the ");
    expect(await w.run("generate")).toMatchObject({ code: 0 });
    expect(await w.read("generated/a/v1/a_pb.js")).toContain(
      "Describes, as changed here, the file",
    );
  });

  it("the workspace's where what it is built on has changed", async () => {
    const w = await installation({ compiler: true });
    await link(w);
    const jsDoc = "node_modules/@bufbuild/protoplugin/dist/cjs/jsdoc.js";
    await w.edit(jsDoc, "@generated from enum value: ", "@generated, as changed here, from ");
    expect(await w.run("generate")).toMatchObject({ code: 0 });
    expect(await w.read("generated/a/v1/a_pb.d.ts")).toContain("@generated, as changed here, from");
  });
});

it("brings the licenses of what is bundled", async () => {
  const licenses = await readFile(join(packageFolder, "dist", "licenses.txt"), "utf8");
  for (const name of ["@bufbuild/protoc-gen-es", "@bufbuild/protoplugin"])
    expect(licenses).toContain(
      `${name} 2.13.0 (Apache-2.0)\n\nCopyright 2021-2026 Buf Technologies, Inc.`,
    );
});
