// The two services over real sockets: what nodes and operators are answered. The test plays the nodes.
import { clone } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HealthCheckType, HealthStatus, NodeCommandType, NodeSchema, NodeStatus } from "#bindings";
import type { Clients } from "../../../examples/navarch/client.js";
import type { Order } from "../../../examples/navarch/provider.js";
import { codeOf, controlPlane, nodeOf, register, until } from "./fleet.js";

const { ACTIVE, CORDONED, DRAINING, UNHEALTHY, TERMINATED } = NodeStatus;
const { CORDON, DRAIN, UNCORDON, RUN_DIAGNOSTIC, TERMINATE } = NodeCommandType;

async function issue({ controlPlane }: Clients, nodeId: string, type: NodeCommandType) {
  const { command } = await controlPlane.issueNodeCommand({ nodeId, type });
  return command?.commandId ?? "";
}

async function poll({ nodes }: Clients, nodeId: string, ...acknowledgedCommandIds: string[]) {
  const { commands } = await nodes.getNodeCommands({ nodeId, acknowledgedCommandIds });
  return commands.map(({ commandId }) => commandId);
}

async function report({ nodes }: Clients, status: HealthStatus, type = HealthCheckType.NVML) {
  return (await nodes.reportHealth({ nodeId: "n", results: [{ type, status }] })).nodeStatus;
}

it("keeps what a node registers, and tells it how to behave", async () => {
  const fleet = await controlPlane({
    intervals: { heartbeatMs: 1500, healthCheckMs: 60_000, commandPollMs: 250 },
    silenceMs: 5000,
  });
  const registered = {
    nodeId: "n",
    provider: "aws",
    region: "us-east-1",
    zone: "us-east-1a",
    instanceType: "p5.48xlarge",
    gpus: [{ index: 0, uuid: "GPU-0", memoryBytes: 85_899_345_920n }],
    metadata: { host: "ip-10-0-0-1" },
  };
  const { config } = await fleet.nodes.registerNode(registered);
  expect(config).toMatchObject({
    heartbeatInterval: { seconds: 1n, nanos: 500_000_000 },
    healthCheckInterval: { seconds: 60n },
    commandPollInterval: { nanos: 250_000_000 },
    enabledChecks: [HealthCheckType.BOOT, HealthCheckType.NVML, HealthCheckType.XID],
  });
  const node = await nodeOf(fleet, "n");
  expect(node).toMatchObject({
    ...registered,
    status: ACTIVE,
    health: HealthStatus.UNSPECIFIED,
    healthCheckResults: [],
  });
  expect(node.registerTime).toBeDefined();
  expect(node.lastHeartbeatTime).toBeUndefined();
  await fleet.nodes.heartbeat({ nodeId: "n" });
  expect((await nodeOf(fleet, "n")).lastHeartbeatTime).toBeDefined();
});

describe("a command", () => {
  it("reaches the node at its poll, again until it is acknowledged, in the order of issue", async () => {
    const fleet = await controlPlane();
    await register(fleet, "n");
    await register(fleet, "other");
    const first = await issue(fleet, "n", CORDON);
    const second = await issue(fleet, "n", RUN_DIAGNOSTIC);
    expect(await poll(fleet, "n")).toEqual([first, second]);
    expect(await poll(fleet, "n", first, "unknown")).toEqual([second]);
    const third = await issue(fleet, "n", UNCORDON);
    expect(await poll(fleet, "other", second)).toEqual([]);
    expect(await poll(fleet, "n")).toEqual([second, third]);
    expect(await poll(fleet, "n", second, third)).toEqual([]);
  });

  it("carries its parameters to the node unchanged", async () => {
    const fleet = await controlPlane();
    await register(fleet, "n");
    const parameters = { check: "xid", "": "no name", ключ: "значение" };
    const { command } = await fleet.controlPlane.issueNodeCommand({
      nodeId: "n",
      type: RUN_DIAGNOSTIC,
      parameters,
    });
    const { commands } = await fleet.nodes.getNodeCommands({ nodeId: "n" });
    expect(commands).toEqual([command]);
    expect(commands[0]?.parameters).toEqual(parameters);
  });

  it.each([
    ["CORDON", [CORDON], CORDONED],
    ["DRAIN", [DRAIN], DRAINING],
    ["CORDON, then DRAIN", [CORDON, DRAIN], DRAINING],
    ["CORDON, then UNCORDON", [CORDON, UNCORDON], ACTIVE],
    ["RUN_DIAGNOSTIC", [RUN_DIAGNOSTIC], ACTIVE],
    ["TERMINATE", [TERMINATE], TERMINATED],
    ["TERMINATE, then UNCORDON", [TERMINATE, UNCORDON], TERMINATED],
    ["a command of a newer operator", [77 as NodeCommandType], ACTIVE],
  ])("changes the status once it is handed out: %s", async (_, types, status) => {
    const fleet = await controlPlane();
    await register(fleet, "n");
    for (const type of types) await issue(fleet, "n", type);
    expect((await nodeOf(fleet, "n")).status).toBe(ACTIVE);
    await poll(fleet, "n");
    expect((await nodeOf(fleet, "n")).status).toBe(status);
  });

  it("changes the status only the first time that it is handed out", async () => {
    const fleet = await controlPlane();
    await register(fleet, "n");
    const cordon = await issue(fleet, "n", CORDON);
    await poll(fleet, "n");
    const uncordon = await issue(fleet, "n", UNCORDON);
    expect(await poll(fleet, "n")).toEqual([cordon, uncordon]);
    expect(await poll(fleet, "n")).toEqual([cordon, uncordon]);
    expect((await nodeOf(fleet, "n")).status).toBe(ACTIVE);
  });

  it("is never lost and never comes again, whatever becomes of the answers", async () => {
    const fleet = await controlPlane();
    let round = 0;
    const step = fc.oneof(
      fc.record({ do: fc.constant("issue" as const) }),
      // How many of the commands that the node was given it acknowledges; the rest is "lost".
      fc.record({ do: fc.constant("poll" as const), acknowledges: fc.nat(3) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const nodeId = `n${round++}`;
        await register(fleet, nodeId);
        let waiting: string[] = [];
        let given: string[] = [];
        for (const one of steps) {
          if (one.do === "issue") waiting.push(await issue(fleet, nodeId, RUN_DIAGNOSTIC));
          else {
            const acknowledged = given.slice(0, one.acknowledges);
            waiting = waiting.filter((id) => !acknowledged.includes(id));
            given = await poll(fleet, nodeId, ...acknowledged);
            expect(given).toEqual(waiting);
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("health", () => {
  it("makes an ACTIVE node UNHEALTHY, and ACTIVE again", async () => {
    const fleet = await controlPlane();
    await register(fleet, "n");
    expect(await report(fleet, HealthStatus.HEALTHY)).toBe(ACTIVE);
    expect(await report(fleet, HealthStatus.UNHEALTHY)).toBe(UNHEALTHY);
    expect(await report(fleet, HealthStatus.DEGRADED)).toBe(ACTIVE);
    expect((await nodeOf(fleet, "n")).health).toBe(HealthStatus.DEGRADED);
  });

  it("leaves a cordoned node cordoned, until it is uncordoned", async () => {
    const fleet = await controlPlane();
    await register(fleet, "n");
    await issue(fleet, "n", CORDON);
    await poll(fleet, "n");
    expect(await report(fleet, HealthStatus.UNHEALTHY)).toBe(CORDONED);
    await issue(fleet, "n", UNCORDON);
    await poll(fleet, "n");
    expect((await nodeOf(fleet, "n")).status).toBe(UNHEALTHY);
  });

  it("is the worst of the latest results of each check", async () => {
    const fleet = await controlPlane();
    await register(fleet, "n");
    await report(fleet, HealthStatus.UNHEALTHY, HealthCheckType.XID);
    expect(await report(fleet, HealthStatus.HEALTHY, HealthCheckType.NVML)).toBe(UNHEALTHY);
    expect(await report(fleet, HealthStatus.HEALTHY, HealthCheckType.XID)).toBe(ACTIVE);
    const { healthCheckResults, health } = await nodeOf(fleet, "n");
    expect(healthCheckResults.map(({ type }) => type).sort()).toEqual([
      HealthCheckType.NVML,
      HealthCheckType.XID,
    ]);
    expect(health).toBe(HealthStatus.HEALTHY);
  });
});

it("forgets at a boot what was reported before, but not that the node is cordoned", async () => {
  const fleet = await controlPlane();
  await register(fleet, "n");
  await fleet.nodes.heartbeat({ nodeId: "n" });
  await report(fleet, HealthStatus.UNHEALTHY);
  await register(fleet, "n", { gpuCount: 3 });
  const again = await nodeOf(fleet, "n");
  expect(again).toMatchObject({ status: ACTIVE, health: 0, healthCheckResults: [] });
  expect(again.gpus).toHaveLength(3);
  expect(again.lastHeartbeatTime).toBeUndefined();
  await issue(fleet, "n", DRAIN);
  await poll(fleet, "n");
  await register(fleet, "n");
  expect((await nodeOf(fleet, "n")).status).toBe(DRAINING);
});

it("marks a node UNHEALTHY that has fallen silent, until it reports again", async () => {
  const fleet = await controlPlane({
    intervals: { heartbeatMs: 100, healthCheckMs: 100, commandPollMs: 100 },
    silenceMs: 400,
  });
  await register(fleet, "n");
  await register(fleet, "cordoned");
  await issue(fleet, "cordoned", CORDON);
  await poll(fleet, "cordoned");
  await until(async () => (await nodeOf(fleet, "n")).status === UNHEALTHY);
  expect((await nodeOf(fleet, "cordoned")).status).toBe(CORDONED);
  await fleet.nodes.heartbeat({ nodeId: "n" });
  expect(await report(fleet, HealthStatus.HEALTHY)).toBe(ACTIVE);
});

it("does not take a node for silent that sends its heartbeats", async () => {
  const fleet = await controlPlane({
    intervals: { heartbeatMs: 100, healthCheckMs: 100, commandPollMs: 100 },
    silenceMs: 3000,
  });
  await register(fleet, "silent");
  await register(fleet, "n");
  await until(async () => {
    await fleet.nodes.heartbeat({ nodeId: "n" });
    return (await nodeOf(fleet, "silent")).status === UNHEALTHY;
  });
  expect((await nodeOf(fleet, "n")).status).toBe(ACTIVE);
});

describe("a cluster", () => {
  /** A provider whose instances the test plays. */
  function provider() {
    const ordered: Order[] = [];
    const released: string[] = [];
    const create = async (order: Order): Promise<void> => void ordered.push(order);
    const release = async (id: string): Promise<void> => void released.push(id);
    return { name: "cloud", objection: () => undefined, create, release, ordered, released };
  }
  const request = {
    name: "training",
    provider: "cloud",
    region: "east",
    instanceType: "t1",
    nodeCount: 2,
  };

  it("is ordered as a whole, and fills up as its nodes register", async () => {
    const cloud = provider();
    const fleet = await controlPlane({ providers: [cloud] });
    const { cluster } = await fleet.controlPlane.provisionCluster(request);
    expect(cluster).toMatchObject({ ...request, zone: "", registeredNodeCount: 0 });
    const clusterId = cluster?.clusterId ?? "";
    const [first] = cloud.ordered[0]?.instanceIds ?? [];
    expect(cloud.ordered).toMatchObject([{ clusterId, region: "east", instanceType: "t1" }]);
    expect(cloud.ordered[0]?.instanceIds).toHaveLength(2);
    expect(cloud.ordered[0]?.controlPlaneUrl).toBe(fleet.url);
    await register(fleet, first ?? "", { clusterId });
    const { status } = await fleet.controlPlane.getFleetStatus({});
    expect(status?.clusters).toMatchObject([{ clusterId, nodeCount: 2, registeredNodeCount: 1 }]);
  });

  it("goes down: nodes are told to, and who has not registered goes back to the provider", async () => {
    const cloud = provider();
    const fleet = await controlPlane({ providers: [cloud] });
    const { cluster } = await fleet.controlPlane.provisionCluster(request);
    const clusterId = cluster?.clusterId ?? "";
    const [first = "", second = ""] = cloud.ordered[0]?.instanceIds ?? [];
    await register(fleet, first, { clusterId });
    const { nodeIds } = await fleet.controlPlane.terminateCluster({ clusterId });
    expect(nodeIds).toEqual([first]);
    expect((await fleet.controlPlane.terminateCluster({ clusterId })).nodeIds).toEqual([]);
    await until(() => cloud.released.length === 1);
    expect(cloud.released).toEqual([second]);
    expect(await codeOf(register(fleet, second, { clusterId }))).toBe("FailedPrecondition");
    expect((await nodeOf(fleet, first)).status).toBe(ACTIVE);
    expect(await poll(fleet, first)).toHaveLength(1);
    expect((await nodeOf(fleet, first)).status).toBe(TERMINATED);
    const { status } = await fleet.controlPlane.getFleetStatus({});
    expect(status).toMatchObject({ nodeCount: 0, clusters: [] });
  });

  it("goes down although a node does not follow: its instance is taken back in time", async () => {
    const cloud = provider();
    const fleet = await controlPlane({
      providers: [cloud],
      intervals: { heartbeatMs: 100, healthCheckMs: 100, commandPollMs: 100 },
      silenceMs: 400,
    });
    const { cluster } = await fleet.controlPlane.provisionCluster({ ...request, nodeCount: 1 });
    const clusterId = cluster?.clusterId ?? "";
    const [nodeId = ""] = cloud.ordered[0]?.instanceIds ?? [];
    await register(fleet, nodeId, { clusterId });
    await fleet.controlPlane.terminateCluster({ clusterId });
    await until(async () => {
      await fleet.nodes.heartbeat({ nodeId });
      return cloud.released.length > 0;
    });
    await until(async () => (await nodeOf(fleet, nodeId)).status === TERMINATED);
    expect(cloud.released).toEqual([nodeId]);
  });
});

it("lists nodes by provider, region and status, a page at a time", async () => {
  const fleet = await controlPlane();
  for (let i = 0; i < 7; i++)
    await register(fleet, `n${i}`, {
      provider: i < 5 ? "aws" : "gcp",
      region: i % 2 === 0 ? "east" : "west",
    });
  await issue(fleet, "n2", CORDON);
  await poll(fleet, "n2");
  const list = async (request: Parameters<typeof fleet.controlPlane.listNodes>[0]) => {
    const { nodes, nextPageToken } = await fleet.controlPlane.listNodes(request);
    return { ids: nodes.map(({ nodeId }) => nodeId), nextPageToken };
  };
  expect((await list({})).ids).toEqual(["n0", "n1", "n2", "n3", "n4", "n5", "n6"]);
  expect((await list({ provider: "aws", region: "east" })).ids).toEqual(["n0", "n2", "n4"]);
  expect((await list({ status: CORDONED })).ids).toEqual(["n2"]);
  expect((await list({ region: "EAST" })).ids).toEqual([]);
  const first = await list({ provider: "aws", pageSize: 2 });
  expect(first.ids).toEqual(["n0", "n1"]);
  const second = await list({ provider: "aws", pageSize: 2, pageToken: first.nextPageToken });
  expect(second.ids).toEqual(["n2", "n3"]);
  const third = await list({ provider: "aws", pageSize: 2, pageToken: second.nextPageToken });
  expect(third).toEqual({ ids: ["n4"], nextPageToken: "" });
});

it("counts the fleet, without what is terminated", async () => {
  const fleet = await controlPlane();
  for (const id of ["a", "b", "n"]) await register(fleet, id, { gpuCount: 2 });
  await report(fleet, HealthStatus.DEGRADED);
  await issue(fleet, "a", TERMINATE);
  await poll(fleet, "a");
  const { status } = await fleet.controlPlane.getFleetStatus({});
  expect(status).toMatchObject({
    nodeCount: 2,
    gpuCount: 4,
    nodeStatusCounts: [
      { status: ACTIVE, nodeCount: 2 },
      { status: TERMINATED, nodeCount: 1 },
    ],
    nodeHealthCounts: [
      { health: HealthStatus.UNSPECIFIED, nodeCount: 1 },
      { health: HealthStatus.DEGRADED, nodeCount: 1 },
    ],
    clusters: [],
  });
});

it("answers a hundred nodes at once, each with its own", async () => {
  const fleet = await controlPlane();
  const ids = Array.from({ length: 100 }, (_, i) => `n${String(i).padStart(3, "0")}`);
  const given = await Promise.all(
    ids.map(async (nodeId, i) => {
      await register(fleet, nodeId, { gpuCount: 8 });
      const { command } = await fleet.controlPlane.issueNodeCommand({
        nodeId,
        type: i % 2 === 0 ? CORDON : DRAIN,
        parameters: { for: nodeId },
      });
      await fleet.nodes.heartbeat({ nodeId });
      const { commands } = await fleet.nodes.getNodeCommands({ nodeId });
      expect(commands).toEqual([command]);
      const results = [{ type: HealthCheckType.NVML, status: HealthStatus.HEALTHY }];
      const { nodeStatus } = await fleet.nodes.reportHealth({ nodeId, results });
      const acknowledgedCommandIds = commands.map(({ commandId }) => commandId);
      const rest = await fleet.nodes.getNodeCommands({ nodeId, acknowledgedCommandIds });
      expect(rest.commands).toEqual([]);
      return nodeStatus;
    }),
  );
  expect(given).toEqual(ids.map((_, i) => (i % 2 === 0 ? CORDONED : DRAINING)));
  const { nodes } = await fleet.controlPlane.listNodes({});
  expect(nodes.map(({ nodeId }) => nodeId)).toEqual(ids);
  for (const node of nodes)
    expect(node).toEqual(clone(NodeSchema, await nodeOf(fleet, node.nodeId)));
});
