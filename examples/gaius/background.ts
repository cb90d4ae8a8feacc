// An engine that runs in the background: which one it is, how it is started and how it is stopped.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Longer than an engine lets its endpoints finish. */
const STOP_WITHIN_MS = 15_000;

/** Says in the folder that this process is the engine of that port, until it ends in order. */
export function writePid(folder: string, port: number): void {
  mkdirSync(folder, { recursive: true });
  const path = pidFile(folder, port);
  writeFileSync(path, `${process.pid}\n`);
  process.on("exit", () => rmSync(path, { force: true }));
}

/** Stops the engine of that port and returns its process id, or nothing if none runs. */
export async function stopEngine(folder: string, port: number): Promise<number | undefined> {
  const pid = runningEngine(folder, port);
  if (pid === undefined) return undefined;
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (isEngine(pid)) {
    // Its endpoints end with it, however it ends.
    if (Date.now() > deadline) process.kill(pid, "SIGKILL");
    await sleep(50);
  }
  return pid;
}

/**
 * Starts an engine with those arguments and returns its process id and its log file once it listens.
 * Throws an error with the end of the log where it ends before that.
 */
export async function startInBackground(
  folder: string,
  program: string,
  port: number,
  args: readonly string[],
): Promise<{ pid: number; log: string }> {
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `gaius-${port}.log`);
  const output = openSync(log, "w");
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", output, output],
    detached: true,
  });
  let ended = false;
  child.on("exit", () => (ended = true));
  child.unref();
  while (runningEngine(folder, port) !== child.pid) {
    if (ended) {
      const end = readFileSync(log, "utf8").trim().split("\n").slice(-20).join("\n");
      throw new Error(`The engine did not start. The end of its log, ${log}:\n${end}`);
    }
    await sleep(50);
  }
  return { pid: child.pid as number, log };
}

function pidFile(folder: string, port: number): string {
  return join(folder, `gaius-${port}.pid`);
}

function runningEngine(folder: string, port: number): number | undefined {
  let written: string;
  try {
    written = readFileSync(pidFile(folder, port), "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw thrown;
  }
  const pid = Number(written);
  return isEngine(pid) ? pid : undefined;
}

/** Whether that process is an engine: an engine that was killed leaves a number that others may get. */
function isEngine(pid: number): boolean {
  try {
    const command = execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], {
      encoding: "utf8",
    });
    return /^\S*node\S* .*gaius\.js/.test(command);
  } catch (thrown) {
    // ps ends with 1 where there is no such process.
    if ((thrown as { status?: unknown }).status === 1) return false;
    throw thrown;
  }
}
