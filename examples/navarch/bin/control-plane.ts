// The control-plane process. `navarch up` starts it; it runs until SIGTERM or SIGINT.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startControlPlane } from "../control-plane.js";
import { LocalProcessProvider } from "../local-process.js";
import { noteRunning, noteStopped } from "../running.js";

const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    port: { type: "string" },
    interval: { type: "string" },
    silence: { type: "string" },
  },
});

function required(name: keyof typeof values): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

const folder = required("folder");
const interval = Number(required("interval"));
const intervalMs = interval * 1000;
const silence = Number(required("silence"));
mkdirSync(folder, { recursive: true });
const controlPlane = await startControlPlane({
  folder,
  port: Number(required("port")),
  intervals: { heartbeatMs: intervalMs, healthCheckMs: intervalMs, commandPollMs: intervalMs },
  silenceMs: silence * 1000,
  providers: [new LocalProcessProvider(folder, join(import.meta.dirname, "node.js"))],
  log,
});
const running = { pid: process.pid, port: controlPlane.port, interval, silence };
noteRunning(folder, running);
log(`serving on 127.0.0.1:${controlPlane.port}`);

function log(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await controlPlane.stop();
    noteStopped(folder, running);
    log("stopped");
    process.exit(0);
  });
}
