// Clients that share no code with the bindings: other runtimes and other languages, with nothing but the
// protos.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import protobufjs from "protobufjs";
import { afterAll, describe, expect, it, onTestFinished, type TestContext } from "vitest";
import { packageFolder } from "../../../core/installation.js";
import type { Ended } from "../../workspace.js";
import { configuration, run, runEngine } from "./running-engine.js";

const PROTO = join(packageFolder, "proto");
const FILE = "gaius/engine/v1/gaius_service.proto";
const SERVICE = "gaius.engine.v1.GaiusService";

/** An engine in which a never leaves STARTING, so that b is PENDING as long as one likes. */
async function engineWithPending(): Promise<string> {
  const { address, client } = await runEngine(
    await configuration({ a: { load_ms: 1_000_000, gpu_ids: [0] }, b: { gpu_ids: [0, 1] } }),
  );
  await client.cleanStartEndpoints({});
  return address;
}

describe("@grpc/grpc-js with @grpc/proto-loader", () => {
  /** A client made of the protos at run time: its methods are what the file says. */
  function strangerTo(address: string) {
    const loaded = grpc.loadPackageDefinition(
      loadSync(FILE, { includeDirs: [PROTO], keepCase: true, enums: String, longs: Number }),
    ) as unknown as { gaius: { engine: { v1: { GaiusService: grpc.ServiceClientConstructor } } } };
    const { GaiusService } = loaded.gaius.engine.v1;
    const client = new GaiusService(address, grpc.credentials.createInsecure());
    onTestFinished(() => client.close());
    const call = (method: string, request: object): Promise<Record<string, unknown>> =>
      new Promise((resolve, reject) => {
        client[method]?.(request, (error: grpc.ServiceError | null, response: object) =>
          error ? reject(error) : resolve(response as Record<string, unknown>),
        );
      });
    return { client, call };
  }

  it("calls every method", async () => {
    const { client, call } = strangerTo(await engineWithPending());
    expect(await call("GetOrchestratorStatus", {})).toMatchObject({
      status: {
        gpus: [{ memory_total_bytes: 80 * 2 ** 30 }, { id: 1 }],
        available_gpu_ids: [1],
        allocations: [{ agent: "tester", gpu_ids: [0] }],
        endpoints: [
          { name: "a", status: "PROCESS_STATUS_STARTING", gpu_ids: [0] },
          { name: "b", status: "PROCESS_STATUS_PENDING", gpu_ids: [0, 1] },
        ],
      },
    });
    expect(await call("ListEndpoints", {})).toMatchObject({ endpoints: [{}, {}] });
    expect(await call("GetEndpoint", { name: "b" })).toMatchObject({
      endpoint: { model: "models/b", status: "PROCESS_STATUS_PENDING" },
    });
    const stream = client.WatchEndpoints?.({ names: ["b"] });
    const seen: unknown[] = [];
    const ended = new Promise<grpc.ServiceError>((resolve) => stream.on("error", resolve));
    stream.on("data", (message: { endpoint: { status: string }; previous_status?: string }) =>
      seen.push([message.previous_status, message.endpoint.status]),
    );
    await expect.poll(() => seen.length, { timeout: 60_000 }).toBe(1);
    expect(await call("StopEndpoint", { name: "b" })).toMatchObject({
      endpoint: { status: "PROCESS_STATUS_STOPPED" },
    });
    await expect.poll(() => seen.length, { timeout: 60_000 }).toBe(2);
    expect(seen).toEqual([
      [undefined, "PROCESS_STATUS_PENDING"],
      ["PROCESS_STATUS_PENDING", "PROCESS_STATUS_STOPPED"],
    ]);
    stream.cancel();
    expect((await ended).code).toBe(grpc.status.CANCELLED);
    expect(await call("StartEndpoint", { name: "b" })).toMatchObject({
      endpoint: { status: "PROCESS_STATUS_PENDING" },
    });
    expect(await call("RestartEndpoint", { name: "a" })).toMatchObject({
      endpoint: { status: "PROCESS_STATUS_STOPPING" },
    });
    expect(await call("CleanStartEndpoints", { names: ["b"] })).toMatchObject({
      endpoints: [{ name: "b" }],
    });
  });

  it("gets the status codes of gRPC", async () => {
    const { call } = strangerTo(await engineWithPending());
    const code = (method: string, request: object) =>
      call(method, request).then(
        () => 0,
        (error: grpc.ServiceError) => grpc.status[error.code],
      );
    expect(await code("GetEndpoint", { name: "nope" })).toBe("NOT_FOUND");
    expect(await code("GetEndpoint", {})).toBe("INVALID_ARGUMENT");
    expect(await code("StartEndpoint", { name: "x".repeat(1_000_000) })).toBe("RESOURCE_EXHAUSTED");
  });
});

it("protobufjs, with no generated or loaded code of gRPC", async () => {
  const address = await engineWithPending();
  const root = new protobufjs.Root();
  root.resolvePath = (_, target) => (target.startsWith(PROTO) ? target : join(PROTO, target));
  await root.load(FILE);
  const channel = new grpc.Client(address, grpc.credentials.createInsecure());
  onTestFinished(() => channel.close());
  const service = root.lookupService(SERVICE).create((method, request, done) => {
    const same = (bytes: Buffer) => bytes;
    const path = `/${SERVICE}/${method.name}`;
    channel.makeUnaryRequest(path, same, same, Buffer.from(request), (error, response) =>
      done(error, response),
    );
  });
  const call = service as unknown as Record<string, (request: object) => Promise<object>>;
  const answer = await call.getEndpoint?.({ name: "b" });
  expect(JSON.parse(JSON.stringify(answer))).toMatchObject({
    endpoint: { name: "b", status: "PROCESS_STATUS_PENDING", gpuIds: [0, 1] },
  });
  await expect(call.getEndpoint?.({ name: "nope" })).rejects.toThrow("NOT_FOUND");
});

describe("another language, where the machine has it", () => {
  const tools = mkdtemp(join(tmpdir(), "gaius-tools-"));
  afterAll(async () => rm(await tools, { recursive: true, force: true }));

  /** Runs a step of an installation, or skips the test and says why it could not be done. */
  async function step(context: TestContext, file: string, args: string[], env = {}) {
    const done: Ended = await run(file, args, {
      env: { ...process.env, ...env },
      timeout: 240_000,
    }).catch((thrown: Error) => ({ code: -1, stdout: "", stderr: thrown.message }));
    if (done.code === 0) return done;
    const why = done.stderr.trim().split("\n").at(-1) || "it took too long";
    const told = `${file} ${args.slice(0, 3).join(" ")}: ${why}`;
    console.warn(`Skipped "${context.task.name}". ${told}`); // The reporter only counts it.
    return context.skip(told);
  }

  it("grpcurl, in Go", { timeout: 300_000 }, async (context) => {
    const GOBIN = await tools;
    const module = "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3";
    await step(context, "go", ["install", module], {
      GOBIN,
      GOFLAGS: "-mod=mod",
      GOTOOLCHAIN: "local",
    });
    const address = await engineWithPending();
    const grpcurl = (method: string, request: object) =>
      run(join(GOBIN, "grpcurl"), [
        ...["-plaintext", "-import-path", PROTO, "-proto", FILE],
        ...["-d", JSON.stringify(request), address, `${SERVICE}/${method}`],
      ]);
    const { stdout } = await grpcurl("GetOrchestratorStatus", {});
    expect(JSON.parse(stdout)).toMatchObject({
      status: {
        availableGpuIds: [1],
        endpoints: [
          { name: "a", status: "PROCESS_STATUS_STARTING" },
          { name: "b", status: "PROCESS_STATUS_PENDING" },
        ],
      },
    });
    const refused = await grpcurl("GetEndpoint", { name: "nope" });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain("Code: NotFound");
    expect(refused.stderr).toContain('Message: There is no endpoint "nope".');
  });

  it("grpcio, in Python", { timeout: 300_000 }, async (context) => {
    const folder = join(await tools, "python");
    await step(context, "python3", ["-m", "venv", folder]);
    const python = join(folder, "bin/python");
    const packages = ["grpcio==1.85.1", "grpcio-tools==1.85.1"];
    const quiet = ["--quiet", "--disable-pip-version-check", "--retries=1"];
    await step(context, python, ["-m", "pip", "install", ...quiet, ...packages]);
    const compiled = await run(python, [
      ...["-m", "grpc_tools.protoc", `--proto_path=${PROTO}`],
      ...[`--python_out=${folder}`, `--grpc_python_out=${folder}`, FILE],
    ]);
    expect(compiled).toMatchObject({ code: 0, stderr: "" });
    const program = `
import sys, grpc
from gaius.engine.v1 import gaius_service_pb2 as pb, gaius_service_pb2_grpc as api
client = api.GaiusServiceStub(grpc.insecure_channel(sys.argv[1]))
for endpoint in client.ListEndpoints(pb.ListEndpointsRequest()).endpoints:
    print(endpoint.name, pb.ProcessStatus.Name(endpoint.status), list(endpoint.gpu_ids))
print(next(client.WatchEndpoints(pb.WatchEndpointsRequest(names=["b"]))).endpoint.model)
try:
    client.GetEndpoint(pb.GetEndpointRequest(name="nope"))
except grpc.RpcError as error:
    print(error.code().name, error.details())
`;
    const env = { ...process.env, PYTHONPATH: folder };
    const { stdout } = await run(python, ["-c", program, await engineWithPending()], { env });
    expect(stdout.trim().split("\n")).toEqual([
      "a PROCESS_STATUS_STARTING [0]",
      "b PROCESS_STATUS_PENDING [0, 1]",
      "models/b",
      'NOT_FOUND There is no endpoint "nope".',
    ]);
  });
});
