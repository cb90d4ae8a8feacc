// Watches over nodes and their instances: marks nodes that have fallen silent, and gives back to the
// provider the instances that nobody needs any more.
import { NodeStatus } from "#bindings";
import type { FleetStore } from "./fleet-store.js";
import type { Provider } from "./provider.js";

export class InstanceKeeper {
  readonly #startedMs = Date.now();
  readonly #timer: NodeJS.Timeout;
  #releasing: Promise<void> | undefined;

  /** Looks several times in the time after which a node counts as silent. */
  constructor(
    readonly store: FleetStore,
    readonly providers: ReadonlyMap<string, Provider>,
    readonly silenceMs: number,
    readonly log: (line: string) => void,
  ) {
    // A cluster whose order was cut short by the end of the process: nobody was told of it.
    for (const { clusterId } of store.clusters("ordering"))
      store.setClusterState(clusterId, "terminated", Date.now());
    this.#timer = setInterval(() => this.#look(), Math.min(1000, silenceMs / 4));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#releasing;
  }

  /** Begins to give back what can be given back now. */
  releaseSoon(): void {
    this.#releasing ??= this.#release().finally(() => {
      this.#releasing = undefined;
    });
  }

  #look(): void {
    this.store.transaction(() => {
      for (const node of this.store.silentNodes(this.#silentSinceMs())) {
        node.status = NodeStatus.UNHEALTHY;
        this.store.saveNode(node);
        this.log(`node ${node.nodeId} is silent: UNHEALTHY`);
      }
    });
    this.releaseSoon();
  }

  /** What was last seen before is silent. Nobody could be heard while the control plane was down. */
  #silentSinceMs(): number {
    const now = Date.now();
    return now - this.#startedMs < this.silenceMs ? 0 : now - this.silenceMs;
  }

  async #release(): Promise<void> {
    for (const { instanceId, cluster } of this.store.instancesToRelease(this.#silentSinceMs())) {
      const provider = this.providers.get(cluster.provider);
      try {
        if (provider === undefined) throw new Error(`no provider ${cluster.provider}`);
        await provider.release(instanceId);
      } catch (thrown) {
        // It is tried again when it is looked for again.
        this.log(`instance ${instanceId} could not be given back: ${String(thrown)}`);
        continue;
      }
      this.store.transaction(() => {
        const node = this.store.node(instanceId);
        if (node !== undefined) {
          node.status = NodeStatus.TERMINATED;
          this.store.saveNode(node);
        }
        this.store.markReleased(instanceId);
      });
      this.log(`instance ${instanceId} was given back`);
    }
  }
}
