// What the navarch command shows of the control plane's answers: plain objects for JSON, tables for
// people. Statuses are in their short form.
import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import {
  type Cluster,
  type FleetStatus,
  HealthCheckTypeShortNames,
  HealthStatusShortNames,
  type Node,
  type NodeCommand,
  NodeCommandTypeShortNames,
  NodeStatusShortNames,
} from "lockstep/bindings";

export type NodeView = ReturnType<typeof nodeView>;
export type ClusterView = ReturnType<typeof clusterView>;
export type FleetView = ReturnType<typeof fleetView>;

/** A newer control plane may send a number that this command's proto has no name for. */
function nameIn(names: Readonly<Record<number, string>>, value: number): string {
  return names[value] ?? String(value);
}

export function nodeView(node: Node) {
  return {
    id: node.nodeId,
    cluster: node.clusterId ?? null,
    provider: node.provider,
    region: node.region,
    zone: node.zone,
    instanceType: node.instanceType,
    status: nameIn(NodeStatusShortNames, node.status),
    health: nameIn(HealthStatusShortNames, node.health),
    gpuCount: node.gpus.length,
    registered: isoOf(node.registerTime),
    lastHeartbeat: isoOf(node.lastHeartbeatTime),
  };
}

export function nodeDetails(node: Node) {
  return {
    ...nodeView(node),
    metadata: node.metadata,
    gpus: node.gpus.map(({ $typeName: _, $unknown: __, memoryBytes, ...gpu }) => ({
      ...gpu,
      memoryBytes: Number(memoryBytes),
    })),
    checks: node.healthCheckResults.map((result) => ({
      check: nameIn(HealthCheckTypeShortNames, result.type),
      status: nameIn(HealthStatusShortNames, result.status),
      gpu: result.gpuIndex ?? null,
      xid: result.xidCode ?? null,
      message: result.message,
      time: isoOf(result.checkTime),
    })),
  };
}

export function clusterView(cluster: Cluster) {
  return {
    id: cluster.clusterId,
    name: cluster.name,
    provider: cluster.provider,
    region: cluster.region,
    instanceType: cluster.instanceType,
    nodeCount: cluster.nodeCount,
    registeredNodeCount: cluster.registeredNodeCount,
    created: isoOf(cluster.createTime),
  };
}

export function commandView(nodeId: string, { commandId, type, parameters }: NodeCommand) {
  const name = nameIn(NodeCommandTypeShortNames, type);
  return { id: commandId, node: nodeId, command: name, parameters };
}

export function fleetView(fleet: FleetStatus) {
  return {
    nodeCount: fleet.nodeCount,
    gpuCount: fleet.gpuCount,
    status: Object.fromEntries(
      fleet.nodeStatusCounts.map(({ status, nodeCount }) => [
        nameIn(NodeStatusShortNames, status),
        nodeCount,
      ]),
    ),
    health: Object.fromEntries(
      fleet.nodeHealthCounts.map(({ health, nodeCount }) => [
        nameIn(HealthStatusShortNames, health),
        nodeCount,
      ]),
    ),
    clusters: fleet.clusters.map(clusterView),
  };
}

export function fleetText(fleet: FleetView): string {
  const counted = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(", ") || "none";
  return `${table([
    ["nodes", `${fleet.nodeCount}, with ${fleet.gpuCount} GPUs`],
    ["status", counted(fleet.status)],
    ["health", counted(fleet.health)],
    ...fleet.clusters.map((cluster) => ["cluster", clusterText(cluster)]),
  ])}`;
}

export function clusterText(cluster: ClusterView): string {
  const { id, name, provider, region, registeredNodeCount, nodeCount, instanceType } = cluster;
  return `${id} (${name}): ${registeredNodeCount} of ${nodeCount} nodes, ${instanceType}, ${provider}/${region}`;
}

export function nodesText(nodes: readonly NodeView[]): string {
  if (nodes.length === 0) return "no nodes\n";
  return table([
    ["NODE", "STATUS", "HEALTH", "GPUS", "PROVIDER", "REGION", "LAST HEARTBEAT"],
    ...nodes.map(({ id, status, health, gpuCount, provider, region, lastHeartbeat }) => [
      ...[id, status, health, String(gpuCount), provider, region, lastHeartbeat ?? "none yet"],
    ]),
  ]);
}

export function nodeText(node: ReturnType<typeof nodeDetails>): string {
  const { gpus, checks, metadata, ...plain } = node;
  return table([
    ...Object.entries(plain).map(([name, value]) => [name, String(value ?? "none")]),
    ...Object.entries(metadata).map(([name, value]) => [`metadata.${name}`, value]),
    ...gpus.map(({ index, name, uuid }) => [`gpu ${index}`, `${name}, ${uuid}`]),
    ...checks.map(({ check, status, gpu, message }) => [
      `${check}${gpu === null ? "" : ` of gpu ${gpu}`}`,
      `${status}${message === "" ? "" : `: ${message}`}`,
    ]),
  ]);
}

function isoOf(time: Timestamp | undefined): string | null {
  return time === undefined ? null : timestampDate(time).toISOString();
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
