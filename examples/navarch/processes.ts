// Processes that an earlier process started: whether they still run, and how they are ended.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** How long a process has between the request to end and being killed. */
const GRACE_MS = 5000;

/**
 * Whether the process runs and has the mark in its command line. Without it, it is another process,
 * which has got the same id since.
 */
export async function runs(pid: number, mark: string): Promise<boolean> {
  return pid > 0 && (await commandLineOf(pid)).includes(mark);
}

/** Asks the process to end, and kills it if it does not. Resolves when it is gone. */
export async function endProcess(pid: number, mark: string): Promise<void> {
  const killAt = Date.now() + GRACE_MS;
  for (let signal: NodeJS.Signals | undefined = "SIGTERM"; await runs(pid, mark); await sleep(20)) {
    if (signal !== undefined) sendSignal(pid, signal);
    signal = Date.now() > killAt ? "SIGKILL" : undefined;
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (thrown) {
    // It ended in this moment.
    if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
  }
}

/** The command line of a process; empty where there is none, or only what is left of it. */
async function commandLineOf(pid: number): Promise<string> {
  try {
    // Slim containers have no ps, and only Linux has /proc.
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    const { stdout } = await promisify(execFile)("ps", ["-ww", "-o", "command=", "-p", `${pid}`]);
    return stdout;
  } catch (thrown) {
    // ESRCH: it ended while it was read. 1: ps found no such process.
    if (["ENOENT", "ESRCH", 1].includes((thrown as { code: string | number }).code)) return "";
    throw thrown;
  }
}
