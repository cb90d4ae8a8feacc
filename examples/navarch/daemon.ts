// The daemon of a node. It only ever calls the control plane; nothing calls it.
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type Duration, durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  HealthCheckType,
  HealthCheckTypeByShortName,
  type NodeCommand,
  NodeCommandTypeShortNames,
  type NodeConfig,
} from "#bindings";
import { type Machine, runCheck } from "./checks.js";
import { type Clients, clientsOf } from "./client.js";
import { CpuMeter, memory } from "./metrics.js";
import { simulatedGpus, simulatedMetrics } from "./simulated-gpus.js";
import { ifAborted, Workload } from "./workload.js";

export interface DaemonOptions {
  readonly nodeId: string;
  readonly clusterId: string | undefined;
  readonly controlPlaneUrl: string;
  readonly provider: string;
  readonly region: string;
  readonly zone: string;
  readonly instanceType: string;
  readonly gpuCount: number;
  readonly kernelLog: string;
  readonly log: (line: string) => void;
}

/**
 * What this daemon can be told to do.
 *
 * @proto navarch.v1.NodeCommandType except UNSPECIFIED
 */
enum Order {
  Cordon = "cordon",
  Drain = "drain",
  RunDiagnostic = "run_diagnostic",
  Terminate = "terminate",
  Uncordon = "uncordon",
}

/** From one attempt to register to the next; afterwards the control plane sets the intervals. */
const RETRY_MS = 500;

export class Daemon {
  readonly #clients: Clients;
  readonly #machine: Machine;
  readonly #workload = new Workload();
  readonly #cpu = new CpuMeter();
  readonly #stop = new AbortController();
  /** Commands that were carried out and may be handed out again. */
  readonly #carriedOut = new Set<string>();
  #checks: readonly HealthCheckType[] = [];
  #unanswered = false;
  #registering: Promise<unknown> | undefined;

  constructor(readonly options: DaemonOptions) {
    this.#clients = clientsOf(options.controlPlaneUrl);
    this.#machine = {
      instanceType: options.instanceType,
      gpus: simulatedGpus(options.nodeId, options.gpuCount),
      kernelLog: options.kernelLog,
      busy: () => this.#workload.busy,
    };
  }

  /** Ends the run, as the command to terminate does. */
  stop(): void {
    this.#stop.abort();
  }

  /** Runs until it is told to end. Throws if the control plane refuses the node. */
  async run(): Promise<void> {
    const config = await this.#registerUntilAnswered();
    if (config === undefined) return;
    this.#checks = config.enabledChecks;
    const afterBoot = this.#checks.filter((type) => type !== HealthCheckType.BOOT);
    try {
      await Promise.all([
        this.#workload.run(this.#stop.signal),
        this.#every(config.heartbeatInterval, () => this.#heartbeat()),
        this.#every(config.healthCheckInterval, async () => {
          await this.#reportHealth(this.#checks);
          this.#checks = afterBoot;
        }),
        this.#every(config.commandPollInterval, () => this.#poll()),
      ]);
    } finally {
      this.stop();
    }
  }

  async #registerUntilAnswered(): Promise<NodeConfig | undefined> {
    while (!this.#stop.signal.aborted) {
      try {
        return await this.#register();
      } catch (thrown) {
        if (isRefusal(thrown)) throw thrown;
        this.#noteUnanswered(thrown);
        await this.#wait(RETRY_MS);
      }
    }
    return undefined;
  }

  /** What several calls find out at the same time is done once. */
  #registerAgain(): Promise<unknown> {
    this.#registering ??= this.#registerUntilAnswered().finally(() => {
      this.#registering = undefined;
    });
    return this.#registering;
  }

  async #register(): Promise<NodeConfig> {
    const { nodeId, clusterId, provider, region, zone, instanceType } = this.options;
    const { config } = await this.#clients.nodes.registerNode({
      nodeId,
      ...(clusterId === undefined ? {} : { clusterId }),
      ...{ provider, region, zone, instanceType },
      gpus: [...this.#machine.gpus],
      metadata: { host: hostname(), pid: String(process.pid), gpus: "simulated" },
    });
    if (config === undefined) throw new Error("the answer to RegisterNode has no config");
    this.#unanswered = false;
    this.options.log(`registered as ${nodeId}`);
    return config;
  }

  async #heartbeat(): Promise<void> {
    const gpus = this.#machine.gpus.map(({ index }) =>
      simulatedMetrics(index, this.#workload.busy),
    );
    const metrics = { cpuUtilizationPercent: this.#cpu.percent(), ...memory(), gpus };
    await this.#clients.nodes.heartbeat({ nodeId: this.options.nodeId, metrics });
  }

  async #reportHealth(checks: readonly HealthCheckType[]): Promise<void> {
    const results = await Promise.all(checks.map((type) => runCheck(type, this.#machine)));
    const { nodeId } = this.options;
    await this.#clients.nodes.reportHealth({ nodeId, results: results.flat() });
  }

  async #poll(): Promise<void> {
    const acknowledged = new Set(this.#carriedOut);
    const commands = await this.#commands(acknowledged);
    this.#carriedOut.clear();
    for (const command of commands) {
      if (!acknowledged.has(command.commandId)) await this.#carryOut(command);
      this.#carriedOut.add(command.commandId);
    }
    // The last poll of a node acknowledges the command that ends it.
    if (this.#stop.signal.aborted) await this.#commands(this.#carriedOut);
  }

  async #commands(acknowledged: ReadonlySet<string>): Promise<NodeCommand[]> {
    const { commands } = await this.#clients.nodes.getNodeCommands({
      nodeId: this.options.nodeId,
      acknowledgedCommandIds: [...acknowledged],
    });
    return commands;
  }

  readonly #does: Record<Order, (parameters: Record<string, string>) => unknown> = {
    [Order.Cordon]: () => this.#workload.cordon(),
    [Order.Drain]: () => this.#workload.drain(),
    [Order.Uncordon]: () => this.#workload.uncordon(),
    [Order.RunDiagnostic]: ({ check }) => this.#diagnose(check),
    [Order.Terminate]: () => this.stop(),
  };

  async #carryOut({ commandId, type, parameters }: NodeCommand): Promise<void> {
    const order = Object.values(Order).find((name) => name === NodeCommandTypeShortNames[type]);
    if (order === undefined)
      return this.options.log(`command ${commandId} ignored: unknown type ${type}`);
    this.options.log(`command ${commandId}: ${order}`);
    await this.#does[order](parameters);
  }

  /** Runs the check of that name, or each that the node was told to run, and reports. */
  async #diagnose(check: string | undefined): Promise<void> {
    const type = Object.entries(HealthCheckTypeByShortName).find(([name]) => name === check)?.[1];
    if (check !== undefined && !type) return this.options.log(`there is no check "${check}"`);
    await this.#reportHealth(type === undefined ? this.#checks : [type]);
  }

  /** Does the task at once and then at that interval. A failed call is made good by a later one. */
  async #every(interval: Duration | undefined, task: () => Promise<void>): Promise<void> {
    if (interval === undefined) throw new Error("the configuration lacks an interval");
    while (!this.#stop.signal.aborted) {
      try {
        await task();
        this.#unanswered = false;
      } catch (thrown) {
        if (this.#stop.signal.aborted) return;
        if (!isRefusal(thrown)) this.#noteUnanswered(thrown);
        // A control plane that has lost its disk learns of the node again, or refuses it for good.
        else if (thrown.code === Code.NotFound) await this.#registerAgain();
        else throw thrown;
      }
      await this.#wait(durationMs(interval));
    }
  }

  #noteUnanswered(thrown: unknown): void {
    if (!this.#unanswered) this.options.log(`no answer from the control plane: ${String(thrown)}`);
    this.#unanswered = true;
  }

  #wait(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#stop.signal }).catch(ifAborted);
  }
}

/** Whether the control plane has answered that it will not. Anything else may pass. */
function isRefusal(thrown: unknown): thrown is ConnectError {
  const refusals = [Code.NotFound, Code.FailedPrecondition, Code.InvalidArgument];
  return thrown instanceof ConnectError && refusals.includes(thrown.code);
}
