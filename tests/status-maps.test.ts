// The status maps: names and values, at run time and for the compiler.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { LENIENT, type TestWorkspace, workspace } from "./workspace.js";

interface Asked {
  readonly body: string;
  /** Over the exports `a` of the package. */
  readonly expression: string;
}

const ASKED: Asked[] = [];
let answered: Promise<unknown[]> | undefined;

/** What an expression is over what is generated from a proto with that body, as JSON. */
function asks(body: string, expression: string): () => Promise<unknown> {
  const asked = { body, expression };
  ASKED.push(asked);
  return async () => {
    answered ??= answers();
    return (await answered)[ASKED.indexOf(asked)];
  };
}

/** The answers to all that is asked, generated together: each proto is a package of its own. */
async function answers(): Promise<unknown[]> {
  const protos = ASKED.map(({ body }, i) => [
    `proto/a${i}.proto`,
    `syntax = "proto3";\npackage a${i};\n${body}`,
  ]);
  const w = await workspace({ ...LENIENT, ...Object.fromEntries(protos) });
  const { code, stdout, stderr } = await w.run("generate");
  expect(stdout + stderr).toContain("No findings");
  expect(code).toBe(0);
  const values = ASKED.map(({ expression }, i) => `((a) => ${expression})(all.a${i})`);
  const program = `import * as all from "./generated/index.js"; console.log(JSON.stringify([${values.join(", ")}]))`;
  return JSON.parse(await w.node(program));
}

describe("short names", () => {
  const cases: readonly [why: string, body: string, enumName: string, short: [string, number][]][] =
    [
      [
        "lose the prefix",
        "enum ProcessStatus { PROCESS_STATUS_UNSPECIFIED = 0; PROCESS_STATUS_HEALTHY = 3; }",
        "ProcessStatus",
        [
          ["unspecified", 0],
          ["healthy", 3],
        ],
      ],
      [
        "know a prefix of capitals",
        "enum GPUStatus { GPU_STATUS_UNKNOWN = 0; GPU_STATUS_OK = 1; }",
        "GPUStatus",
        [
          ["unknown", 0],
          ["ok", 1],
        ],
      ],
      [
        "may start with a digit",
        "enum Size { SIZE_NONE = 0; SIZE_1080P = 1; }",
        "Size",
        [
          ["none", 0],
          ["1080p", 1],
        ],
      ],
      [
        "stay whole without a prefix",
        "enum Color { RED = 0; DARK_GREEN = 1; }",
        "Color",
        [
          ["red", 0],
          ["dark_green", 1],
        ],
      ],
      [
        "stay whole where one value has no prefix",
        "enum State { STATE_ON = 0; OFF = 1; }",
        "State",
        [
          ["state_on", 0],
          ["off", 1],
        ],
      ],
      [
        "stay whole where one would be empty",
        "enum Mode { MODE_ = 0; MODE_A = 1; }",
        "Mode",
        [
          ["mode_", 0],
          ["mode_a", 1],
        ],
      ],
      [
        "have every alias",
        "enum Role { option allow_alias = true; ROLE_NONE = 0; ROLE_ADMIN = 1; ROLE_ROOT = 1; }",
        "Role",
        [
          ["none", 0],
          ["admin", 1],
          ["root", 1],
        ],
      ],
      [
        "may be negative numbers",
        "enum Sign { SIGN_ZERO = 0; SIGN_MINUS = -1; }",
        "Sign",
        [
          ["zero", 0],
          ["minus", -1],
        ],
      ],
      [
        "are safe for every name",
        "enum Odd { ODD_NONE = 0; ODD___PROTO__ = 1; ODD_CONSTRUCTOR = 2; }",
        "Odd",
        [
          ["none", 0],
          ["__proto__", 1],
          ["constructor", 2],
        ],
      ],
      [
        "of nested enums",
        "message Job { enum State { STATE_UNKNOWN = 0; STATE_DONE = 1; } }",
        "Job_State",
        [
          ["unknown", 0],
          ["done", 1],
        ],
      ],
    ];
  for (const [why, body, enumName, short] of cases) {
    const entries = asks(body, `Object.entries(a.${enumName}ByShortName)`);
    it(why, async () => expect(await entries()).toEqual(short));
  }

  it("keep their case where lower case would make two the same", async () => {
    const body = "message M { enum E { ZERO = 0; } } enum E { E_a = 0; E_A = 1; }";
    // protoc and buf refuse that in proto3, because their JSON names clash; proto2 may have it.
    const w = await workspace({
      ...LENIENT,
      "proto/a.proto": `syntax = "proto2";\npackage a;\n${body.replace("enum E { E_a", "enum E { option deprecated_legacy_json_field_conflicts = true; E_a")}`,
    });
    expect((await w.run("generate")).code).toBe(0);
    expect(
      await w.node(
        'import { a } from "./generated/index.js"; console.log(JSON.stringify(a.EByShortName))',
      ),
    ).toBe('{"a":0,"A":1}');
  });
});

describe("the maps back", () => {
  const aliases = asks(
    "enum Role { option allow_alias = true; ROLE_NONE = 0; ROLE_ADMIN = 1; ROLE_ROOT = 1; }",
    "[a.RoleNames, a.RoleShortNames, a.RoleByName]",
  );
  it("give aliases the name declared first", async () =>
    expect(await aliases()).toEqual([
      { 0: "ROLE_NONE", 1: "ROLE_ADMIN" },
      { 0: "none", 1: "admin" },
      { ROLE_NONE: 0, ROLE_ADMIN: 1, ROLE_ROOT: 1 },
    ]));

  const inherited = asks(
    "enum Role { ROLE_NONE = 0; }",
    '["constructor" in a.RoleByShortName, Object.isFrozen(a.RoleByShortName)]',
  );
  it("find nothing under a name of Object.prototype, and cannot be changed", async () =>
    expect(await inherited()).toEqual([false, true]));

  const messages = asks(
    "enum Role { ROLE_NONE = 0; } message RoleName { string text = 1; } message RoleByName {}",
    "[a.RoleNameSchema.typeName.split('.')[1], a.RoleByName$]",
  );
  it("keep clear of the names of messages", async () =>
    expect(await messages()).toEqual(["RoleName", { ROLE_NONE: 0 }]));
});

describe("types", () => {
  const exec = promisify(execFile);

  async function typeCheck(w: TestWorkspace, program: string): Promise<string> {
    await w.write("program.ts", program);
    await w.write(
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: {
          strict: true,
          module: "nodenext",
          target: "es2023",
          noEmit: true,
          types: [],
          noImplicitReturns: true,
        },
        files: ["program.ts"],
      }),
    );
    return exec(process.execPath, [w.path("node_modules/typescript/bin/tsc"), "-p", w.root], {
      cwd: w.root,
    }).then(
      () => "",
      (thrown: { stdout: string }) => thrown.stdout,
    );
  }

  const PROTO =
    'syntax = "proto3";\npackage a.v1;\nenum Status { STATUS_UNSPECIFIED = 0; STATUS_UP = 1; STATUS_DOWN = 2; }\n';

  const COMPLETE = `
import { Status, StatusByName, StatusByShortName, StatusNames, StatusShortNames, type StatusName, type StatusShortName } from "./generated/index.js";
export const colors: Record<StatusShortName, string> = { unspecified: "grey", up: "green", down: "red" };
export const byValue: Record<Status, string> = { [Status.UNSPECIFIED]: "", [Status.UP]: "", [Status.DOWN]: "" };
export const up: Status.UP = StatusByShortName.up;
export const also: Status.UP = StatusByName.STATUS_UP;
export const text: "up" = StatusShortNames[Status.UP];
export const full: "STATUS_DOWN" = StatusNames[Status.DOWN];
export function label(status: Status): StatusShortName { return StatusShortNames[status]; }
export function name(short: StatusShortName): StatusName {
  switch (short) {
    case "unspecified": return "STATUS_UNSPECIFIED";
    case "up": return "STATUS_UP";
    case "down": return "STATUS_DOWN";
  }
}
`;

  it.each(["js+dts", "ts"])(
    "are literal, so tsc checks a caller's Record and switch (target=%s)",
    async (target) => {
      const w = await workspace({ ...LENIENT, "proto/a/v1/a.proto": PROTO });
      await w.write(
        "buf.gen.yaml",
        (await w.read("buf.gen.yaml")).replaceAll("target=js+dts", `target=${target}`),
      );
      expect((await w.run("generate")).code).toBe(0);
      expect(await typeCheck(w, COMPLETE)).toBe("");

      await w.edit(
        "proto/a/v1/a.proto",
        "STATUS_DOWN = 2;",
        "STATUS_DOWN = 2; STATUS_PENDING = 3;",
      );
      expect((await w.run("generate")).code).toBe(0);
      const errors = await typeCheck(w, COMPLETE);
      expect(errors).toMatch(/program\.ts\(3,.*pending/);
      expect(errors).toMatch(/program\.ts\(4,.*/);
      expect(errors).toMatch(/program\.ts\(10,.*TS2366/);
    },
  );
});
