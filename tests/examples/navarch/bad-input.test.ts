// What the control plane answers to requests that are wrong, too large or broken off.

import { writeFile } from "node:fs/promises";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import {
  HealthCheckType,
  HealthStatus,
  NodeCommandType,
  NodeStatus,
  RegisterNodeRequestSchema,
} from "#bindings";
import type { Clients } from "../../../examples/navarch/client.js";
import {
  LARGEST_REQUEST_BYTES,
  startControlPlane,
} from "../../../examples/navarch/control-plane.js";
import type { Provider } from "../../../examples/navarch/provider.js";
import { codeOf, controlPlane, fleetFolder, nodeOf, register, until } from "./fleet.js";

const NODE = { nodeId: "n", provider: "aws", region: "east", instanceType: "t1" };
const CLUSTER = {
  name: "c",
  provider: "local",
  region: "here",
  instanceType: "local.1gpu",
  nodeCount: 1,
};
const PROVIDER: Provider = {
  name: "local",
  objection: () => undefined,
  create: async () => {},
  release: async () => {},
};
const CORDON = NodeCommandType.CORDON;
const XID = HealthCheckType.XID;
const HEALTHY = HealthStatus.HEALTHY;

type Call = (fleet: Clients) => Promise<unknown>;
const cases: [code: string, what: string, call: Call][] = [
  ["InvalidArgument", "a node without an id", (f) => f.nodes.registerNode({ ...NODE, nodeId: "" })],
  [
    "InvalidArgument",
    "a node without a provider",
    (f) => f.nodes.registerNode({ ...NODE, provider: "" }),
  ],
  [
    "InvalidArgument",
    "a node without a region",
    (f) => f.nodes.registerNode({ ...NODE, region: "" }),
  ],
  [
    "InvalidArgument",
    "a node without a type",
    (f) => f.nodes.registerNode({ ...NODE, instanceType: "" }),
  ],
  [
    "InvalidArgument",
    "a node with an empty cluster",
    (f) => f.nodes.registerNode({ ...NODE, clusterId: "" }),
  ],
  [
    "InvalidArgument",
    "a node id of several lines",
    (f) => f.nodes.registerNode({ ...NODE, nodeId: "a\nb" }),
  ],
  [
    "InvalidArgument",
    "a node id without end",
    (f) => f.nodes.registerNode({ ...NODE, nodeId: "n".repeat(257) }),
  ],
  [
    "NotFound",
    "a node of an unknown cluster",
    (f) => f.nodes.registerNode({ ...NODE, clusterId: "c-0" }),
  ],
  ["NotFound", "a heartbeat of an unknown node", (f) => f.nodes.heartbeat({ nodeId: "who" })],
  ["NotFound", "a report of an unknown node", (f) => f.nodes.reportHealth({ nodeId: "who" })],
  ["NotFound", "a poll of an unknown node", (f) => f.nodes.getNodeCommands({ nodeId: "who" })],
  ["InvalidArgument", "a heartbeat of nobody", (f) => f.nodes.heartbeat({})],
  ["InvalidArgument", "a report of nobody", (f) => f.nodes.reportHealth({})],
  ["InvalidArgument", "a poll of nobody", (f) => f.nodes.getNodeCommands({})],
  [
    "InvalidArgument",
    "a result of no check",
    (f) => f.nodes.reportHealth({ nodeId: "known", results: [{ status: HEALTHY }] }),
  ],
  [
    "InvalidArgument",
    "a result without a status",
    (f) => f.nodes.reportHealth({ nodeId: "known", results: [{ type: XID }] }),
  ],
  [
    "InvalidArgument",
    "a health that is not known here",
    (f) =>
      f.nodes.reportHealth({
        nodeId: "known",
        results: [{ type: XID, status: 9 as HealthStatus }],
      }),
  ],
  ["NotFound", "an unknown node", (f) => f.controlPlane.getNode({ nodeId: "who" })],
  ["InvalidArgument", "a node that is not named", (f) => f.controlPlane.getNode({})],
  [
    "NotFound",
    "a command for an unknown node",
    (f) => f.controlPlane.issueNodeCommand({ nodeId: "who", type: CORDON }),
  ],
  [
    "InvalidArgument",
    "a command for nobody",
    (f) => f.controlPlane.issueNodeCommand({ type: CORDON }),
  ],
  ["InvalidArgument", "no command", (f) => f.controlPlane.issueNodeCommand({ nodeId: "known" })],
  [
    "InvalidArgument",
    "a status that is not known here",
    (f) => f.controlPlane.listNodes({ status: 42 as NodeStatus }),
  ],
  [
    "InvalidArgument",
    "a page of less than nothing",
    (f) => f.controlPlane.listNodes({ pageSize: -1 }),
  ],
  [
    "InvalidArgument",
    "a page token that was never given out",
    (f) => f.controlPlane.listNodes({ pageToken: "%" }),
  ],
  ["NotFound", "an unknown cluster", (f) => f.controlPlane.terminateCluster({ clusterId: "c-0" })],
  ["InvalidArgument", "a cluster that is not named", (f) => f.controlPlane.terminateCluster({})],
  [
    "InvalidArgument",
    "a cluster without a name",
    (f) => f.controlPlane.provisionCluster({ ...CLUSTER, name: "" }),
  ],
  [
    "InvalidArgument",
    "a cluster without a region",
    (f) => f.controlPlane.provisionCluster({ ...CLUSTER, region: "" }),
  ],
  [
    "InvalidArgument",
    "a cluster of no nodes",
    (f) => f.controlPlane.provisionCluster({ ...CLUSTER, nodeCount: 0 }),
  ],
  [
    "InvalidArgument",
    "a cluster of -1 nodes",
    (f) => f.controlPlane.provisionCluster({ ...CLUSTER, nodeCount: -1 }),
  ],
  [
    "InvalidArgument",
    "a cluster of 2147483647 nodes",
    (f) => f.controlPlane.provisionCluster({ ...CLUSTER, nodeCount: 2147483647 }),
  ],
  [
    "InvalidArgument",
    "a provider that is not here",
    (f) => f.controlPlane.provisionCluster({ ...CLUSTER, provider: "aws" }),
  ],
  [
    "InvalidArgument",
    "a type that the provider lacks",
    (f) => f.controlPlane.provisionCluster({ ...CLUSTER, instanceType: "p5" }),
  ],
  [
    "ResourceExhausted",
    "more than the provider has",
    (f) => f.controlPlane.provisionCluster({ ...CLUSTER, nodeCount: 65 }),
  ],
];

it("answers what is wrong with its code, and changes nothing", async () => {
  const fleet = await controlPlane();
  await register(fleet, "known");
  const before = await nodeOf(fleet, "known");
  const answers: [string, string][] = [];
  for (const [, what, call] of cases) answers.push([await codeOf(call(fleet)), what]);
  expect(answers).toEqual(cases.map(([code, what]) => [code, what]));
  expect(await nodeOf(fleet, "known")).toEqual(before);
  const { status } = await fleet.controlPlane.getFleetStatus({});
  expect(status).toMatchObject({ nodeCount: 1, clusters: [] });
});

it("takes no command for a node that is terminated, and lets it not come back", async () => {
  const fleet = await controlPlane();
  await register(fleet, "n");
  await fleet.controlPlane.issueNodeCommand({ nodeId: "n", type: NodeCommandType.TERMINATE });
  await fleet.nodes.getNodeCommands({ nodeId: "n" });
  expect((await nodeOf(fleet, "n")).status).toBe(NodeStatus.TERMINATED);
  const command = fleet.controlPlane.issueNodeCommand({ nodeId: "n", type: CORDON });
  expect(await codeOf(command)).toBe("FailedPrecondition");
  expect(await codeOf(register(fleet, "n"))).toBe("FailedPrecondition");
  const results = [{ type: XID, status: HEALTHY }];
  const { nodeStatus } = await fleet.nodes.reportHealth({ nodeId: "n", results });
  expect(nodeStatus).toBe(NodeStatus.TERMINATED);
});

it("says what is wrong", async () => {
  const fleet = await controlPlane();
  await expect(fleet.controlPlane.getNode({ nodeId: "who" })).rejects.toThrow(
    "no node who has registered",
  );
  const order = fleet.controlPlane.provisionCluster({ ...CLUSTER, provider: "aws" });
  await expect(order).rejects.toThrow('provider is "aws"; this control plane has local');
});

it("refuses a message that is too large, and takes the largest that is not", async () => {
  const fleet = await controlPlane();
  const request = (length: number) => ({ ...NODE, metadata: { note: "x".repeat(length) } });
  const size = (length: number): number =>
    toBinary(RegisterNodeRequestSchema, create(RegisterNodeRequestSchema, request(length))).length;
  const largest = 2 * LARGEST_REQUEST_BYTES - size(LARGEST_REQUEST_BYTES);
  expect(size(largest)).toBe(LARGEST_REQUEST_BYTES);
  for (const length of [largest + 1, 5 * LARGEST_REQUEST_BYTES])
    expect(await codeOf(fleet.nodes.registerNode(request(length)))).toBe("ResourceExhausted");
  await fleet.nodes.registerNode(request(largest));
  expect((await nodeOf(fleet, "n")).metadata.note).toHaveLength(largest);
});

it("keeps no stream of a request that it refused before its end", async () => {
  const fleet = await controlPlane();
  const session = await sessionTo(fleet.url);
  const call = callTo(session, "/navarch.v1.NodeService/RegisterNode");
  const closed = new Promise((resolve) => call.once("close", resolve));
  const answer = new Promise((resolve) => call.once("trailers", resolve));
  // A message of 2 GiB is announced, and its end never comes.
  call.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]));
  call.resume();
  expect(await answer).toMatchObject({ "grpc-status": "8" });
  await closed;
  expect(call.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
});

it("stops although a client does not end its request", async () => {
  const folder = await fleetFolder();
  const started = await startControlPlane({
    folder,
    port: 0,
    intervals: { heartbeatMs: 1000, healthCheckMs: 1000, commandPollMs: 1000 },
    silenceMs: 5000,
    providers: [],
    log: () => {},
  });
  const session = await sessionTo(`http://127.0.0.1:${started.port}`);
  const call = callTo(session, "/navarch.v1.NodeService/Heartbeat");
  call.on("error", () => {}); // It is broken off, as this test is about.
  await new Promise((resolve) => call.write(Buffer.from([0, 0, 0]), resolve));
  await started.stop();
  await until(() => session.destroyed);
});

it("does nothing of a call whose client goes away in the middle", async () => {
  const fleet = await controlPlane();
  const body = toBinary(RegisterNodeRequestSchema, create(RegisterNodeRequestSchema, NODE));
  const message = Buffer.concat([Buffer.from([0, 0, 0, 0, body.length]), body]);
  for (const sent of [0, 3, 5, message.length - 1]) {
    const session = await sessionTo(fleet.url);
    const call = callTo(session, "/navarch.v1.NodeService/RegisterNode");
    call.on("error", () => {}); // The stream ends as it is meant to: broken off.
    await new Promise((resolve) => call.write(message.subarray(0, sent), resolve));
    session.destroy();
  }
  expect(await codeOf(fleet.controlPlane.getNode({ nodeId: "n" }))).toBe("NotFound");
  await register(fleet, "n");
});

it("answers bytes that are no message, and methods that do not exist", async () => {
  const fleet = await controlPlane();
  const session = await sessionTo(fleet.url);
  const status = (path: string, body: Buffer): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const call = callTo(session, path);
      let found: unknown;
      for (const event of ["response", "trailers"] as const)
        call.on(
          event,
          (headers) => (found = headers["grpc-status"] ?? headers[":status"] ?? found),
        );
      call
        .on("error", reject)
        .on("close", () => resolve(found))
        .resume()
        .end(body);
    });
  const garbage = Buffer.from([0, 0, 0, 0, 3, 0xff, 0xff, 0xff]);
  expect(["3", "13"]).toContain(await status("/navarch.v1.NodeService/RegisterNode", garbage));
  expect(await status("/navarch.v1.NodeService/Heartbeat", garbage.subarray(0, 4))).not.toBe("0");
  expect(await status("/navarch.v1.NodeService/Nothing", garbage)).not.toBe("0");
  await register(fleet, "n");
});

it("completes an order although its client has gone away", async () => {
  let began = (): void => {};
  const beginning = new Promise<void>((resolve) => (began = resolve));
  let deliver = (): void => {};
  const delivery = new Promise<void>((resolve) => (deliver = resolve));
  const create = (): Promise<void> => {
    began();
    return delivery;
  };
  const fleet = await controlPlane({ providers: [{ ...PROVIDER, create }] });
  const away = new AbortController();
  const order = fleet.controlPlane.provisionCluster(CLUSTER, { signal: away.signal });
  await beginning;
  away.abort();
  expect(await codeOf(order)).toBe("Canceled");
  const clusters = async () => (await fleet.controlPlane.getFleetStatus({})).status?.clusters;
  expect(await clusters()).toEqual([]);
  deliver();
  await until(async () => (await clusters())?.length === 1);
});

it("gives back what a provider may have begun before it failed", async () => {
  const released: string[] = [];
  const lines: string[] = [];
  const provider = {
    ...PROVIDER,
    create: () => Promise.reject(new Error("the cloud is down")),
    release: async (id: string) => void released.push(id),
  };
  const fleet = await controlPlane({
    providers: [provider],
    silenceMs: 1000,
    intervals: { heartbeatMs: 100, healthCheckMs: 100, commandPollMs: 100 },
    log: (line) => lines.push(line),
  });
  expect(await codeOf(fleet.controlPlane.provisionCluster({ ...CLUSTER, nodeCount: 3 }))).toBe(
    "Internal",
  );
  await until(() => released.length === 3);
  expect((await fleet.controlPlane.getFleetStatus({})).status?.clusters).toEqual([]);
  expect(lines.join("\n")).toContain("ProvisionCluster failed: Error: the cloud is down");
});

it("does not open a fleet that another control plane has open", async () => {
  const folder = await fleetFolder();
  await controlPlane({ folder });
  await expect(controlPlane({ folder })).rejects.toThrow("another control plane has it open");
});

it("does not open what is no fleet, or one of another version", async () => {
  const folder = await fleetFolder();
  const file = join(folder, "fleet.db");
  await writeFile(file, "a letter to nobody\n".repeat(100));
  await expect(controlPlane({ folder })).rejects.toThrow(
    `${file} cannot be opened: file is not a database`,
  );
  const other = await fleetFolder();
  const database = new Database(join(other, "fleet.db"));
  database.exec("PRAGMA user_version = 9");
  database.close();
  await expect(controlPlane({ folder: other })).rejects.toThrow(
    "it has version 9, and this control plane reads 1",
  );
});

async function sessionTo(url: string): Promise<ClientHttp2Session> {
  const session = connect(url);
  onTestFinished(() => session.destroy());
  await new Promise((resolve, reject) => session.once("connect", resolve).once("error", reject));
  return session;
}

function callTo(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  return session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  });
}
