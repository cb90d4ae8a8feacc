// A node daemon's process: started by a provider when it creates an instance.
import { parseArgs } from "node:util";
import { Daemon } from "../daemon.js";
import { gpusOfType } from "../simulated-gpus.js";

const { values } = parseArgs({
  options: {
    "node-id": { type: "string" },
    "cluster-id": { type: "string" },
    "control-plane": { type: "string" },
    provider: { type: "string" },
    region: { type: "string" },
    zone: { type: "string", default: "" },
    "instance-type": { type: "string" },
    "kernel-log": { type: "string" },
  },
});

function required(name: keyof typeof values): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

const daemon = new Daemon({
  nodeId: required("node-id"),
  clusterId: values["cluster-id"],
  controlPlaneUrl: required("control-plane"),
  provider: required("provider"),
  region: required("region"),
  zone: values.zone,
  instanceType: required("instance-type"),
  gpuCount: gpusOfType(required("instance-type")) ?? 0,
  kernelLog: required("kernel-log"),
  log: (line) => console.log(`${new Date().toISOString()} ${line}`),
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => daemon.stop());
await daemon.run();
// The connection to the control plane would keep the process for a while.
process.exit(0);
