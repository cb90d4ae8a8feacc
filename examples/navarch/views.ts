// What the navarch command shows of the control plane's answers: plain objects for JSON, tables for
// people. Fields have their names of the proto, a status its short name.
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
} from "#bindings";

export type NodeView = ReturnType<typeof nodeView>;
export type ClusterView = ReturnType<typeof clusterView>;
export type FleetView = ReturnType<typeof fleetView>;

/** A newer control plane may send a number that this command's proto has no name for. */
function nameIn(names: Readonly<Record<number, string>>, value: number): string {
  return names[value] ?? String(value);
}

export function nodeView(node: Node) {
  return {
    node_id: node.nodeId,
    cluster_id: node.clusterId ?? null,
    provider: node.provider,
    region: node.region,
    zone: node.zone,
    instance_type: node.instanceType,
    status: nameIn(NodeStatusShortNames, node.status),
    health: nameIn(HealthStatusShortNames, node.health),
    gpu_count: node.gpus.length,
    register_time: isoOf(node.registerTime),
    last_heartbeat_time: isoOf(node.lastHeartbeatTime),
  };
}

export function nodeDetails(node: Node) {
  return {
    ...nodeView(node),
    metadata: node.metadata,
    gpus: node.gpus.map((gpu) => ({
      index: gpu.index,
      uuid: gpu.uuid,
      name: gpu.name,
      pci_bus_id: gpu.pciBusId,
      memory_bytes: Number(gpu.memoryBytes),
      driver_version: gpu.driverVersion,
      cuda_version: gpu.cudaVersion,
    })),
    health_check_results: node.healthCheckResults.map((result) => ({
      type: nameIn(HealthCheckTypeShortNames, result.type),
      status: nameIn(HealthStatusShortNames, result.status),
      gpu_index: result.gpuIndex ?? null,
      xid_code: result.xidCode ?? null,
      message: result.message,
      check_time: isoOf(result.checkTime),
    })),
  };
}

export function clusterView(cluster: Cluster) {
  return {
    cluster_id: cluster.clusterId,
    name: cluster.name,
    provider: cluster.provider,
    region: cluster.region,
    zone: cluster.zone,
    instance_type: cluster.instanceType,
    node_count: cluster.nodeCount,
    registered_node_count: cluster.registeredNodeCount,
    create_time: isoOf(cluster.createTime),
  };
}

export function commandView(nodeId: string, { commandId, type, parameters }: NodeCommand) {
  const name = nameIn(NodeCommandTypeShortNames, type);
  return { command_id: commandId, node_id: nodeId, type: name, parameters };
}

export function fleetView(fleet: FleetStatus) {
  const byStatus = fleet.nodeStatusCounts.map(({ status, nodeCount }) => [
    nameIn(NodeStatusShortNames, status),
    nodeCount,
  ]);
  const byHealth = fleet.nodeHealthCounts.map(({ health, nodeCount }) => [
    nameIn(HealthStatusShortNames, health),
    nodeCount,
  ]);
  return {
    node_count: fleet.nodeCount,
    gpu_count: fleet.gpuCount,
    nodes_by_status: Object.fromEntries(byStatus) as Record<string, number>,
    nodes_by_health: Object.fromEntries(byHealth) as Record<string, number>,
    clusters: fleet.clusters.map(clusterView),
  };
}

export function fleetText(fleet: FleetView): string {
  return table([
    ["nodes", `${fleet.node_count}, with ${fleet.gpu_count} GPUs`],
    ["status", countsText(fleet.nodes_by_status)],
    ["health", countsText(fleet.nodes_by_health)],
    ...fleet.clusters.map((cluster) => ["cluster", clusterText(cluster)]),
  ]);
}

export function clusterText(cluster: ClusterView): string {
  const { cluster_id, name, registered_node_count, node_count, instance_type } = cluster;
  return `${cluster_id} (${name}): ${registered_node_count} of ${node_count} nodes, ${instance_type}, ${cluster.provider}/${cluster.region}`;
}

export function nodesText(nodes: readonly NodeView[]): string {
  if (nodes.length === 0) return "no nodes\n";
  return table([
    ["NODE", "STATUS", "HEALTH", "GPUS", "PROVIDER", "REGION", "LAST HEARTBEAT"],
    ...nodes.map(
      ({ node_id, status, health, gpu_count, provider, region, last_heartbeat_time }) => [
        ...[node_id, status, health, `${gpu_count}`, provider, region],
        last_heartbeat_time ?? "none yet",
      ],
    ),
  ]);
}

export function nodeText(node: ReturnType<typeof nodeDetails>): string {
  const { gpus, health_check_results, metadata, ...plain } = node;
  return table([
    ...Object.entries(plain).map(([name, value]) => [name, `${value ?? "none"}`]),
    ...Object.entries(metadata).map(([name, value]) => [`metadata ${name}`, value]),
    ...gpus.map(({ index, name, uuid }) => [`gpu ${index}`, `${name}, ${uuid}`]),
    ...health_check_results.map(({ type, status, gpu_index, message }) => [
      `check ${type}${gpu_index === null ? "" : `, gpu ${gpu_index}`}`,
      `${status}${message === "" ? "" : `: ${message}`}`,
    ]),
  ]);
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return parts.join(", ") || "none";
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
