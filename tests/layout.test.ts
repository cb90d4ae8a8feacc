// The layout rules: what each says, where, and where the thing would move to; and what they leave alone.
import { describe, expect, it } from "vitest";
import { workspace } from "./workspace.js";

const LINT_LITTLE = "version: v2\nmodules:\n  - path: proto\nlint:\n  use: [SYNTAX_SPECIFIED]\n";

/** The findings of the layout check, as "RULE path:line:column" with the message and the help. */
async function layout(files: Readonly<Record<string, string>>): Promise<string[]> {
  const protos = Object.entries(files).map(([path, body]) => [
    `proto/${path}`,
    `syntax = "proto3";\n${body}\n`,
  ]);
  const w = await workspace({ "buf.yaml": LINT_LITTLE, ...Object.fromEntries(protos) });
  const { findings } = await w.json("check", "--only", "layout");
  return findings.map(
    (one) => `${one.rule} ${one.path}:${one.line}:${one.column} ${one.message} ${one.help}`,
  );
}

type Case = [what: string, files: Record<string, string>, expected: string[]];

const SERVICE = (name: string, request = `${name}Request`): string =>
  `service ${name} { rpc Do(${request}) returns (${request}); }`;

describe("services", () => {
  const cases: Case[] = [
    [
      "two in one file",
      {
        "a/v1/a.proto": `package a.v1;\nmessage M {} message N {}\n${SERVICE("AService", "M")}\n${SERVICE("HTTPStatusService", "N")}`,
      },
      [
        "LAYOUT_ONE_SERVICE proto/a/v1/a.proto:5:9 HTTPStatusService is the second service of this file, after AService. Move HTTPStatusService, and what only it uses, to proto/a/v1/http_status.proto.",
      ],
    ],
    [
      "a file of another name",
      { "a/v1/things.proto": `package a.v1;\nmessage M {}\n${SERVICE("NodeService", "M")}` },
      [
        "LAYOUT_FILE_NAME proto/a/v1/things.proto:4:9 The file of NodeService is not named for it. Rename this file to proto/a/v1/node.proto, and the imports of it.",
      ],
    ],
    [
      "node.proto",
      { "a/v1/node.proto": `package a.v1;\nmessage M {}\n${SERVICE("NodeService", "M")}` },
      [],
    ],
    [
      "node_service.proto",
      { "a/v1/node_service.proto": `package a.v1;\nmessage M {}\n${SERVICE("NodeService", "M")}` },
      [],
    ],
    [
      "a service without the suffix",
      { "a/v1/health.proto": `package a.v1;\nmessage M {}\n${SERVICE("Health", "M")}` },
      [],
    ],
    ["a file without a service", { "a/v1/anything.proto": "package a.v1;\nmessage M {}" }, []],
  ];
  it.each(cases)("%s", async (_, files, expected) => expect(await layout(files)).toEqual(expected));
});

describe("packages", () => {
  const cases: Case[] = [
    [
      "another folder",
      { "b/a.proto": "package a.v1;\nmessage M {}" },
      [
        "LAYOUT_PACKAGE_FOLDER proto/b/a.proto:2:1 Package a.v1 does not live in proto/b. Move this file to proto/a/v1/a.proto, and correct the imports of it.",
      ],
    ],
    [
      "a folder without the version",
      { "a/a.proto": "package a.v1;\nmessage M {}" },
      [
        "LAYOUT_PACKAGE_FOLDER proto/a/a.proto:2:1 Package a.v1 does not live in proto/a. Move this file to proto/a/v1/a.proto, and correct the imports of it.",
      ],
    ],
    ["the right folder", { "a/v1/a.proto": "package a.v1;\nmessage M {}" }, []],
    ["no package", { "plain.proto": "message M {}" }, []],
  ];
  it.each(cases)("%s", async (_, files, expected) => expect(await layout(files)).toEqual(expected));
});

describe("the home of a message", () => {
  const A = `package a.v1;\nimport "a/v1/shared.proto";\nmessage Own { Shared shared = 1; Extra extra = 2; }\n${SERVICE("AService", "Own")}`;
  const B = `package a.v1;\nimport "a/v1/shared.proto";\nmessage OwnB { Shared shared = 1; }\n${SERVICE("BService", "OwnB")}`;
  const cases: Case[] = [
    [
      "used by one service, elsewhere",
      {
        "a/v1/a.proto": A,
        "a/v1/b.proto": B,
        "a/v1/shared.proto":
          "package a.v1;\nmessage Shared {}\nmessage Extra { Kind kind = 1; }\nenum Kind { KIND_A = 0; }",
      },
      [
        "LAYOUT_WITH_SERVICE proto/a/v1/shared.proto:4:9 Only AService uses Extra, and it lives in another file. Move Extra to proto/a/v1/a.proto. It keeps its name, so nothing changes on the wire.",
        "LAYOUT_WITH_SERVICE proto/a/v1/shared.proto:5:6 Only AService uses Kind, and it lives in another file. Move Kind to proto/a/v1/a.proto. It keeps its name, so nothing changes on the wire.",
      ],
    ],
    [
      "used by a stored record, too",
      {
        "a/v1/a.proto": A,
        "a/v1/b.proto": B,
        "a/v1/shared.proto":
          "package a.v1;\nmessage Shared {}\nmessage Extra {}\nmessage Record { Extra extra = 1; }",
      },
      [],
    ],
    [
      "used by two services, with one of them",
      {
        "a/v1/a.proto": `package a.v1;\nmessage Own { Both both = 1; }\nmessage Both {}\n${SERVICE("AService", "Own")}`,
        "a/v1/b.proto": `package a.v1;\nimport "a/v1/a.proto";\nmessage OwnB { Both both = 1; }\n${SERVICE("BService", "OwnB")}`,
      },
      [
        "LAYOUT_SHARED proto/a/v1/a.proto:4:9 AService and BService use Both, and it lives in the file of one of them. Move Both to proto/a/v1/a_types.proto, a file without a service. It keeps its name, so nothing changes on the wire.",
      ],
    ],
    ["used by no service", { "a/v1/events.proto": "package a.v1;\nmessage Event {}" }, []],
    [
      "used from another package alone",
      {
        "a/v1/types.proto": "package a.v1;\nmessage T {}",
        "b/v1/b.proto": `package b.v1;\nimport "a/v1/types.proto";\nmessage M { a.v1.T t = 1; }\n${SERVICE("BService", "M")}`,
      },
      [],
    ],
  ];
  it.each(cases)("%s", async (_, files, expected) => expect(await layout(files)).toEqual(expected));
});

describe("import cycles", () => {
  const cases: Case[] = [
    [
      "of two packages",
      {
        "a/v1/a.proto": 'package a.v1;\nimport "b/v1/types.proto";\nmessage A { b.v1.T t = 1; }',
        "a/v1/types.proto": "package a.v1;\nmessage X {}",
        "b/v1/b.proto": 'package b.v1;\n  import "a/v1/types.proto";\nmessage B { a.v1.X x = 1; }',
        "b/v1/types.proto": "package b.v1;\nmessage T {}",
      },
      [
        "LAYOUT_IMPORT_CYCLE proto/a/v1/a.proto:3:1 This import closes a circle of packages: a.v1 -> b.v1 -> a.v1. Move T to a file of a package that both a.v1 and b.v1 may import.",
        "LAYOUT_IMPORT_CYCLE proto/b/v1/b.proto:3:3 This import closes a circle of packages: b.v1 -> a.v1 -> b.v1. Move X to a file of a package that both b.v1 and a.v1 may import.",
      ],
    ],
    [
      "one way only",
      {
        "a/v1/a.proto": 'package a.v1;\nimport "b/v1/b.proto";\nmessage A { b.v1.B b = 1; }',
        "b/v1/b.proto": "package b.v1;\nmessage B {}",
      },
      [],
    ],
  ];
  it.each(cases)("%s", async (_, files, expected) => expect(await layout(files)).toEqual(expected));
});

it("says once what buf's lint says, too", async () => {
  const w = await workspace({
    "buf.yaml":
      "version: v2\nmodules:\n  - path: proto\nlint:\n  use: [PACKAGE_DIRECTORY_MATCH, PACKAGE_NO_IMPORT_CYCLE]\n",
    "proto/x/a.proto":
      'syntax = "proto3";\npackage a;\nimport "b/b.proto";\nmessage A { b.B b = 1; }\n',
    "proto/a/t.proto": 'syntax = "proto3";\npackage a;\nmessage T {}\n',
    "proto/b/b.proto":
      'syntax = "proto3";\npackage b;\nimport "a/t.proto";\nmessage B { a.T t = 1; }\n',
  });
  const rules = async (only: string): Promise<string[]> =>
    (await w.json("check", "--only", only)).findings.map(
      (one) => `${one.rule} ${one.path}:${one.line}`,
    );
  expect(await rules("lint")).toEqual([
    "PACKAGE_NO_IMPORT_CYCLE proto/b/b.proto:3",
    "PACKAGE_DIRECTORY_MATCH proto/x/a.proto:2",
    "PACKAGE_NO_IMPORT_CYCLE proto/x/a.proto:3",
  ]);
  expect(await rules("lint,layout")).toEqual([
    "LAYOUT_IMPORT_CYCLE proto/b/b.proto:3",
    "LAYOUT_PACKAGE_FOLDER proto/x/a.proto:2",
    "LAYOUT_IMPORT_CYCLE proto/x/a.proto:3",
  ]);
});
