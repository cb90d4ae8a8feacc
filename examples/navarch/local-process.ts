// The local-process provider: each instance is a node daemon's process on this computer. It goes on
// when the control plane ends, as a machine would.
import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { endProcess, runs } from "./processes.js";
import { NoCapacity, type Order, type Provider } from "./provider.js";
import { gpusOfType, INSTANCE_TYPES } from "./simulated-gpus.js";

/** How many instances may run at a time. */
const CAPACITY = 64;

export class LocalProcessProvider implements Provider {
  readonly name = "local";
  readonly #instances: string;

  /**
   * Keeps a folder for each instance in that one: its process id, its log, its kernel log. Instances
   * run that program.
   */
  constructor(
    folder: string,
    readonly daemonProgram: string,
  ) {
    this.#instances = join(folder, "instances");
  }

  objection({ instanceType }: Order): string | undefined {
    if (gpusOfType(instanceType) !== undefined) return undefined;
    return `instance_type is "${instanceType}"; the provider local has ${INSTANCE_TYPES.join(", ")}`;
  }

  async create(order: Order): Promise<void> {
    const running = (await this.running()).length;
    if (running + order.instanceIds.length > CAPACITY)
      throw new NoCapacity(
        `the provider local has room for ${CAPACITY - running} more instances, and ${order.instanceIds.length} were ordered`,
      );
    try {
      for (const id of order.instanceIds) await this.#start(id, order);
    } catch (thrown) {
      for (const id of order.instanceIds) await this.release(id);
      throw thrown;
    }
  }

  async release(instanceId: string): Promise<void> {
    const pid = await this.#processOf(instanceId);
    if (pid !== undefined) await endProcess(pid, instanceId);
    rmSync(join(this.#instances, instanceId, "pid"), { force: true });
  }

  /** The instances whose process runs. */
  async running(): Promise<{ instanceId: string; pid: number }[]> {
    mkdirSync(this.#instances, { recursive: true });
    const found: { instanceId: string; pid: number }[] = [];
    for (const instanceId of readdirSync(this.#instances)) {
      const pid = await this.#processOf(instanceId);
      if (pid !== undefined) found.push({ instanceId, pid });
    }
    return found;
  }

  async #start(instanceId: string, order: Order): Promise<void> {
    const folder = join(this.#instances, instanceId);
    mkdirSync(folder, { recursive: true });
    const log = openSync(join(folder, "log"), "a");
    const child = spawn(
      process.execPath,
      [
        this.daemonProgram,
        ...["--node-id", instanceId, "--cluster-id", order.clusterId],
        ...["--control-plane", order.controlPlaneUrl, "--provider", this.name],
        ...["--region", order.region, "--zone", order.zone],
        ...["--instance-type", order.instanceType, "--kernel-log", join(folder, "kernel.log")],
      ],
      { detached: true, stdio: ["ignore", log, log] },
    );
    closeSync(log);
    await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    writeFileSync(join(folder, "pid"), String(child.pid));
    child.unref();
  }

  /** The instance's process id while it runs. */
  async #processOf(instanceId: string): Promise<number | undefined> {
    const pid = Number(readIfThere(join(this.#instances, instanceId, "pid")) ?? 0);
    return (await runs(pid, instanceId)) ? pid : undefined;
  }
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
