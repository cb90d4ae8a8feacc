// What hand-written code imports from the bindings: each form of import, and the finding where a name is gone.
import { describe, expect, it } from "vitest";
import { LENIENT, type TestWorkspace, workspace } from "../workspace.js";

const PROTO = `syntax = "proto3";
package a.v1;
enum Status { STATUS_UNSPECIFIED = 0; STATUS_HEALTHY = 1; }
message Endpoint { Status status = 1; }
message Info {}
`;
const OTHER = 'syntax = "proto3";\npackage b.v1;\nmessage Info {}\nmessage Only {}\n';

function consuming(files: Readonly<Record<string, string>>): Promise<TestWorkspace> {
  return workspace({
    ...LENIENT,
    "proto/a/v1/a.proto": PROTO,
    "proto/b/v1/b.proto": OTHER,
    ...files,
  });
}

/** What check finds of imports: place, message and help. */
async function broken(w: TestWorkspace): Promise<string[]> {
  const { findings, code } = await w.json("check", "--only", "consumers");
  expect(code).toBe(findings.length > 0 ? 1 : 0);
  return findings.map((one) => `${one.path}:${one.line}:${one.column} ${one.message} ${one.help}`);
}

const INDEX = '"../generated/index.js"';

describe("an import from the bindings", () => {
  const cases: readonly [form: string, right: string, wrong: string, at: string, path?: string][] =
    [
      [
        "named",
        `import { EndpointSchema } from ${INDEX};`,
        `import { EndpointsSchema } from ${INDEX};`,
        "1:10",
      ],
      [
        "renamed",
        `import { type Endpoint as E } from ${INDEX};`,
        `import { type Endpoin as E } from ${INDEX};`,
        "1:15",
      ],
      [
        "type-only",
        `import type { Status } from ${INDEX};`,
        `import type { Statuss } from ${INDEX};`,
        "1:15",
      ],
      [
        "of a namespace",
        `import * as pb from ${INDEX};\nexport const s = pb.Status.HEALTHY;`,
        `import * as pb from ${INDEX};\nexport const s = pb.Statuss.HEALTHY;`,
        "2:21",
      ],
      [
        "of a package's namespace",
        `import { aV1 } from ${INDEX};\nexport const s: aV1.Endpoint | undefined = undefined;`,
        `import { aV1 } from ${INDEX};\nexport const s: aV1.Endpoin | undefined = undefined;`,
        "2:21",
      ],
      [
        "dynamic",
        `const { EndpointSchema: S } = await import(${INDEX});\nexport { S };`,
        `const { EndpointsSchema: S } = await import(${INDEX});\nexport { S };`,
        "1:9",
      ],
      [
        "dynamic, with then",
        `import(${INDEX}).then((pb) => pb.EndpointSchema);`,
        `import(${INDEX}).then((pb) => pb.EndpointsSchema);`,
        "1:49",
      ],
      [
        "re-exported",
        `export { EndpointSchema as S } from ${INDEX};`,
        `export { EndpointsSchema as S } from ${INDEX};`,
        "1:10",
      ],
      [
        "in a type",
        `export type E = import(${INDEX}).Endpoint;`,
        `export type E = import(${INDEX}).Endpoin;`,
        "1:49",
      ],
      [
        "behind a text that ends like an import",
        `const s = "made from"; /* generated */ import { Status } from ${INDEX};\nexport { s, Status };`,
        `const s = "made from"; /* generated */ import { Statuss } from ${INDEX};\nexport { s, Statuss };`,
        "1:49",
      ],
      [
        "beside JSX in JavaScript",
        `import { Status } from ${INDEX};\nexport const s = <b>{Status.HEALTHY}</b>;`,
        `import { Statuss } from ${INDEX};\nexport const s = <b>{Statuss.HEALTHY}</b>;`,
        "1:10",
        "src/view.js",
      ],
      [
        "by require",
        `const { EndpointSchema } = require(${INDEX});`,
        `const { EndpointsSchema } = require(${INDEX});`,
        "1:9",
        "src/code.cjs",
      ],
      [
        "by import =",
        `import pb = require(${INDEX});\nexport const S = pb.EndpointSchema;`,
        `import pb = require(${INDEX});\nexport const S = pb.EndpointsSchema;`,
        "2:21",
        "src/code.cts",
      ],
      [
        "of a type in JavaScript",
        `import { EndpointSchema } from ${INDEX};`,
        `import { Endpoint } from ${INDEX};`,
        "1:10",
        "src/code.mjs",
      ],
      [
        "of a module",
        'import { StatusSchema } from "../generated/a/v1/a_pb.js";',
        'import { StatusShema } from "../generated/a/v1/a_pb.js";',
        "1:10",
      ],
      [
        "of a module that is not generated",
        'import "../generated/a/v1/a_pb.js";',
        'import "../generated/a/v1/b_pb.js";',
        "1:8",
      ],
      [
        "without an extension",
        'import { Status } from "../generated";',
        'import { Statuss } from "../generated";',
        "1:10",
      ],
    ];
  it("resolves in every form, or is a finding at the name", async () => {
    const w = await consuming({});
    const expected: string[] = [];
    for (const [i, [, right, wrong, at, path = "src/code.ts"]] of cases.entries()) {
      const named = path.replace("code", `code${String(i).padStart(2, "0")}`);
      await w.write(named.replace("code", "right"), `${right}\n`);
      await w.write(named, `${wrong}\n`);
      expected.push(`${named}:${at}`);
    }
    const found = (await broken(w)).map((one) => one.split(" ")[0]);
    expect(found.sort()).toEqual(expected.sort());
  });

  it("says what is near, or where a name that several packages define is to be had", async () => {
    const w = await consuming({
      "src/a.ts": `import { EndpointsSchema, InfoSchema } from ${INDEX};\n`,
      "src/b.ts": 'import { OnlySchema } from "../generated/a/v1/index.js";\n',
      "src/c.ts": 'import { Status } from "../generated/a/v1/c_pb.js";\n',
    });
    expect(await broken(w)).toEqual([
      'src/a.ts:1:10 "../generated/index.js" does not export EndpointsSchema. Did you mean "EndpointSchema"?',
      'src/a.ts:1:27 "../generated/index.js" does not export InfoSchema. Several packages define it. Use aV1.InfoSchema or bV1.InfoSchema.',
      'src/b.ts:1:10 "../generated/a/v1/index.js" does not export OnlySchema. It is exported by generated/b/v1/index.',
      'src/c.ts:1:24 Nothing is generated that "../generated/a/v1/c_pb.js" could mean. Did you mean "generated/a/v1/a_pb"?',
    ]);
  });

  it("resolves through the package's exports and imports, another package, and tsconfig paths", async () => {
    const w = await consuming({
      "package.json": JSON.stringify({
        name: "mine",
        exports: { "./pb": "./generated/index.js", "./pb/*": "./generated/*/index.js" },
        imports: { "#pb": "./generated/index.js" },
      }),
      "tsconfig.json":
        '{\n  // with a comment\n  "compilerOptions": { "paths": { "@pb/*": ["./generated/*"] } }\n}\n',
      "apps/one/package.json": '{ "name": "one" }',
      "apps/one/a.ts":
        'import { Statuss } from "mine/pb";\nimport { Onli } from "mine/pb/b/v1";\nimport { Status } from "mine/pb";\nimport x from "other/pb";\n',
      "src/b.ts": 'import { Statuss } from "#pb";\nimport { Status } from "#pb";\n',
      "src/c.ts":
        'import { Statuss } from "@pb/index.js";\nimport { Status } from "@pb/index.js";\nimport "@pb/nothing";\n',
    });
    expect((await broken(w)).map((one) => one.split(" ")[0])).toEqual([
      "apps/one/a.ts:1:10",
      "apps/one/a.ts:2:10",
      "src/b.ts:1:10",
      "src/c.ts:1:10",
      "src/c.ts:3:8",
    ]);
  });

  it("of a name that a function gives to something else is none", async () => {
    const w = await consuming({
      "src/a.ts": `import * as pb from ${INDEX};\nexport const f = (pb: { x: number }): number => pb.x;\nexport const s = pb.Status;\n`,
    });
    expect(await broken(w)).toEqual([]);
  });

  it("of a file that git ignores is not read, nor one outside the sources", async () => {
    const code = `import { Gone } from ${INDEX};\n`;
    const w = await consuming({
      ".gitignore": "node_modules\ngenerated/\nignored/\n",
      "lockstep.yaml": `${LENIENT["lockstep.yaml"]}sources: [src]\n`,
      "src/ignored/a.ts": code,
      "other/a.ts": code,
    });
    expect(await broken(w)).toEqual([]);
  });
});

it("generate writes what it planned, and says which programs would not start", async () => {
  const w = await consuming({
    "src/a.mjs": `import { EndpointSchema } from ${INDEX};\nconsole.log(EndpointSchema.typeName);\n`,
  });
  expect((await w.run("generate")).code).toBe(0);
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "--message", "Begin");
  await w.edit("proto/b/v1/b.proto", "message Only {}", "message Only {}\nmessage Endpoint {}");
  const { code, findings } = await w.json("generate");
  expect(code).toBe(1);
  expect(findings.map(({ rule, path, help }) => `${rule} ${path} ${help}`)).toEqual([
    "CONSUMER_IMPORT_UNRESOLVED src/a.mjs Several packages define it. Use aV1.EndpointSchema or bV1.EndpointSchema.",
  ]);
  expect(await w.read("generated/b/v1/b_pb.js")).toContain("EndpointSchema");
  await w.write(
    "src/a.mjs",
    `import { aV1 } from ${INDEX};\nconsole.log(aV1.EndpointSchema.typeName);\n`,
  );
  expect((await w.run("generate")).code).toBe(0);
});
