// Control planes for the tests: in this process or as the built programs, each on a folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { onTestFinished } from "vitest";
import type { Node } from "#bindings";
import { packageFolder } from "../../../core/installation.js";
import { run } from "../../../examples/navarch/cli.js";
import { type Clients, clientsOf } from "../../../examples/navarch/client.js";
import {
  type ControlPlaneOptions,
  startControlPlane,
} from "../../../examples/navarch/control-plane.js";
import { LocalProcessProvider } from "../../../examples/navarch/local-process.js";
import { processesWith } from "../../../examples/navarch/processes.js";
import { lastRunning, type Running } from "../../../examples/navarch/running.js";
import type { Ended } from "../../workspace.js";

const programs = join(packageFolder, "examples", "dist", "navarch");

/** A folder for a fleet. When the test ends, so does every process that has it on its command line. */
export async function fleetFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "navarch-test-"));
  onTestFinished(async () => {
    for (const pid of await processesWith(folder)) process.kill(pid, "SIGKILL");
    await until(async () => (await processesWith(folder)).length === 0);
    await rm(folder, { recursive: true });
  });
  return folder;
}

/** A control plane in this process, whose nodes the test plays itself. */
export async function controlPlane(
  options: Partial<ControlPlaneOptions> = {},
): Promise<Clients & { url: string; folder: string }> {
  const folder = await fleetFolder();
  const hour = 3_600_000;
  const started = await startControlPlane({
    folder,
    port: 0,
    intervals: { heartbeatMs: hour, healthCheckMs: hour, commandPollMs: hour },
    silenceMs: 3 * hour,
    providers: [new LocalProcessProvider(folder, join(programs, "node.js"))],
    log: () => {},
    ...options,
  });
  onTestFinished(() => started.stop());
  const url = `http://127.0.0.1:${started.port}`;
  return { ...clientsOf(url), url, folder };
}

/** Starts the control-plane program, as a process of its own. */
export async function startProgram(
  folder: string,
  { port = 0, silence = 3600 } = {},
): Promise<Clients & { process: ChildProcess; port: number }> {
  const child = spawn(
    process.execPath,
    [
      ...[join(programs, "control-plane.js"), "--folder", folder, "--port", `${port}`],
      ...["--interval", "0.2", "--silence", `${silence}`],
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  await until(() => lastRunning(folder)?.pid === child.pid || child.exitCode !== null);
  const { port: taken } = lastRunning(folder) as Running;
  return { ...clientsOf(`http://127.0.0.1:${taken}`), process: child, port: taken };
}

/** Runs the navarch command in this process. */
export async function navarch(folder: string, ...argv: string[]): Promise<Ended> {
  const out = { stdout: "", stderr: "" };
  const code = await run({
    argv: [...argv, "--folder", folder],
    programs: {
      controlPlane: join(programs, "control-plane.js"),
      node: join(programs, "node.js"),
    },
    stdout: { write: (text) => (out.stdout += text) },
    stderr: { write: (text) => (out.stderr += text) },
  });
  return { code, ...out };
}

/** Runs the navarch program, as a process of its own. */
export function navarchProgram(folder: string, ...argv: string[]): Promise<Ended> {
  const program = join(programs, "navarch.js");
  const child = spawn(process.execPath, [program, ...argv, "--folder", folder]);
  const out = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (out.stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, ...out }));
  });
}

/** Registers a node of that id, with what a request has to have. */
export async function register(
  { nodes }: Pick<Clients, "nodes">,
  nodeId: string,
  more: { region?: string; provider?: string; gpuCount?: number; clusterId?: string } = {},
): Promise<void> {
  const { region = "here", provider = "test", gpuCount = 1, ...rest } = more;
  const gpus = Array.from({ length: gpuCount }, (_, index) => ({ index, uuid: `GPU-${index}` }));
  await nodes.registerNode({ nodeId, provider, region, instanceType: "t1", gpus, ...rest });
}

export async function nodeOf({ controlPlane }: Clients, nodeId: string): Promise<Node> {
  const { node } = await controlPlane.getNode({ nodeId });
  if (node === undefined) throw new Error("the answer has no node");
  return node;
}

/** The code that a call fails with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (thrown) {
    if (thrown instanceof ConnectError) return Code[thrown.code];
    throw thrown;
  }
  return "no error";
}

/** Waits until the condition holds; the test's own timeout ends it where it never does. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}
