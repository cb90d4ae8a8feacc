// NodeService, the side of the control plane that node daemons call.
import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampNow } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  HealthCheckType,
  HealthStatus,
  HealthStatusNames,
  type Node,
  NodeSchema,
  type NodeService,
  NodeStatus,
} from "#bindings";
import type { FleetStore } from "./fleet-store.js";
import {
  statusAfterBoot,
  statusAfterCommand,
  statusAfterReport,
  worstHealth,
} from "./node-status.js";
import { invalid, notFound, requireName, wrongState } from "./requests.js";

const ENABLED_CHECKS = [HealthCheckType.BOOT, HealthCheckType.NVML, HealthCheckType.XID];

/** From one time to the next, of what a node does again and again. */
export interface Intervals {
  readonly heartbeatMs: number;
  readonly healthCheckMs: number;
  readonly commandPollMs: number;
}

/** The service on that store, for nodes that keep these intervals. */
export function nodeService(
  store: FleetStore,
  intervals: Intervals,
): ServiceImpl<typeof NodeService> {
  return {
    registerNode(request) {
      requireName("node_id", request.nodeId);
      requireName("provider", request.provider);
      requireName("region", request.region);
      requireName("instance_type", request.instanceType);
      store.transaction(() => {
        const earlier = store.node(request.nodeId);
        if (earlier?.status === NodeStatus.TERMINATED)
          throw wrongState(`node ${request.nodeId} is terminated`);
        if (request.clusterId !== undefined) checkCluster(store, request.clusterId);
        const { $typeName: _, $unknown: __, ...registered } = request;
        const status = statusAfterBoot(earlier);
        store.saveNode(create(NodeSchema, { ...registered, status, registerTime: timestampNow() }));
      });
      return {
        config: {
          heartbeatInterval: durationFromMs(intervals.heartbeatMs),
          healthCheckInterval: durationFromMs(intervals.healthCheckMs),
          commandPollInterval: durationFromMs(intervals.commandPollMs),
          enabledChecks: ENABLED_CHECKS,
        },
      };
    },

    reportHealth({ nodeId, results }) {
      requireName("node_id", nodeId);
      for (const [i, { type, status }] of results.entries()) {
        if (type === HealthCheckType.UNSPECIFIED)
          throw invalid(`results[${i}].type is HEALTH_CHECK_TYPE_UNSPECIFIED`);
        if (status === HealthStatus.UNSPECIFIED || HealthStatusNames[status] === undefined)
          throw invalid(`results[${i}].status is ${HealthStatusNames[status] ?? status}`);
      }
      return store.transaction(() => {
        const node = registered(store, nodeId);
        const reported = new Set(results.map(({ type }) => type));
        const kept = node.healthCheckResults.filter(({ type }) => !reported.has(type));
        node.healthCheckResults = [...kept, ...results];
        node.health = worstHealth(node.healthCheckResults);
        node.status = statusAfterReport(node);
        store.saveNode(node);
        return { nodeStatus: node.status };
      });
    },

    heartbeat({ nodeId }) {
      requireName("node_id", nodeId);
      store.transaction(() => {
        const node = registered(store, nodeId);
        node.lastHeartbeatTime = timestampNow();
        store.saveNode(node);
      });
      return {};
    },

    getNodeCommands({ nodeId, acknowledgedCommandIds }) {
      requireName("node_id", nodeId);
      return store.transaction(() => {
        const node = registered(store, nodeId);
        for (const id of acknowledgedCommandIds) store.settleCommand(nodeId, id);
        const waiting = store.commandsOf(nodeId);
        const fresh = waiting.filter(({ handedOut }) => !handedOut);
        for (const { command } of fresh) {
          node.status = statusAfterCommand(node, command.type);
          store.markHandedOut(command.commandId);
        }
        if (fresh.length > 0) store.saveNode(node);
        return { commands: waiting.map(({ command }) => command) };
      });
    },
  };
}

function registered(store: FleetStore, nodeId: string): Node {
  const node = store.node(nodeId);
  if (node === undefined) throw notFound(`no node ${nodeId} has registered`);
  return node;
}

/** An instance that boots after its cluster was taken down learns it here, and shuts down. */
function checkCluster(store: FleetStore, clusterId: string): void {
  requireName("cluster_id", clusterId);
  const state = store.clusterState(clusterId);
  if (state === undefined) throw notFound(`there is no cluster ${clusterId}`);
  if (state === "terminated") throw wrongState(`cluster ${clusterId} is terminated`);
}
