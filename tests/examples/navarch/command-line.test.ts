// The navarch command, as an operator runs it: real control planes and real node daemons.
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { connect } from "../../../examples/navarch/lifecycle.js";
import { processesWith } from "../../../examples/navarch/processes.js";
import { noteRunning } from "../../../examples/navarch/running.js";
import { nodeView } from "../../../examples/navarch/views.js";
import { fleetFolder, navarch, navarchProgram, until } from "./fleet.js";

const FAST = ["--port", "0", "--interval", "0.1", "--silence", "2"];

interface View {
  node_id: string;
  status: string;
  health: string;
  last_heartbeat_time: string | null;
  health_check_results: object[];
}

/** The data of a command that succeeds. */
async function data<T>(folder: string, ...argv: string[]): Promise<T> {
  const { code, stdout, stderr } = await navarch(folder, ...argv, "--format", "json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return (JSON.parse(stdout) as { data: T }).data;
}

async function nodesOf(folder: string): Promise<View[]> {
  return (await data<{ nodes: View[] }>(folder, "nodes")).nodes;
}

async function nodeOf(folder: string, id: string): Promise<View> {
  return (await data<{ node: View }>(folder, "node", id)).node;
}

/**
 * The nodes as the command shows them, once each is such. Waits by asking from this process: a command for
 * each look would keep the machine busy.
 */
async function nodesOnce(
  folder: string,
  is: (node: Omit<View, "health_check_results">, index: number) => boolean,
): Promise<View[]> {
  const { controlPlane } = connect(folder).clients;
  await until(async () => (await controlPlane.listNodes({})).nodes.map(nodeView).every(is));
  const nodes = await nodesOf(folder);
  expect(nodes.filter((node, i) => !is(node, i))).toEqual([]);
  return nodes;
}

const heardOf = (node: Pick<View, "last_heartbeat_time">): string => node.last_heartbeat_time ?? "";

async function controlPlanePid(folder: string): Promise<number> {
  const text = await readFile(join(folder, "control-plane.json"), "utf8");
  return (JSON.parse(text) as { pid: number }).pid;
}

/** Whether the process is there no more: while it ends, its port still takes calls. */
function hasEnded(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ESRCH") return true;
    throw thrown;
  }
}

it("brings a fleet up, shows it, commands it, and takes it down without a trace", async () => {
  const folder = await fleetFolder();
  const brought = await data<{ cluster: object }>(folder, "up", ...FAST, "--region", "lab");
  expect(brought.cluster).toMatchObject({ name: "local", node_count: 2, registered_node_count: 2 });
  expect(await processesWith(folder)).toHaveLength(3);
  const nodes = await nodesOnce(folder, ({ health }) => health === "healthy");
  expect(await data(folder, "status")).toMatchObject({
    node_count: 2,
    gpu_count: 4,
    nodes_by_status: { active: 2 },
    nodes_by_health: { healthy: 2 },
    clusters: [brought.cluster],
  });
  const [first, second] = nodes.map(({ node_id }) => node_id) as [string, string];

  for (const [command, status] of [
    ["cordon", "cordoned"],
    ["drain", "draining"],
    ["uncordon", "active"],
    ["terminate", "terminated"],
  ] as const) {
    await data(folder, "command", first, command);
    await nodesOnce(folder, (node) => node.node_id !== first || node.status === status);
  }
  // The daemon has ended by itself: a terminated node is an ended process.
  await until(async () => (await processesWith(folder)).length === 2);
  const late = await navarch(folder, "command", first, "cordon");
  expect(late).toMatchObject({ code: 1, stdout: "" });
  expect(late.stderr).toBe(`error: node ${first} is terminated\n`);

  const ids = async (...filter: string[]): Promise<string[]> =>
    (await data<{ nodes: View[] }>(folder, "nodes", ...filter)).nodes.map(({ node_id }) => node_id);
  expect(await ids("--status", "active")).toEqual([second]);
  expect(await ids("--status", "terminated", "--region", "lab")).toEqual([first]);
  expect(await ids("--provider", "aws")).toEqual([]);
  const table = await navarch(folder, "status");
  expect(table.stdout).toMatch(/^status +1 active, 1 terminated$/m);
  expect(table.stdout).toMatch(new RegExp(`^${second} +active +healthy +2 +local +lab +2`, "m"));

  expect(await data(folder, "down")).toMatchObject({ node_ids: [second] });
  expect(await processesWith(folder)).toEqual([]);
  expect((await navarch(folder, "status")).code).toBe(2);
  expect(await data(folder, "down")).toEqual({ cluster_ids: [], node_ids: [] });
  expect(await processesWith(folder)).toEqual([]);
});

it("has a node report the fault in its kernel log, and be ACTIVE again when it is gone", async () => {
  const folder = await fleetFolder();
  await data(folder, "up", ...FAST, "--nodes", "1");
  const [id] = (await nodesOf(folder)).map(({ node_id }) => node_id) as [string];
  const kernelLog = join(folder, "instances", id, "kernel.log");
  await appendFile(
    kernelLog,
    "[1.2] NVRM: Xid (PCI:0000:11:00): 79, GPU has fallen off the bus.\n",
  );
  await nodesOnce(folder, ({ status }) => status === "unhealthy");
  expect((await nodeOf(folder, id)).health_check_results).toContainEqual(
    expect.objectContaining({ type: "xid", status: "unhealthy", gpu_index: 1, xid_code: 79 }),
  );
  await writeFile(kernelLog, "");
  await nodesOnce(folder, ({ status }) => status === "active");
});

it("runs the same cluster when it is brought up again, and another under another name", async () => {
  const folder = await fleetFolder();
  const { cluster } = await data<{ cluster: object }>(folder, "up", ...FAST, "--nodes", "1");
  expect((await data<{ cluster: object }>(folder, "up")).cluster).toEqual(cluster);
  for (const [flag, value, has] of [
    ["--nodes", "2", "The cluster local runs already, with nodes 1."],
    ["--region", "there", "The cluster local runs already, with region here."],
    ["--silence", "7", "The control plane runs already, with silence 2."],
  ] as const) {
    const other = await navarch(folder, "up", flag, value);
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toContain(has);
  }
  await data(folder, "up", "--nodes", "1", "--name", "more");
  expect(await processesWith(folder)).toHaveLength(3);
  await data(folder, "down");
  expect(await processesWith(folder)).toEqual([]);
});

it.each([
  ["SIGKILL", "CONTROL_PLANE_UNREACHABLE"],
  ["SIGTERM", "CONTROL_PLANE_MISSING"],
] as const)(
  "knows its fleet after the control plane got %s, and nodes find it again",
  async (signal, code) => {
    const folder = await fleetFolder();
    await data(folder, "up", ...FAST);
    const before = await nodesOf(folder);
    const pid = await controlPlanePid(folder);
    process.kill(pid, signal);
    await until(() => hasEnded(pid));
    expect(await processesWith(folder)).toHaveLength(2);
    const unanswered = await navarch(folder, "status", "--format", "json");
    expect(unanswered.code).toBe(2);
    expect(JSON.parse(unanswered.stdout)).toMatchObject({ ok: false, error: { code } });
    if (signal === "SIGKILL") {
      expect(unanswered.stderr).toContain(`process ${pid} is gone`);
      expect(unanswered.stderr).toContain(join(folder, "control-plane.log"));
    }
    await data(folder, "up");
    const ids = before.map(({ node_id }) => node_id);
    const again = await nodesOnce(folder, (node, i) => heardOf(node) > heardOf(before[i] as View));
    expect(again.map(({ node_id }) => node_id)).toEqual(ids);
    expect(await data(folder, "down")).toMatchObject({ node_ids: ids });
    expect(await processesWith(folder)).toEqual([]);
  },
);

it("takes down what a killed control plane has left", async () => {
  const folder = await fleetFolder();
  await data(folder, "up", ...FAST);
  const pid = await controlPlanePid(folder);
  process.kill(pid, "SIGKILL");
  await until(() => hasEnded(pid));
  expect(await processesWith(folder)).toHaveLength(2);
  const { node_ids } = await data<{ node_ids: string[] }>(folder, "down");
  expect(node_ids).toHaveLength(2);
  expect(await processesWith(folder)).toEqual([]);
});

it("marks a killed node and a hanging one, and takes both down", async () => {
  const folder = await fleetFolder();
  await data(folder, "up", ...FAST);
  const pids = await processesWith(join(folder, "instances"));
  process.kill(pids[0] as number, "SIGKILL");
  process.kill(pids[1] as number, "SIGSTOP");
  await nodesOnce(folder, ({ status }) => status === "unhealthy");
  await data(folder, "down");
  expect(await processesWith(folder)).toEqual([]);
});

it("says that a control plane hangs", async () => {
  const folder = await fleetFolder();
  await data(folder, "up", ...FAST, "--nodes", "1");
  const pid = await controlPlanePid(folder);
  process.kill(pid, "SIGSTOP");
  const { code, stderr } = await navarch(folder, "status");
  process.kill(pid, "SIGCONT");
  expect(code).toBe(2);
  expect(stderr).toContain(`process ${pid} runs, but does not answer`);
  expect(stderr).toContain(`After "kill -9 ${pid}", "navarch up" starts it again`);
  await data(folder, "down");
});

it.each(["destroy", "resetAndDestroy"] as const)(
  "says that a control plane ended before it had answered (%s)",
  async (end) => {
    const folder = await fleetFolder();
    const ending = createServer((socket) => void socket[end]()).listen(0, "127.0.0.1");
    onTestFinished(() => void ending.close());
    await until(() => ending.listening);
    const { port } = ending.address() as { port: number };
    // Linux gives no process a higher id than 2 ** 22.
    const pid = 2 ** 22 + 1;
    noteRunning(folder, { pid, port, interval: 2, silence: 10 });
    const { code, stderr } = await navarch(folder, "status");
    expect(code).toBe(2);
    expect(stderr).toContain(`No control plane on 127.0.0.1:${port}: process ${pid} is gone.`);
  },
);

it("is a program that answers on its streams and with its exit code, and ends", async () => {
  const folder = await fleetFolder();
  const upped = await navarchProgram(folder, "up", ...FAST, "--nodes", "1", "--format", "json");
  expect(upped).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(upped.stdout)).toMatchObject({
    ok: true,
    data: { cluster: { node_count: 1 } },
  });
  const status = await navarchProgram(folder, "status");
  expect(status).toMatchObject({ code: 0, stderr: "" });
  expect(status.stdout).toMatch(/^status +1 active$/m);
  expect(await navarchProgram(folder, "command", "who", "cordon")).toEqual({
    code: 1,
    stdout: "",
    stderr: "error: no node who has registered\n",
  });
  expect(await navarchProgram(folder, "sideways")).toMatchObject({ code: 2, stdout: "" });
  expect(await navarchProgram(folder, "down")).toMatchObject({ code: 0, stderr: "" });
  expect(await processesWith(folder)).toEqual([]);
});

it("says what is wrong with a command, and what to do", async () => {
  const folder = await fleetFolder();
  const missing = await navarch(folder, "status");
  expect(missing).toEqual({
    code: 2,
    stdout: "",
    stderr: `error: No control plane runs on ${folder}.\n  help: Start one with "navarch up", or name the folder of one with --folder.\n`,
  });
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await until(() => taken.listening);
  const { port } = taken.address() as { port: number };
  const failed = await navarch(folder, "up", "--port", String(port));
  expect(failed).toMatchObject({ code: 2, stdout: "" });
  expect(failed.stderr).toContain(`The control plane did not start: listen EADDRINUSE`);
  expect(await processesWith(folder)).toEqual([]);

  await data(folder, "up", ...FAST, "--nodes", "1");
  for (const [argv, code, said] of [
    [["node", "who"], 1, "no node who has registered"],
    [["command", "who", "cordon"], 1, "no node who has registered"],
    [["command", "who", "explode"], 2, 'There is no command "explode".'],
    [["command", "who", "unspecified"], 2, "A node can be told to cordon, drain"],
    [["command", "who", "constructor"], 2, "There is no command"],
    [["command", "who", "cordon", "fast"], 2, '"fast" is not a parameter.'],
    [["nodes", "--status", "asleep"], 2, "Allowed choices are active, cordoned"],
    [["up", "--nodes", "0", "--name", "x"], 1, "node_count is 0"],
    [["up", "--nodes", "many"], 2, "It has to be a whole number."],
    [["up", "--name", "x", "--instance-type", "p5"], 1, "the provider local has local.1gpu"],
    [["up", "--name", "x", "--region", "--kernel-log /x"], 1, "are of letters, digits"],
    [["sideways"], 2, "unknown command 'sideways'"],
  ] as const) {
    const ended = await navarch(folder, ...argv);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
    expect(ended.stderr).toContain(said);
  }
  await data(folder, "down");
});
