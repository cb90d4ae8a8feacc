// The gate as a user meets it: a changed proto in a repository, the command, and what it prints.
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageFolder } from "../../core/installation.js";
import { generatedWorkspace } from "../generated-workspace.js";
import { refusal } from "../refusal.js";
import { LENIENT, UNDOCUMENTED, workspace } from "../workspace.js";
import { commit, committed, ENGINE, ENGINE_PROTO, found, policy, trouble } from "./gate.js";

const FAILED = "  PROCESS_STATUS_FAILED = 4;\n";
const PENDING = "  PROCESS_STATUS_PENDING = 5;\n";

describe("a value inserted in the middle of ProcessStatus", () => {
  const GAIUS = "proto/gaius/engine/v1/gaius_service.proto";

  it("is an error that a tired person understands", async () => {
    const w = await workspace({ "lockstep.yaml": UNDOCUMENTED });
    await cp(join(packageFolder, "proto"), w.path("proto"), { recursive: true });
    await commit(w);
    expect(await w.run("breaking")).toMatchObject({ code: 0, stdout: "No findings.\n" });
    let text = await w.read(GAIUS);
    for (const [name, from, to] of [
      ["PENDING", 7, 8],
      ["FAILED", 6, 7],
      ["STOPPING", 5, 6],
      ["UNHEALTHY", 4, 5],
    ] as const)
      text = text.replace(`PROCESS_STATUS_${name} = ${from};`, `PROCESS_STATUS_${name} = ${to};`);
    const draining = "  // Takes no new requests.\n  PROCESS_STATUS_DRAINING = 4;\n\n";
    await w.write(GAIUS, text.replace(/(?= {2}\/\/ The process runs but fails)/, draining));
    const { code, stdout } = await w.run("breaking");
    expect(code).toBe(1);
    expect(stdout).toBe(`${GAIUS}
  70:3  error  ENUM_VALUE_RENUMBERED
    PROCESS_STATUS_DRAINING was inserted into ProcessStatus, and 4 values moved to other numbers:
      PROCESS_STATUS_UNHEALTHY  4 -> 5
      PROCESS_STATUS_STOPPING   5 -> 6
      PROCESS_STATUS_FAILED     6 -> 7
      PROCESS_STATUS_PENDING    7 -> 8
    70 |   PROCESS_STATUS_UNHEALTHY = 5;
       |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    An old peer sends  gaius.engine.v1.Endpoint { status: PROCESS_STATUS_UNHEALTHY }
    as bytes           18 [04]
    a new peer reads   status: PROCESS_STATUS_DRAINING  (misread; protobuf-es and protobufjs agree)
    and 1 more case, in --format json
    help: Append instead: PROCESS_STATUS_DRAINING = 9; and give the others their numbers back. lockstep fix does that.

1 error.
`);
    expect(await readFile(join(packageFolder, "README.md"), "utf8")).toContain(stdout);
  });

  it("is in JSON, with evidence, for tools", async () => {
    const w = await committed();
    await w.edit(
      ENGINE,
      "  PROCESS_STATUS_HEALTHY = 3;\n  PROCESS_STATUS_FAILED = 4;",
      "  PROCESS_STATUS_PENDING = 3;\n  PROCESS_STATUS_HEALTHY = 4;\n  PROCESS_STATUS_FAILED = 5;",
    );
    const { code, stderr, ...report } = await w.json("check", "--only", "wire");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const readers = (saw: string) =>
      ["protobuf-es", "protobufjs"].map((runtime) => ({ runtime, fate: "misread", saw }));
    expect(report).toEqual({
      version: 1,
      ok: false,
      findings: [
        {
          rule: "ENUM_VALUE_RENUMBERED",
          severity: "error",
          path: ENGINE,
          line: 11,
          column: 3,
          symbol: "gaius.v1.ProcessStatus.PROCESS_STATUS_HEALTHY",
          message: `PROCESS_STATUS_PENDING was inserted into ProcessStatus, and 2 values moved to other numbers:
  PROCESS_STATUS_HEALTHY  3 -> 4
  PROCESS_STATUS_FAILED   4 -> 5`,
          help: "Append instead: PROCESS_STATUS_PENDING = 6; and give the others their numbers back. lockstep fix does that.",
          previous: { path: ENGINE, line: 10, column: 3 },
          evidence: [
            {
              sender: "old",
              format: "binary",
              fate: "misread",
              subject: "gaius.v1.Endpoint",
              sent: "status: PROCESS_STATUS_HEALTHY",
              wire: "10 03",
              marked: [3, 5],
              readers: readers("status: PROCESS_STATUS_PENDING"),
            },
            {
              sender: "new",
              format: "binary",
              fate: "misread",
              subject: "gaius.v1.Endpoint",
              sent: "status: PROCESS_STATUS_HEALTHY",
              wire: "10 04",
              marked: [3, 5],
              readers: readers("status: PROCESS_STATUS_FAILED"),
            },
          ],
          fixable: true,
          waived: null,
        },
      ],
      steps: [
        { name: "compile", ms: expect.any(Number), summary: "1 file" },
        { name: "wire", ms: expect.any(Number), summary: "1 finding; against HEAD" },
      ],
      summary: { errors: 1, warnings: 0 },
    });
  });

  it("keeps generate from writing anything", async () => {
    const w = await generatedWorkspace({ ".gitignore": "generated\n" });
    await commit(w);
    await w.edit(
      "proto/a/v1/a.proto",
      "  STATUS_HEALTHY = 1;",
      "  STATUS_STARTING = 1;\n  // Up.\n  STATUS_HEALTHY = 2;",
    );
    const { findings, stderr } = await refusal(w, 1, "generate");
    expect(findings.map(({ rule }) => rule)).toEqual(["ENUM_VALUE_RENUMBERED"]);
    expect(stderr).toContain("an error stands, so nothing was written");
  });
});

describe("a change that breaks nobody", () => {
  it("is no finding if it is none, or of comments, layout and order", async () => {
    const w = await committed();
    expect(await w.run("breaking")).toMatchObject({ code: 0, stdout: "No findings.\n" });
    await w.edit(ENGINE, "// Where a process", "// In which state a process");
    await w.edit(ENGINE, "  int64 memory_bytes = 3;\n", "");
    await w.edit(ENGINE, "  string name = 1;\n", "  int64 memory_bytes = 3;\n\n  string name=1;\n");
    expect(await w.run("breaking")).toMatchObject({ code: 0, stdout: "No findings.\n" });
  });

  it("is a warning where code has to learn a value that was appended", async () => {
    const w = await committed();
    await w.edit(ENGINE, FAILED, FAILED + PENDING);
    expect(await w.run("breaking")).toMatchObject({
      code: 0,
      stdout: `${ENGINE}
  12:3  warning  ENUM_VALUE_ADDED
    PROCESS_STATUS_PENDING = 5 is new in ProcessStatus. Old peers see a number without a name.
    12 |   PROCESS_STATUS_PENDING = 5;
       |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    A new peer sends   gaius.v1.Endpoint { status: PROCESS_STATUS_PENDING }
    as bytes           10 [05]
    an old peer reads  status: 5 (no name)  (protobuf-es and protobufjs agree)
    help: Release what reads it before what sends it, and see that code has a case for it.

1 warning.
`,
    });
  });

  it("may move a proto, a message, and what imports them", async () => {
    const w = await committed({ "buf.yaml": policy("  use: [PACKAGE]\n") });
    await w.git("mv", ENGINE, "proto/gaius/v1/api.proto");
    expect(await found(w)).toEqual([]);
    const text = await w.read("proto/gaius/v1/api.proto");
    const [endpoint = ""] = /message Endpoint \{[^}]*\}\n/.exec(text) ?? [];
    const [status = ""] = /\/\/ Where[^}]*\}\n/.exec(text) ?? [];
    const head = 'syntax = "proto3";\n\npackage gaius.v1;\n';
    await w.write("proto/gaius/v1/endpoint.proto", `${head}\n${status}\n${endpoint}`);
    await w.write(
      "proto/gaius/v1/api.proto",
      text
        .replace(endpoint, "")
        .replace(status, "")
        .replace(head, `${head}\nimport "gaius/v1/endpoint.proto";\n`),
    );
    expect(await found(w)).toEqual([]);
  });
});

describe("an RPC", () => {
  it("that is gone, renamed or streams shows the path that is called, and that nobody answers", async () => {
    const w = await committed();
    await w.edit(ENGINE, "rpc GetEndpoint(", "rpc FetchEndpoint(");
    await w.edit(
      ENGINE,
      "returns (stream WatchEndpointResponse)",
      "returns (WatchEndpointResponse)",
    );
    expect(await w.run("breaking")).toMatchObject({
      code: 1,
      stdout: `${ENGINE}
  21:3  error  RPC_REMOVED
    /gaius.v1.Engine/GetEndpoint stops answering; FetchEndpoint looks like its new name.
    21 |   rpc FetchEndpoint(GetEndpointRequest) returns (GetEndpointResponse);
       |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    An old client calls   /gaius.v1.Engine/GetEndpoint
    a new server answers  UNIMPLEMENTED: nobody serves that path
    help: Keep the old name, or serve both until no client calls the old one.

  22:3  error  RPC_STREAMING_CHANGED
    /gaius.v1.Engine/WatchEndpoint is one request and one response now, and was a stream of responses.
    22 |   rpc WatchEndpoint(WatchEndpointRequest) returns (WatchEndpointResponse);
       |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    An old client calls   /gaius.v1.Engine/WatchEndpoint
    a new server answers  one request and one response, where the client expects a stream of responses
    help: Leave it as it was, and add a new RPC.

2 errors.
`,
    });
    await w.edit(ENGINE, /service Engine \{[^}]*\}\n/.exec(await w.read(ENGINE))?.[0] ?? "", "");
    expect(await w.run("breaking")).toMatchObject({
      code: 1,
      stdout: `${ENGINE}
  error  SERVICE_REMOVED
    gaius.v1.Engine is gone: /gaius.v1.Engine/GetEndpoint and 1 other path stop answering.
    An old client calls   /gaius.v1.Engine/GetEndpoint
    a new server answers  UNIMPLEMENTED: nobody serves that path
    help: Keep serving it until no client calls it.

1 error.
`,
    });
  });
});

describe("what cannot be judged", () => {
  it("is nothing before the first commit, and that is said", async () => {
    const w = await workspace({ ...LENIENT, [ENGINE]: ENGINE_PROTO });
    const { code, stdout, stderr } = await w.run("breaking");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "No findings.\n" });
    expect(stderr).toMatch(/wire +\d+ ms {2}nothing to judge: there is no commit yet\n/);
  });

  it("is trouble outside a git repository, unless a baseline is named", async () => {
    const w = await workspace({ ...LENIENT, [ENGINE]: ENGINE_PROTO }, { git: false });
    expect(await trouble(w)).toBe(
      `error: ${w.root} is not in a git repository, and no baseline is named, so there is nothing to judge the protos against.\n  help: Name a folder or an image file: lockstep breaking --against ../released/proto\n`,
    );
    await cp(w.path("proto"), w.path("../released"), { recursive: true });
    expect(await found(w, "--against", "../released")).toEqual([]);
    await w.edit(ENGINE, "int64", "int32");
    expect(await found(w, "--against", "../released")).toEqual([
      "error FIELD_TYPE_CHANGED gaius.v1.Endpoint.memory_bytes",
    ]);
    const lenient = LENIENT["lockstep.yaml"] as string;
    await w.write("lockstep.yaml", `baseline: ../released\n${lenient}`);
    expect(await found(w)).toEqual(["error FIELD_TYPE_CHANGED gaius.v1.Endpoint.memory_bytes"]);
    // Where git is not to be asked, either.
    const unignored = lenient.replace(
      "severity:\n",
      "severity:\n  GENERATED_NOT_IGNORED: off\n  GENERATED_TRACKED: off\n",
    );
    await w.write("lockstep.yaml", unignored);
    expect(await w.run("check", "--only", "ignored,wire")).toMatchObject({ code: 0 });
  });

  it("is a finding of its own where the protos do not compile", async () => {
    const w = await committed();
    await w.edit(ENGINE, "int64 memory_bytes = 3;", "int46 memory_bytes = 3;");
    const { code, findings, steps } = await w.json("breaking");
    expect(code).toBe(1);
    expect(findings.map(({ rule }) => rule)).toEqual(["COMPILE"]);
    expect(steps.map(({ name }) => name)).toEqual(["compile", "wire"]);
    expect(steps[1]?.summary).toBe("skipped: the protos do not compile");
  });

  it("is trouble where buf.yaml names a breaking rule that there is not", async () => {
    const w = await committed({ "buf.yaml": policy("  use:\n    - FILE_SAME_PAKAGE\n") });
    await w.edit(ENGINE, "int64", "int32");
    expect(await trouble(w)).toBe(
      'buf.yaml:8:7: error: buf.yaml names an unknown rule or category "FILE_SAME_PAKAGE".\n  help: Did you mean "FILE_SAME_PACKAGE"?\n',
    );
  });

  it("is trouble where the baseline does not compile, is no image, has no protos", async () => {
    const w = await committed({ [ENGINE]: ENGINE_PROTO.replace("int64", "int46") });
    await w.write(ENGINE, ENGINE_PROTO);
    expect(await trouble(w)).toBe(
      `error: The baseline HEAD does not compile: ${ENGINE}:17:3: cannot find \`int46\` in this scope\n  help: Name a baseline that compiles, in lockstep.yaml: baseline: REF\n`,
    );
    await w.write("image.binpb", "no image");
    expect(await trouble(w, "--against", "image.binpb")).toMatch(
      /^error: The baseline image\.binpb .*\n {2}help: An image is what `buf build -o image\.binpb` writes, /,
    );
    await w.write("docs/README.md", "");
    expect(await trouble(w, "--against", "docs")).toMatch(
      /^error: The baseline docs .*\n {2}help: /,
    );
    expect(await trouble(w, "--against", "mian")).toBe(
      'error: mian is not in this clone, so changes cannot be judged against it.\n  help: Did you mean "main"?\n',
    );
  });

  it("is judged with a cache that is damaged", async () => {
    const w = await committed();
    await w.remove("node_modules");
    await w.edit(ENGINE, "int64", "int32");
    const expected = ["error FIELD_TYPE_CHANGED gaius.v1.Endpoint.memory_bytes"];
    expect(await found(w)).toEqual(expected);
    const kept = [...(await w.files(".lockstep")).keys()];
    expect(kept.length).toBeGreaterThan(1);
    for (const path of kept) await w.write(path, "damaged");
    expect(await found(w)).toEqual(expected);
  });
});
