// The index: everything that the modules export, under names that packages cannot take from each other.
import { describe, expect, it } from "vitest";
import { LENIENT, type TestWorkspace, workspace } from "./workspace.js";

async function generated(
  protos: Readonly<Record<string, string>>,
): Promise<TestWorkspace & { said: string }> {
  const files = Object.entries(protos).map(([path, body]) => [
    `proto/${path}`,
    `syntax = "proto2";\n${body}`,
  ]);
  const w = await workspace({ ...LENIENT, ...Object.fromEntries(files) });
  const { code, stdout, stderr } = await w.run("generate");
  expect([code, stdout]).toEqual([0, "No findings.\n"]);
  return Object.assign(w, { said: stderr });
}

const evaluate = async (w: TestWorkspace, expression: string): Promise<unknown> =>
  JSON.parse(
    await w.node(
      `import * as all from "./generated/index.js"; console.log(JSON.stringify(${expression}))`,
    ),
  );

describe("the index", () => {
  it("has whatever the modules export: nested types, enums, services, extensions, files", async () => {
    const w = await generated({
      "a/v1/a.proto": `package a.v1;
        message Outer { extensions 100 to 200; message Inner { enum Kind { NONE = 0; } } extend Outer { optional int32 inside = 100; } }
        extend Outer { optional string note = 101; }
        service Things { rpc Get(Outer) returns (Outer); }`,
    });
    const fromModule = await w.node(
      'import * as pb from "./generated/a/v1/a_pb.js"; import * as maps from "./generated/a/v1/a_maps.js"; console.log(JSON.stringify([...Object.keys(pb), ...Object.keys(maps)].sort()))',
    );
    expect(await evaluate(w, "Object.keys(all.aV1).sort()")).toEqual(JSON.parse(fromModule));
    expect(await evaluate(w, 'Object.keys(all).filter((name) => name !== "aV1").sort()')).toEqual(
      JSON.parse(fromModule),
    );
    expect(JSON.parse(fromModule)).toEqual(
      expect.arrayContaining([
        "Outer_Inner_Kind",
        "Outer_inside",
        "Things",
        "file_a_v1_a",
        "note",
        "Outer_InnerSchema",
      ]),
    );
    const types = await w.read("generated/a/v1/index.d.ts");
    expect(types).toContain("  type Outer,");
    expect(types).toContain("  type Outer_Inner_KindShortName,");
  });

  it("keeps a name that two packages define in their namespaces, and says so", async () => {
    const w = await generated({
      "a/v1/a.proto": "package a.v1; message Info { optional int32 x = 1; } message OnlyA {}",
      "b/v1/b.proto": "package b.v1; message Info { optional int32 y = 1; }",
    });
    expect(w.said).toContain(
      "2 names defined more than once, only in their namespaces: Info (aV1, bV1), InfoSchema (aV1, bV1)",
    );
    expect(
      await evaluate(
        w,
        '["InfoSchema" in all, all.aV1.InfoSchema.typeName, all.bV1.InfoSchema.typeName, all.OnlyASchema.typeName]',
      ),
    ).toEqual([false, "a.v1.Info", "b.v1.Info", "a.v1.OnlyA"]);
    expect(await w.read("generated/index.js")).not.toMatch(/export \*/);
  });

  it("names namespaces apart that camel case would make the same", async () => {
    const w = await generated({
      "x/a.proto": "package a.b_c; message One {}",
      "x/b.proto": "package a_b.c; message Two {}",
      "x/c.proto": "package class; message Three {}",
    });
    expect(
      await evaluate(w, "Object.keys(all).filter((name) => !/Schema$|^file_/.test(name)).sort()"),
    ).toEqual(["a$b_c", "a_b$c", "class$"]);
  });

  it("keeps a symbol that is called like a namespace in its package", async () => {
    const w = await generated({
      "foo.proto":
        "package foo; message M { extensions 1 to 9; } extend M { optional int32 foo = 1; }",
    });
    expect(await evaluate(w, "[all.foo.foo.typeName, all.foo.MSchema.typeName]")).toEqual([
      "foo.foo",
      "foo.M",
    ]);
  });

  it("has files without a package at the root", async () => {
    const w = await generated({
      "plain.proto": "message Plain {}",
      "a.proto": "package a; message Plain {} message Other {}",
    });
    expect(
      await evaluate(
        w,
        "[all.noPackage.PlainSchema.typeName, all.a.PlainSchema.typeName, all.OtherSchema.typeName]",
      ),
    ).toEqual(["Plain", "a.Plain", "a.Other"]);
  });

  it("survives two files of a package that generate the same name", async () => {
    const w = await generated({
      "a/one.proto": "package a; message Foo { message Bar {} }",
      "a/two.proto": "package a; message Foo_Bar { } message Two {}",
    });
    expect(w.said).toContain("Foo_Bar (a.onePb, a.twoPb)");
    expect(
      await evaluate(
        w,
        '[all.TwoSchema.typeName, all.FooSchema.typeName, "Foo_BarSchema" in all, all.a.onePb.Foo_BarSchema.typeName, all.a.twoPb.Foo_BarSchema.typeName]',
      ),
    ).toEqual(["a.Two", "a.Foo", false, "a.Foo.Bar", "a.Foo_Bar"]);
  });

  it("is the same whatever the order of the files", async () => {
    const protos = {
      "b/b.proto": "package b; message B {}",
      "a/a.proto": "package a; message A {}",
    };
    const one = await generated(protos);
    const other = await generated(Object.fromEntries(Object.entries(protos).reverse()));
    expect(await one.read("generated/index.js")).toBe(await other.read("generated/index.js"));
  });
});
