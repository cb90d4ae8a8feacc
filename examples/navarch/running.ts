// Which control plane runs on a folder: its process and port, as it noted them itself.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

export interface Running {
  /** 0 once it has stopped in order. */
  readonly pid: number;
  readonly port: number;
  /** In seconds, as is the silence. */
  readonly interval: number;
  readonly silence: number;
}

/** What only the control plane of that folder has on its command line. */
export function markOf(folder: string): string {
  return `control-plane.js --folder ${resolve(folder)} --port`;
}

/** Where the control plane's output goes. */
export function logOf(folder: string): string {
  return join(folder, "control-plane.log");
}

export function noteRunning(folder: string, running: Running): void {
  const file = join(folder, "control-plane.json");
  writeFileSync(`${file}.new`, `${JSON.stringify(running)}\n`);
  renameSync(`${file}.new`, file);
}

/** Nodes go on and look for the next control plane where this one was, so all but the process stays. */
export function noteStopped(folder: string, running: Running): void {
  noteRunning(folder, { ...running, pid: 0 });
}

export function forgetRunning(folder: string): void {
  rmSync(join(folder, "control-plane.json"), { force: true });
}

/** What the last control plane noted, which may have been killed since. */
export function lastRunning(folder: string): Running | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "control-plane.json"), "utf8")) as Running;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw thrown;
  }
}
