// A real engine for tests: the built program in a process of its own, on free ports.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { onTestFinished } from "vitest";
import { stringify } from "yaml";
import { type Endpoint, GaiusService, type ProcessStatus } from "#bindings/gaius/engine/v1";
import { packageFolder } from "../../../core/installation.js";
import { freePorts } from "../../../examples/free-ports.js";
import type { GaiusClient } from "../../../examples/gaius/commands.js";
import type { Ended } from "../../workspace.js";

/** Where the programs of Gaius are built. */
export const PROGRAMS = join(packageFolder, "examples/dist/gaius");

/** What a test says of an endpoint; the rest is of no matter to it. */
export interface Given {
  readonly agent?: string;
  readonly gpu_ids?: readonly number[];
  readonly port?: number;
  readonly memory_gib?: number;
  readonly load_ms?: number;
}

/** A folder that is removed when the test has finished. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gaius-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The text of a configuration with two GPUs and those endpoints, each on a free port. */
export async function configuration(
  endpoints: Readonly<Record<string, Given>>,
  rest: { readonly health?: object; readonly shutdown_ms?: number } = {},
): Promise<string> {
  const ports = await freePorts(Object.keys(endpoints).length);
  return stringify({
    gpus: [0, 1].map((id) => ({ id, name: "Test GPU", memory_gib: 80 })),
    endpoints: Object.entries(endpoints).map(([name, given], i) => ({
      name,
      model: `models/${name}`,
      agent: "tester",
      gpu_ids: [],
      port: ports[i],
      ...given,
    })),
    // A machine that is busy with other tests makes nobody unhealthy.
    health: { interval_ms: 50, timeout_ms: 20_000, startup_ms: 100_000, ...rest.health },
    shutdown_ms: rest.shutdown_ms ?? 20_000,
  });
}

/** The same client as a program's, closed when the test has finished. */
export function connect(address: string): GaiusClient {
  const baseUrl = `http://${address}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  onTestFinished(() => sessionManager.abort());
  return createClient(GaiusService, createGrpcTransport({ baseUrl, sessionManager }));
}

/** Waits until the endpoint has that status, and returns it. */
export async function reaches(
  client: GaiusClient,
  name: string,
  status: ProcessStatus,
): Promise<Endpoint> {
  for (;;) {
    const { endpoint } = await client.getEndpoint({ name });
    if (endpoint?.status === status) return endpoint;
    await sleep(20);
  }
}

/** The id of the process that answers on that port. Throws where none does. */
export async function processOn(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/health`);
  return ((await response.json()) as { pid: number }).pid;
}

/** Whether that process is there; one that has ended and waits for its parent is not. */
export async function runs(pid: number): Promise<boolean> {
  const { stdout } = await run("ps", ["-o", "stat=", "-p", String(pid)]);
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}

/** The processes that a process has started, or those of them with that word in their command. */
export async function childrenOf(parent: number, word = ""): Promise<number[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,args="]);
  return stdout
    .trim()
    .split("\n")
    .filter((line) => line.includes(word))
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid = 0, ppid]) => (ppid === parent ? [pid] : []));
}

/** Waits until the process is there no more. */
export async function gone(pid: number): Promise<void> {
  while (await runs(pid)) await sleep(20);
}

/** Runs a program to its end, whatever its exit code. */
export function run(
  file: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly timeout?: number } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number" && !error.signal) reject(error);
      else resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** Runs gaius-cli to its end. */
export function cli(address: string, cmd: string, ...more: string[]): Promise<Ended> {
  const program = join(PROGRAMS, "gaius-cli.js");
  return run(process.execPath, [program, "--address", address, "--cmd", cmd, ...more]);
}

export interface RunningEngine {
  readonly address: string;
  readonly client: GaiusClient;
  readonly pid: number;
  /** What it has printed so far. */
  log(): string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Starts an engine with that configuration; it is ended when the test has finished. */
export async function runEngine(config: string, programs = PROGRAMS): Promise<RunningEngine> {
  const folder = await temporaryFolder();
  const path = join(folder, "gaius.yaml");
  await writeFile(path, config);
  const args = [join(programs, "gaius.js"), "--port", "0", "--config", path, "--run", folder];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  let over = false;
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on("close", (code, signal) => {
      over = true;
      resolve(code ?? signal);
    });
  });
  onTestFinished(async () => {
    // A process that the test has stopped does not notice that its engine is gone.
    const children = over ? [] : await childrenOf(child.pid as number);
    child.kill("SIGKILL");
    await ended;
    for (const pid of children) await run("kill", ["-9", String(pid)]); // Most have ended.
  });
  for (;;) {
    const address = /listens on (\S+)/.exec(log)?.[1];
    if (address !== undefined)
      return { address, client: connect(address), pid: child.pid as number, log: () => log, ended };
    if (over) throw new Error(`The engine did not start:\n${log}`);
    await sleep(20);
  }
}
