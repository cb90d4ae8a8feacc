// The local-process provider: each instance is a node daemon's process on this computer. It goes on
// when the control plane ends, as a machine would.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { endProcessesWith, processesWith } from "./processes.js";
import { NoCapacity, type Order, type Provider } from "./provider.js";
import { gpusOfType, INSTANCE_TYPES } from "./simulated-gpus.js";

/** How many instances may run at a time. */
const CAPACITY = 64;

export class LocalProcessProvider implements Provider {
  readonly name = "local";
  readonly #instances: string;

  /**
   * Keeps a folder for each instance in that one, with its log and its kernel log. Instances run that
   * program.
   */
  constructor(
    folder: string,
    readonly daemonProgram: string,
  ) {
    this.#instances = resolve(folder, "instances");
  }

  objection({ instanceType, region, zone }: Order): string | undefined {
    if (gpusOfType(instanceType) === undefined)
      return `instance_type is "${instanceType}"; the provider local has ${INSTANCE_TYPES.join(", ")}`;
    // They are on the command line of a process, which is told apart by what it has there.
    if (/^\w[\w.-]*$/.test(region) && /^[\w.-]*$/.test(zone)) return undefined;
    return "region and zone of the provider local are of letters, digits, dots and dashes";
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

  release(instanceId: string): Promise<void> {
    return endProcessesWith(this.#mark(instanceId));
  }

  /** The instances whose process runs. */
  async running(): Promise<{ instanceId: string; pid: number }[]> {
    const instanceIds = existsSync(this.#instances) ? readdirSync(this.#instances) : [];
    const found = instanceIds.map(async (instanceId) => {
      const pids = await processesWith(this.#mark(instanceId));
      return pids.map((pid) => ({ instanceId, pid }));
    });
    return (await Promise.all(found)).flat();
  }

  /** What only the process of that instance has on its command line. */
  #mark(instanceId: string): string {
    return `--kernel-log ${join(this.#instances, instanceId, "kernel.log")}`;
  }

  async #start(instanceId: string, order: Order): Promise<void> {
    const folder = join(this.#instances, instanceId);
    mkdirSync(folder, { recursive: true });
    const log = openSync(join(folder, "log"), "a");
    const child = spawn(
      process.execPath,
      [
        this.daemonProgram,
        ...["--kernel-log", join(folder, "kernel.log"), "--node-id", instanceId],
        ...["--cluster-id", order.clusterId, "--control-plane", order.controlPlaneUrl],
        ...["--provider", this.name, "--region", order.region, `--zone=${order.zone}`],
        ...["--instance-type", order.instanceType],
      ],
      { detached: true, stdio: ["ignore", log, log] },
    );
    closeSync(log);
    await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
  }
}
