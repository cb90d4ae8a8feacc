// Starts a control plane with a cluster of local nodes, and takes both down again.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "#bindings";
import { CliError } from "./cli-error.js";
import { type Clients, clientsOf } from "./client.js";
import { LocalProcessProvider } from "./local-process.js";
import { endProcessesWith, processesWith } from "./processes.js";
import { forgetRunning, lastRunning, logOf, markOf, type Running } from "./running.js";

/** What is not given is as it was when the control plane ran last, or else the default. */
export interface ControlPlaneFlags {
  readonly port?: number;
  /** In seconds, as is the silence. */
  readonly interval?: number;
  readonly silence?: number;
}

/** What is not given is as the cluster of that name has it, or else the default. */
export interface ClusterFlags {
  readonly name: string;
  readonly nodes?: number;
  readonly region?: string;
  readonly zone?: string;
  readonly instanceType?: string;
}

/** The programs to start. */
export interface Programs {
  readonly controlPlane: string;
  readonly node: string;
}

interface Connection {
  readonly clients: Clients;
  readonly running: Running;
}

const CONTROL_PLANE = { port: 50061, interval: 2, silence: 10 };
const CLUSTER = { nodes: 2, region: "here", zone: "", instanceType: "local.2gpu" };
const DEADLINE_MS = 30_000;

/** Clients of the control plane that runs on the folder. Throws if none was started there. */
export function connect(folder: string): Connection {
  const running = lastRunning(folder);
  if (running === undefined || running.pid === 0)
    throw new CliError("CONTROL_PLANE_MISSING", `No control plane runs on ${folder}.`, {
      help: 'Start one with "navarch up", or name the folder of one with --folder.',
    });
  return { clients: clientsOf(`http://127.0.0.1:${running.port}`), running };
}

/** Starts what does not run. Resolves when every node of the cluster has registered. */
export async function up(
  folder: string,
  flags: ControlPlaneFlags & ClusterFlags,
  programs: Programs,
): Promise<{ cluster: Cluster; running: Running }> {
  const { clients, running } = await connectOrStart(folder, flags, programs);
  const { name } = flags;
  const found = (await clusters(clients)).find((cluster) => cluster.name === name);
  if (found !== undefined)
    refuseOthers(`The cluster ${name}`, { ...found, nodes: found.nodeCount }, flags, CLUSTER);
  const { nodes, region, zone, instanceType } = { ...CLUSTER, ...flags };
  const order = { name, nodeCount: nodes, provider: "local", region, zone, instanceType };
  const id = (found ?? (await clients.controlPlane.provisionCluster(order)).cluster)?.clusterId;
  for (const deadline = Date.now() + DEADLINE_MS; ; await sleep(50)) {
    const cluster = (await clusters(clients)).find(({ clusterId }) => clusterId === id);
    if (cluster === undefined)
      throw new CliError("CLUSTER_GONE", `The cluster ${name} was taken down meanwhile.`);
    const { registeredNodeCount, nodeCount } = cluster;
    if (registeredNodeCount === nodeCount) return { cluster, running };
    if (Date.now() > deadline)
      throw new CliError(
        "NODES_MISSING",
        `Only ${registeredNodeCount} of ${nodeCount} nodes of ${name} have registered.`,
        { help: `Look at the logs in ${join(folder, "instances")}.` },
      );
  }
}

/** Takes every cluster down, waits for its processes to end, then stops the control plane. */
export async function down(
  folder: string,
  programs: Programs,
): Promise<{ clusterIds: string[]; nodeIds: string[] }> {
  if (!existsSync(join(folder, "fleet.db"))) return { clusterIds: [], nodeIds: [] };
  // One that was killed is started again: it alone knows what there is to take down.
  const flags = lastRunning(folder) === undefined ? { port: 0 } : {};
  const { clients, running } = await connectOrStart(folder, flags, programs);
  const clusterIds = (await clusters(clients)).map(({ clusterId }) => clusterId);
  const nodeIds: string[] = [];
  for (const clusterId of clusterIds)
    nodeIds.push(...(await clients.controlPlane.terminateCluster({ clusterId })).nodeIds);
  const provider = new LocalProcessProvider(folder, programs.node);
  // A node that hangs is taken back once it has been silent for long enough.
  const deadline = Date.now() + running.silence * 1000 + DEADLINE_MS;
  for (let left = await provider.running(); left.length > 0; left = await provider.running()) {
    const names = left.map(({ instanceId, pid }) => `${instanceId} (process ${pid})`);
    if (Date.now() > deadline)
      throw new CliError("NODES_REMAIN", `These still run: ${names.join(", ")}.`, {
        help: `Look at ${logOf(folder)}, then run "navarch down" again.`,
      });
    await sleep(50);
  }
  await endProcessesWith(markOf(folder));
  forgetRunning(folder);
  return { clusterIds, nodeIds };
}

/** Throws if what runs already is not as the flags of those names ask for. */
function refuseOthers(what: string, has: object, flags: object, names: object): void {
  for (const name of Object.keys(names)) {
    const [asked, is] = [flags, has].map((of) => (of as Readonly<Record<string, unknown>>)[name]);
    if (asked === undefined || asked === is) continue;
    throw new CliError("RUNS_OTHERWISE", `${what} runs already, with ${name} ${is}.`, {
      help: 'Run "navarch up" without that flag to use it, or "navarch down" before.',
    });
  }
}

async function clusters({ controlPlane }: Clients): Promise<Cluster[]> {
  return (await controlPlane.getFleetStatus({})).status?.clusters ?? [];
}

async function connectOrStart(
  folder: string,
  flags: ControlPlaneFlags,
  programs: Programs,
): Promise<Connection> {
  const last = lastRunning(folder);
  const pids = await processesWith(markOf(folder));
  if (last !== undefined && pids.includes(last.pid)) {
    // 0 asks for any port.
    const asked = flags.port === 0 ? { ...flags, port: last.port } : flags;
    refuseOthers("The control plane", last, asked, CONTROL_PLANE);
    return connect(folder);
  }
  const { port, interval, silence } = { ...CONTROL_PLANE, ...last, ...flags };
  mkdirSync(folder, { recursive: true });
  const log = openSync(logOf(folder), "a");
  const before = statSync(logOf(folder)).size;
  const child = spawn(
    process.execPath,
    [
      ...[programs.controlPlane, "--folder", resolve(folder), "--port", `${port}`],
      ...["--interval", `${interval}`, "--silence", `${silence}`],
    ],
    { detached: true, stdio: ["ignore", log, log] },
  );
  closeSync(log);
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  while (lastRunning(folder)?.pid !== child.pid) {
    await Promise.race([sleep(20), failed]);
    if (child.exitCode === null && child.signalCode === null) continue;
    const said = readFileSync(logOf(folder)).subarray(before).toString();
    const why = /^\w*Error: (.*)$/m.exec(said)?.[1] ?? said.trim();
    throw new CliError("CONTROL_PLANE_FAILED", `The control plane did not start: ${why}`, {
      help: `The whole story is in ${logOf(folder)}.`,
    });
  }
  child.unref();
  return connect(folder);
}
