// Clients that share no code with the bindings: they read proto/ themselves.
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  type Client,
  status as codes,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { expect, it, onTestFinished } from "vitest";
import { packageFolder } from "../../../core/installation.js";
import { controlPlane } from "./fleet.js";

const proto = join(packageFolder, "proto");

type Fields = Record<string, unknown>;
type Call = (request: Fields) => Promise<Fields>;

/** A client of the service, as grpc-js makes it from the proto. Fields keep the proto's names. */
function clientOf(file: string, service: string, address: string): (method: string) => Call {
  const definition = loadSync(file, {
    includeDirs: [proto],
    keepCase: true,
    enums: String,
    longs: String,
    defaults: true,
  });
  const { navarch } = loadPackageDefinition(definition) as { navarch: { v1: GrpcObject } };
  const Service = navarch.v1[service] as ServiceClientConstructor;
  const client = new Service(address, credentials.createInsecure());
  onTestFinished(() => client.close());
  return (method) => (request) =>
    new Promise((resolve, reject) => {
      const call = client[method as keyof Client] as unknown as (
        request: Fields,
        done: (error: ServiceError | null, answer: Fields) => void,
      ) => void;
      call.call(client, request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
}

it("serves grpc-js, which reads the protos itself, as it serves the bindings", async () => {
  const { url } = await controlPlane();
  const address = new URL(url).host;
  const node = clientOf("navarch/v1/node.proto", "NodeService", address);
  const operator = clientOf("navarch/v1/control_plane.proto", "ControlPlaneService", address);
  const node_id = "stranger";
  const registered = {
    node_id,
    provider: "elsewhere",
    region: "far",
    instance_type: "x1",
    gpus: [{ index: 0, uuid: "GPU-0", memory_bytes: "85899345920" }],
    metadata: { made: "by hand" },
  };
  expect(await node("RegisterNode")(registered)).toMatchObject({
    config: {
      heartbeat_interval: { seconds: "3600" },
      enabled_checks: ["HEALTH_CHECK_TYPE_BOOT", "HEALTH_CHECK_TYPE_NVML", "HEALTH_CHECK_TYPE_XID"],
    },
  });
  expect(await node("Heartbeat")({ node_id, metrics: { cpu_utilization_percent: 12.5 } })).toEqual(
    {},
  );
  const results = [
    { type: "HEALTH_CHECK_TYPE_XID", status: "HEALTH_STATUS_UNHEALTHY", xid_code: 79 },
  ];
  expect(await node("ReportHealth")({ node_id, results })).toEqual({
    node_status: "NODE_STATUS_UNHEALTHY",
  });
  const { command } = await operator("IssueNodeCommand")({
    node_id,
    type: "NODE_COMMAND_TYPE_DRAIN",
    parameters: { reason: "repair" },
  });
  expect(await node("GetNodeCommands")({ node_id })).toEqual({ commands: [command] });
  const { command_id } = command as { command_id: string };
  const acknowledgement = { node_id, acknowledged_command_ids: [command_id] };
  expect(await node("GetNodeCommands")(acknowledgement)).toEqual({ commands: [] });
  expect(await operator("GetNode")({ node_id })).toMatchObject({
    node: { ...registered, status: "NODE_STATUS_DRAINING", health: "HEALTH_STATUS_UNHEALTHY" },
  });
  expect(await operator("ListNodes")({ status: "NODE_STATUS_DRAINING" })).toMatchObject({
    nodes: [{ node_id }],
  });
  expect(await operator("GetFleetStatus")({})).toMatchObject({
    status: {
      node_count: 1,
      node_status_counts: [{ status: "NODE_STATUS_DRAINING", node_count: 1 }],
    },
  });
});

it("refuses grpc-js what it refuses the bindings", async () => {
  const { url } = await controlPlane();
  const address = new URL(url).host;
  const node = clientOf("navarch/v1/node.proto", "NodeService", address);
  const operator = clientOf("navarch/v1/control_plane.proto", "ControlPlaneService", address);
  const code = (call: Promise<Fields>): Promise<number> =>
    call.then(
      () => codes.OK,
      (error: ServiceError) => error.code,
    );
  expect(await code(node("Heartbeat")({ node_id: "who" }))).toBe(codes.NOT_FOUND);
  expect(await code(node("Heartbeat")({}))).toBe(codes.INVALID_ARGUMENT);
  expect(await code(operator("GetNode")({ node_id: "who" }))).toBe(codes.NOT_FOUND);
  const large = { node_id: "n".repeat(20 * 1024 * 1024) };
  expect(await code(node("Heartbeat")(large))).toBe(codes.RESOURCE_EXHAUSTED);
  expect(await code(operator("GetFleetStatus")({}))).toBe(codes.OK);
});

const grpcurl = spawnSync("grpcurl", ["-version"]).status === 0;
it.skipIf(!grpcurl)("serves grpcurl, which reads the protos itself", async () => {
  const { url } = await controlPlane();
  const call = async (file: string, method: string, request: object): Promise<unknown> => {
    const { stdout } = await promisify(execFile)("grpcurl", [
      ...["-plaintext", "-import-path", proto, "-proto", `navarch/v1/${file}`],
      ...["-d", JSON.stringify(request), new URL(url).host, `navarch.v1.${method}`],
    ]);
    return JSON.parse(stdout);
  };
  const node = { nodeId: "go", provider: "elsewhere", region: "far", instanceType: "x1" };
  expect(await call("node.proto", "NodeService/RegisterNode", node)).toMatchObject({
    config: { heartbeatInterval: "3600s" },
  });
  const { nodeId } = node;
  expect(
    await call("control_plane.proto", "ControlPlaneService/GetNode", { nodeId }),
  ).toMatchObject({
    node: { ...node, status: "NODE_STATUS_ACTIVE" },
  });
});
