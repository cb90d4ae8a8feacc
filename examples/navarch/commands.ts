// The commands of the navarch command line: each asks the control plane and says what to show.
import {
  type Node,
  NodeCommandTypeByShortName,
  NodeStatus,
  NodeStatusByShortName,
} from "#bindings";
import { CliError } from "./cli-error.js";
import type { Clients } from "./client.js";
import {
  type ClusterFlags,
  type ControlPlaneFlags,
  connect,
  down,
  type Programs,
  up,
} from "./lifecycle.js";
import {
  clusterText,
  clusterView,
  commandView,
  fleetText,
  fleetView,
  nodeDetails,
  nodesText,
  nodeText,
  nodeView,
} from "./views.js";

/** The same for a program, as `data` of a JSON object, and for a person. */
export interface Answer {
  readonly data: object;
  readonly text: string;
}

export const COMMAND_NAMES = Object.keys(NodeCommandTypeByShortName).filter(isNamed);
export const STATUS_NAMES = Object.keys(NodeStatusByShortName).filter(isNamed);

export async function bringUp(
  folder: string,
  flags: ControlPlaneFlags & ClusterFlags,
  programs: Programs,
): Promise<Answer> {
  const { cluster, running } = await up(folder, flags, programs);
  const view = clusterView(cluster);
  const text = `control plane on 127.0.0.1:${running.port}, process ${running.pid}\n${clusterText(view)}\n`;
  return { data: { control_plane: running, cluster: view }, text };
}

export async function showStatus(folder: string): Promise<Answer> {
  const { controlPlane } = connect(folder).clients;
  const fleet = fleetView(present((await controlPlane.getFleetStatus({})).status));
  const nodes = (await allNodes({ controlPlane }, {})).map(nodeView);
  return { data: { ...fleet, nodes }, text: `${fleetText(fleet)}\n${nodesText(nodes)}` };
}

export async function listNodes(
  folder: string,
  filter: { provider?: string; region?: string; status?: string },
): Promise<Answer> {
  const status = named(NodeStatusByShortName, filter.status ?? "") ?? NodeStatus.UNSPECIFIED;
  const nodes = (await allNodes(connect(folder).clients, { ...filter, status })).map(nodeView);
  return { data: { nodes }, text: nodesText(nodes) };
}

export async function showNode(folder: string, nodeId: string): Promise<Answer> {
  const { node } = await connect(folder).clients.controlPlane.getNode({ nodeId });
  const view = nodeDetails(present(node));
  return { data: { node: view }, text: nodeText(view) };
}

export async function issueCommand(
  folder: string,
  nodeId: string,
  name: string,
  pairs: readonly string[],
): Promise<Answer> {
  const type = COMMAND_NAMES.includes(name) ? named(NodeCommandTypeByShortName, name) : undefined;
  if (type === undefined)
    throw new CliError("BAD_COMMAND", `There is no command "${name}".`, {
      help: `A node can be told to ${COMMAND_NAMES.join(", ")}.`,
    });
  const parameters = Object.fromEntries(pairs.map(parameter));
  const { controlPlane } = connect(folder).clients;
  const { command } = await controlPlane.issueNodeCommand({ nodeId, type, parameters });
  const view = commandView(nodeId, present(command));
  const text = `${view.type} waits for ${nodeId}, which receives it at its next poll\n`;
  return { data: { command: view }, text };
}

export async function takeDown(folder: string, programs: Programs): Promise<Answer> {
  const { clusterIds, nodeIds } = await down(folder, programs);
  const text = `terminated ${[...clusterIds, ...nodeIds].join(", ") || "nothing"}; nothing runs on ${folder}\n`;
  return { data: { cluster_ids: clusterIds, node_ids: nodeIds }, text };
}

/** Every page of the list. */
async function allNodes(
  { controlPlane }: Pick<Clients, "controlPlane">,
  filter: { provider?: string; region?: string; status?: NodeStatus },
): Promise<Node[]> {
  const { provider = "", region = "", status = NodeStatus.UNSPECIFIED } = filter;
  const nodes: Node[] = [];
  let pageToken = "";
  do {
    const page = await controlPlane.listNodes({ provider, region, status, pageToken });
    nodes.push(...page.nodes);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return nodes;
}

function parameter(pair: string): [string, string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (key !== undefined && value !== undefined) return [key, value];
  throw new CliError("BAD_PARAMETER", `"${pair}" is not a parameter.`, {
    help: "Write it as key=value, such as check=xid.",
  });
}

/** The value of that short name. The generated maps hold only what the proto defines. */
function named<V>(byShortName: Readonly<Record<string, V>>, name: string): V | undefined {
  return byShortName[name];
}

function isNamed(shortName: string): boolean {
  return shortName !== "unspecified";
}

/** What an answer always has, by the proto. */
function present<T>(field: T | undefined): T {
  if (field === undefined) throw new Error("the control plane's answer lacks what it always has");
  return field;
}
