// The change workflow of an engine: a value is appended to the proto, and one run brings everything that
// hangs off it in step, hand-written code included.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { packageFolder } from "../../core/installation.js";
import { LENIENT, type TestWorkspace, workspace } from "../workspace.js";

const exec = promisify(execFile);

const PROTO = `syntax = "proto3";

package gaius.engine.v1;

enum ProcessStatus {
  PROCESS_STATUS_UNSPECIFIED = 0;
  // No process runs.
  PROCESS_STATUS_STOPPED = 1;
  // Answers requests.
  PROCESS_STATUS_HEALTHY = 2;
}

message Endpoint {
  string name = 1;
  ProcessStatus status = 2;
}
`;

const CONTROLLER = `// Controls the processes of endpoints.

/**
 * Where a process is, as the controller calls it.
 *
 * @proto gaius.engine.v1.ProcessStatus except UNSPECIFIED
 */
export const Life = {
  /** No process runs. */
  Stopped: "stopped",
  /** Answers requests. */
  Healthy: "healthy",
} as const;

export type Life = (typeof Life)[keyof typeof Life];

export const queued = (lives: readonly Life[]): number =>
  lives.filter((life) => life !== Life.Stopped).length;
`;

const SERVICER = `import { type MessageInitShape, create } from "@bufbuild/protobuf";
import { EndpointSchema, ProcessStatus } from "../generated/index.js";
import { Life } from "./controller.ts";

/** @proto gaius.engine.v1.ProcessStatus except UNSPECIFIED */
const STATUS_MAP: Readonly<Record<Life, ProcessStatus>> = {
  [Life.Stopped]: ProcessStatus.STOPPED,
  [Life.Healthy]: ProcessStatus.HEALTHY,
};

/** @proto gaius.engine.v1.ProcessStatus */
export function shown(status: ProcessStatus): string {
  switch (status) {
    case ProcessStatus.UNSPECIFIED:
      return "unspecified";
    case ProcessStatus.STOPPED:
      return "stopped";
    case ProcessStatus.HEALTHY:
      return "healthy";
  }
}

export function endpoint(name: string, life: Life): MessageInitShape<typeof EndpointSchema> {
  return create(EndpointSchema, { name, status: STATUS_MAP[life] });
}
`;

const MAIN = `import { ProcessStatus, ProcessStatusByShortName } from "../generated/index.js";
import { endpoint, shown } from "./servicer.ts";

const { status } = endpoint("one", "pending" as never);
console.log(shown(status as ProcessStatus), ProcessStatusByShortName["pending" as never]);
`;

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: "es2023",
    lib: ["es2023", "dom"],
    module: "nodenext",
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    noImplicitReturns: true,
    types: [],
  },
  include: ["src"],
});

async function engine(): Promise<TestWorkspace> {
  const w = await workspace({
    ...LENIENT,
    "proto/gaius/engine/v1/gaius_service.proto": PROTO,
    "src/controller.ts": CONTROLLER,
    "src/servicer.ts": SERVICER,
    "src/main.ts": MAIN,
    "package.json": '{ "type": "module" }',
    "tsconfig.json": TSCONFIG,
  });
  expect((await w.run("generate")).code).toBe(0);
  return w;
}

async function typeCheck(w: TestWorkspace): Promise<string> {
  const tsc = join(packageFolder, "node_modules/typescript/bin/tsc");
  return exec(process.execPath, [tsc, "-p", w.root]).then(
    () => "",
    (failed: { stdout: string }) => failed.stdout,
  );
}

/** What the engine prints, its TypeScript transpiled as it is read. */
async function printed(w: TestWorkspace): Promise<string> {
  const { build } = await import("rolldown");
  await build({
    input: w.path("src/main.ts"),
    platform: "node",
    cwd: w.root,
    logLevel: "silent",
    output: { file: w.path("out/main.js"), format: "esm" },
  });
  const { stdout } = await exec(process.execPath, [w.path("out/main.js")]);
  return stdout.trim();
}

it("one run appends a value everywhere; without the map's entry, check fails at the map", async () => {
  const w = await engine();
  expect(await typeCheck(w)).toBe("");
  expect(await printed(w)).toBe("unspecified undefined");

  await w.edit(
    "proto/gaius/engine/v1/gaius_service.proto",
    "PROCESS_STATUS_HEALTHY = 2;",
    "PROCESS_STATUS_HEALTHY = 2;\n  // Queued for startup.\n  PROCESS_STATUS_PENDING = 7;",
  );
  const { code, stderr } = await w.run("generate");
  expect(code).toBe(0);
  expect(stderr).toContain("src/controller.ts:8: Life has PROCESS_STATUS_PENDING now");
  expect(await w.read("src/controller.ts")).toBe(
    CONTROLLER.replace(
      '  Healthy: "healthy",\n',
      '  Healthy: "healthy",\n  /** Queued for startup. */\n  Pending: "pending",\n',
    ),
  );
  expect(await w.read("src/servicer.ts")).toBe(
    SERVICER.replace(
      "HEALTHY,\n};",
      "HEALTHY,\n  [Life.Pending]: ProcessStatus.PENDING,\n};",
    ).replace(
      'return "healthy";\n',
      'return "healthy";\n    case ProcessStatus.PENDING:\n      return "pending";\n',
    ),
  );
  expect(await typeCheck(w)).toBe("");
  expect(await printed(w)).toBe("pending 7");
  expect((await w.run("check")).code).toBe(0);

  await w.edit("src/servicer.ts", "  [Life.Pending]: ProcessStatus.PENDING,\n", "");
  const report = await w.json("check");
  expect(report.code).toBe(1);
  expect(report.findings.map((one) => `${one.path}:${one.line}:${one.column} ${one.rule}`)).toEqual(
    ["src/servicer.ts:6:7 MIRROR_MISSING_MEMBER"],
  );
  expect(report.findings[0]?.message).toBe(
    "STATUS_MAP lacks PROCESS_STATUS_PENDING of gaius.engine.v1.ProcessStatus.",
  );
  const diff = await w.run("check", "--only", "mirrors", "--diff");
  expect(diff.stdout).toContain("+  [Life.Pending]: ProcessStatus.PENDING,\n");
  expect((await w.run("generate")).code).toBe(0);
  expect((await w.run("check")).code).toBe(0);
});
