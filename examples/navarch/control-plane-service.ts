// ControlPlaneService, the side of the control plane that the CLI and operators call.
import { randomBytes, randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  ClusterSchema,
  type ControlPlaneService,
  type HealthStatus,
  type Node,
  type NodeCommand,
  NodeCommandSchema,
  NodeCommandType,
  NodeStatus,
  NodeStatusNames,
} from "#bindings";
import type { FleetStore } from "./fleet-store.js";
import type { InstanceKeeper } from "./instances.js";
import { NoCapacity, type Order, type Provider } from "./provider.js";
import { invalid, notFound, requireName, wrongState } from "./requests.js";

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1000;
const LARGEST_CLUSTER = 10_000;

/** The service on that store. New instances are told to call the control plane at that URL. */
export function controlPlaneService(
  store: FleetStore,
  providers: ReadonlyMap<string, Provider>,
  keeper: InstanceKeeper,
  controlPlaneUrl: () => string,
): ServiceImpl<typeof ControlPlaneService> {
  return {
    async provisionCluster(request) {
      const { name, provider: providerName, region, zone, instanceType, nodeCount } = request;
      requireName("name", name);
      requireName("provider", providerName);
      requireName("region", region);
      if (zone !== "") requireName("zone", zone);
      requireName("instance_type", instanceType);
      if (nodeCount < 1) throw invalid(`node_count is ${nodeCount}; a cluster has at least 1 node`);
      if (nodeCount > LARGEST_CLUSTER)
        throw invalid(`node_count is ${nodeCount}; a cluster has at most ${LARGEST_CLUSTER} nodes`);
      const provider = providers.get(providerName);
      if (provider === undefined)
        throw invalid(
          `provider is "${providerName}"; this control plane has ${[...providers.keys()].join(", ")}`,
        );
      const { $typeName: _, $unknown: __, ...asked } = request;
      const clusterId = `c-${randomBytes(4).toString("hex")}`;
      const cluster = create(ClusterSchema, { ...asked, clusterId, createTime: timestampNow() });
      const instanceIds = Array.from({ length: nodeCount }, (_, i) => `${clusterId}-${i + 1}`);
      const url = controlPlaneUrl();
      const order: Order = { ...asked, clusterId, instanceIds, controlPlaneUrl: url };
      const objection = provider.objection(order);
      if (objection !== undefined) throw invalid(objection);
      // On disk before it is ordered: no instance can come to be that nobody knows of.
      store.transaction(() => store.addCluster(cluster, instanceIds));
      try {
        await provider.create(order);
      } catch (thrown) {
        store.setClusterState(clusterId, "terminated", Date.now());
        if (!(thrown instanceof NoCapacity)) throw thrown;
        throw new ConnectError(thrown.message, Code.ResourceExhausted);
      }
      store.setClusterState(clusterId, "ordered", Date.now());
      return { cluster };
    },

    terminateCluster({ clusterId }) {
      requireName("cluster_id", clusterId);
      const nodeIds = store.transaction(() => {
        const state = store.clusterState(clusterId);
        if (state === undefined) throw notFound(`there is no cluster ${clusterId}`);
        if (state === "ordering")
          throw wrongState(`the instances of cluster ${clusterId} are just being ordered`);
        if (state === "terminated") return [];
        store.setClusterState(clusterId, "terminated", Date.now());
        const nodes = store
          .nodesOfCluster(clusterId)
          .filter(({ status }) => status !== NodeStatus.TERMINATED);
        for (const { nodeId } of nodes)
          store.addCommand(nodeId, newCommand(NodeCommandType.TERMINATE, {}));
        return nodes.map(({ nodeId }) => nodeId);
      });
      keeper.releaseSoon();
      return { nodeIds };
    },

    listNodes({ provider, region, status, pageSize, pageToken }) {
      if (NodeStatusNames[status] === undefined)
        throw invalid(`status is ${status}, which this control plane does not know`);
      if (pageSize < 0) throw invalid(`page_size is ${pageSize}`);
      const limit = Math.min(pageSize === 0 ? DEFAULT_PAGE : pageSize, LARGEST_PAGE);
      const found = store.listNodes({ provider, region, status }, idOf(pageToken), limit + 1);
      const nodes = found.slice(0, limit);
      const last = found.length > limit ? nodes.at(-1) : undefined;
      return { nodes, nextPageToken: last === undefined ? "" : tokenOf(last.nodeId) };
    },

    getNode({ nodeId }) {
      requireName("node_id", nodeId);
      return { node: nodeOf(store, nodeId) };
    },

    getFleetStatus() {
      const all = store.allNodes();
      const nodes = all.filter(({ status }) => status !== NodeStatus.TERMINATED);
      return {
        status: {
          nodeCount: nodes.length,
          gpuCount: nodes.reduce((sum, { gpus }) => sum + gpus.length, 0),
          nodeStatusCounts: counts(all, ({ status }) => status).map(([status, nodeCount]) => ({
            status,
            nodeCount,
          })),
          nodeHealthCounts: counts(nodes, ({ health }) => health).map(([health, nodeCount]) => ({
            health,
            nodeCount,
          })),
          clusters: store.clusters("ordered"),
        },
      };
    },

    issueNodeCommand({ nodeId, type, parameters }) {
      requireName("node_id", nodeId);
      if (type === NodeCommandType.UNSPECIFIED)
        throw invalid("type is NODE_COMMAND_TYPE_UNSPECIFIED");
      return store.transaction(() => {
        if (nodeOf(store, nodeId).status === NodeStatus.TERMINATED)
          throw wrongState(`node ${nodeId} is terminated`);
        const command = newCommand(type, parameters);
        store.addCommand(nodeId, command);
        return { command };
      });
    },
  };
}

function nodeOf(store: FleetStore, nodeId: string): Node {
  const node = store.node(nodeId);
  if (node === undefined) throw notFound(`no node ${nodeId} has registered`);
  return node;
}

function newCommand(type: NodeCommandType, parameters: Record<string, string>): NodeCommand {
  const commandId = randomUUID();
  return create(NodeCommandSchema, { commandId, type, parameters, issueTime: timestampNow() });
}

/** How many nodes have each value, in the order of the enum. */
function counts<V extends NodeStatus | HealthStatus>(
  nodes: readonly Node[],
  of: (node: Node) => V,
): [V, number][] {
  const found = new Map<V, number>();
  for (const value of nodes.map(of)) found.set(value, (found.get(value) ?? 0) + 1);
  return [...found].sort(([a], [b]) => a - b);
}

function tokenOf(nodeId: string): string {
  return Buffer.from(nodeId).toString("base64url");
}

/** The id that a page begins after. Throws INVALID_ARGUMENT for a token that was never given out. */
function idOf(token: string): string {
  const id = Buffer.from(token, "base64url").toString();
  if (tokenOf(id) !== token) throw invalid(`page_token is "${token}", which no answer had`);
  return id;
}
