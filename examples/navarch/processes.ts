// Processes that an earlier process started: whether they still run, and how they are ended. A process
// is known by its command line, because its id may belong to another one by now.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** How long a process has between the request to end and being killed. */
const GRACE_MS = 5000;

/** The processes whose command line has that text. */
export async function processesWith(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const [pid, commandLine] of await commandLines())
    if (commandLine.includes(text)) found.push(pid);
  return found;
}

/** Asks such processes to end, and kills those that do not. Resolves when all are gone. */
export async function endProcessesWith(text: string): Promise<void> {
  const killAt = Date.now() + GRACE_MS;
  const asked = new Set<number>();
  for (let left = await processesWith(text); left.length > 0; left = await processesWith(text)) {
    for (const pid of left) {
      if (Date.now() > killAt) send(pid, "SIGKILL");
      else if (!asked.has(pid)) send(pid, "SIGTERM");
      asked.add(pid);
    }
    await sleep(20);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (thrown) {
    // It ended in this moment.
    if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
  }
}

/** Every process with its command line, which is empty where the process has ended already. */
async function commandLines(): Promise<[pid: number, commandLine: string][]> {
  // Slim containers have no ps, and only Linux has /proc.
  if (process.platform === "linux")
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [Number(pid), readCommandLine(pid).replaceAll("\0", " ")]);
  const { stdout } = await promisify(execFile)("ps", ["-A", "-ww", "-o", "pid=,command="]);
  return [...stdout.matchAll(/^ *(\d+) (.*)$/gm)].map(([, pid, line = ""]) => [Number(pid), line]);
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch (thrown) {
    // It ended since the folder was listed.
    if (["ENOENT", "ESRCH"].includes((thrown as NodeJS.ErrnoException).code ?? "")) return "";
    throw thrown;
  }
}
