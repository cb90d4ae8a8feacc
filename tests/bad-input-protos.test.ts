// What is wrong with the protos themselves, as a user sees it.
import { describe, expect, it } from "vitest";
import { generatedWorkspace } from "./generated-workspace.js";
import { refusal } from "./refusal.js";
import { BUF_GEN_YAML, STATUS_PROTO, workspace } from "./workspace.js";

describe("a proto that does not compile", () => {
  it("a syntax error is shown with its line, and nothing is planned", async () => {
    const w = await generatedWorkspace({
      "proto/a/v1/a.proto": STATUS_PROTO.replace("string name = 1;", "string name 1;"),
    });
    const { stdout, stderr, findings } = await refusal(w, 1);
    expect(findings).toMatchObject([
      { rule: "COMPILE", severity: "error", path: "proto/a/v1/a.proto", line: 17 },
    ]);
    expect(stdout).toContain("proto/a/v1/a.proto\n  17:");
    expect(stdout).toContain("    17 |   string name 1;\n");
    expect(stdout).toContain("help: Correct it and run again; nothing was generated.");
    expect(stderr).toMatch(/^- apply +skipped: the protos do not compile$/m);
  });

  it("a missing import is shown where it stands, also as the second of a line", async () => {
    const w = await generatedWorkspace({
      "proto/a/v1/a.proto": STATUS_PROTO.replace(
        "package a.v1;",
        'package a.v1; import "google/protobuf/any.proto"; import "far/away.proto";',
      ),
    });
    const { stdout, findings } = await refusal(w, 1);
    expect(findings).toMatchObject([
      {
        rule: "IMPORT_MISSING",
        path: "proto/a/v1/a.proto",
        line: 4,
        column: 51,
        message: 'Imported file "far/away.proto" does not exist.',
      },
    ]);
    expect(stdout).toContain("help: Imports are relative to a module (proto). Add the file,");
  });

  it("an import that exists outside the modules is told apart", async () => {
    const w = await generatedWorkspace({
      "proto/a/v1/a.proto": STATUS_PROTO.replace(
        "package a.v1;",
        'package a.v1;\nimport "b/v1/b.proto";',
      ),
      "other/b/v1/b.proto": 'syntax = "proto3";\n\npackage b.v1;\n',
    });
    const { stdout, findings } = await refusal(w, 1);
    expect(findings.map(({ rule, path, line }) => [rule, path, line])).toEqual([
      ["PROTO_OUTSIDE_MODULE", "other/b/v1/b.proto", 1],
      ["IMPORT_MISSING", "proto/a/v1/a.proto", 5],
    ]);
    expect(stdout).toContain(
      "help: other/b/v1/b.proto is outside the modules of buf.yaml (proto): move it into one, or add its folder to `modules`.",
    );
  });

  it("a misspelt import gets the name that was meant, never the importing file's own", async () => {
    const misspelt = (name: string): string =>
      STATUS_PROTO.replace("package a.v1;", `package a.v1;\nimport "${name}";`);
    const w = await generatedWorkspace({
      "proto/a/v1/a.proto": misspelt("a/v1/comon.proto"),
      "proto/a/v1/common.proto": 'syntax = "proto3";\n\npackage a.v1;\n\nmessage Common {}\n',
    });
    expect((await refusal(w, 1)).stdout).toContain('help: Did you mean "a/v1/common.proto"?');
    await w.write("proto/a/v1/a.proto", misspelt("a/v1/b.proto"));
    expect((await refusal(w, 1)).stdout).not.toContain('"a/v1/a.proto"?');
  });
});

describe("a proto that nothing sees", () => {
  it("outside the modules is an error, whatever letters its path has", async () => {
    const w = await generatedWorkspace({ "öther dir/ü x.proto": STATUS_PROTO });
    const { stdout, findings } = await refusal(w, 1, "check");
    expect(findings).toMatchObject([
      { rule: "PROTO_OUTSIDE_MODULE", path: "öther dir/ü x.proto", line: 1, column: 1 },
    ]);
    expect(stdout).toContain("outside the modules of buf.yaml (proto), so nothing compiles it");
    expect(stdout).toContain("help: Move it into a module, add its folder to `modules`");
  });

  it("a module without protos is named with its place in buf.yaml", async () => {
    const w = await generatedWorkspace();
    await w.remove("proto");
    const { stderr } = await refusal(w, 2);
    expect(stderr).toContain(
      "buf.yaml:3:11: error: The module proto has no protos: no file in it ends in .proto.\n" +
        "  help: Put a proto into proto/, or correct the module's `path` in buf.yaml.",
    );
  });
});

describe("protos of other shapes", () => {
  it("CRLF line endings generate, and findings keep their columns", async () => {
    const crlf = STATUS_PROTO.replaceAll("\n", "\r\n");
    const w = await workspace({ "proto/a/v1/a.proto": crlf });
    expect((await w.run("generate")).code).toBe(0);
    expect(
      await w.node('import { Status } from "./generated/index.js"; console.log(Status.HEALTHY)'),
    ).toBe("1");
    await w.write("proto/a/v1/a.proto", crlf.replace("string name", "string Name"));
    const { stdout, findings } = await refusal(w, 1);
    expect(findings).toMatchObject([{ rule: "FIELD_LOWER_SNAKE_CASE", line: 17, column: 10 }]);
    expect(stdout).toContain("    17 |   string Name = 1;\n       |          ^^^^\n");
  });

  it("a byte-order mark generates, and does not shift the first line", async () => {
    const w = await workspace({ "proto/a/v1/a.proto": `\uFEFF${STATUS_PROTO}` });
    expect((await w.run("generate")).code).toBe(0);
    const first = 'syntax = "proto3"; package a.v1; message ';
    await w.write("proto/a/v1/a.proto", `\uFEFF${first}m {}\n`);
    const lint = await refusal(w, 1);
    expect(lint.findings).toMatchObject([{ rule: "MESSAGE_PASCAL_CASE", line: 1, column: 42 }]);
    await w.write("proto/a/v1/a.proto", `\uFEFF${first}M { Foo x = 1; }\n`);
    const compile = await refusal(w, 1);
    expect(compile.findings).toMatchObject([{ rule: "COMPILE", line: 1, column: 46 }]);
    expect(compile.stdout).toContain(`      | ${" ".repeat(45)}^^^\n`);
  });

  it("spaces and letters beyond ASCII in folders and files generate and import", async () => {
    const w = await workspace({
      "buf.yaml": "version: v2\nmodules:\n  - path: prötos/ä b\nlint:\n  use: [SYNTAX_SPECIFIED]\n",
      "buf.gen.yaml": BUF_GEN_YAML.replaceAll("out: generated", "out: gen/ö x"),
      ".gitignore": "node_modules\ngen/ö x/\n",
      "prötos/ä b/a/v1/ü x.proto": STATUS_PROTO,
      "prötos/ä b/c/v1/c.proto":
        'syntax = "proto3";\n\npackage c.v1;\n\nimport "a/v1/ü x.proto";\n\nmessage Uses {\n  a.v1.Endpoint endpoint = 1;\n}\n',
    });
    expect(await w.run("generate")).toMatchObject({ code: 0 });
    expect(
      await w.node(
        'import { Status, UsesSchema } from "./gen/ö x/index.js"; console.log(Status.HEALTHY, UsesSchema.field.endpoint.message.typeName)',
      ),
    ).toBe("1 a.v1.Endpoint");
    expect((await w.run("check")).code).toBe(0);
    await w.git("add", "--force", "gen/ö x/a/v1/ü x_pb.js");
    await w.edit("prötos/ä b/a/v1/ü x.proto", "string name = 1;", "string name = 1");
    const { stdout } = await refusal(w, 1);
    expect(stdout).toContain("prötos/ä b/a/v1/ü x.proto\n  1");
    expect(stdout).toContain("git tracks 1 file in the generated folder gen/ö x/: gen/ö x/a/v1/ü");
    expect(stdout).toContain("git rm -r --cached 'gen/ö x'");
  });

  it.each([
    ["a compile error", "COMPILE", "Foo", "Foo b = 1;"],
    ["a lint finding", "FIELD_LOWER_SNAKE_CASE", "Bad", "string Bad = 1;"],
  ])(
    "%s behind tabs and wide characters has its column and its mark",
    async (_, rule, at, field) => {
      // A family of three as one emoji, two wide letters, an accent of its own, a halfwidth letter.
      const line = `\t/* 👩‍👩‍👧 漢字 e\u0301 ｱ ❤️ */\t${field}`;
      const w = await generatedWorkspace({
        "proto/a/v1/a.proto": `syntax = "proto3";\n\npackage a.v1;\n\nmessage M {\n${line}\n}\n`,
      });
      const { stdout, findings } = await refusal(w, 1);
      expect(findings).toMatchObject([{ rule, line: 6, column: line.indexOf(at) + 1 }]);
      // On a terminal: "/* " 3, the family 2, the letters 4, é 1, ｱ 1, the heart 2, spaces 4, " */" 3.
      const before = `\t${" ".repeat(3 + 2 + 1 + 4 + 1 + 1 + 1 + 1 + 1 + 2 + 3)}\t${" ".repeat(field.indexOf(at))}`;
      expect(stdout).toContain(`    6 | ${line}\n      | ${before}^^^\n`);
    },
  );
});

it("one check tells everything at once", async () => {
  const w = await generatedWorkspace({
    ".gitignore": "node_modules\n",
    "other/b.proto": STATUS_PROTO,
    "proto/a/v1/a.proto": STATUS_PROTO.replace("string name = 1;", "string Name = 1;"),
  });
  await w.git("add", "generated/index.js");
  const { findings, stdout } = await refusal(w, 1, "check");
  expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
    "GENERATED_NOT_IGNORED .gitignore",
    "GENERATED_TRACKED generated",
    "GENERATED_STALE generated/a/v1/a_pb.d.ts",
    "GENERATED_STALE generated/a/v1/a_pb.js",
    "PROTO_OUTSIDE_MODULE other/b.proto",
    "FIELD_LOWER_SNAKE_CASE proto/a/v1/a.proto",
  ]);
  expect(stdout).toContain("6 errors.");
});
