// Runs the processes of the endpoints: one starts at a time, the others wait in a queue. It knows
// nothing of gRPC; the service translates.
import { EventEmitter } from "node:events";
import type { Configuration, EndpointConfiguration } from "./configuration.js";
import { EndpointProcess } from "./endpoint-process.js";

/**
 * Where an endpoint is in its life, as the controller and its log say it.
 *
 * @proto gaius.engine.v1.ProcessStatus except UNSPECIFIED
 */
export enum EndpointStatus {
  Stopped = "stopped",
  Starting = "starting",
  Healthy = "healthy",
  Unhealthy = "unhealthy",
  Stopping = "stopping",
  Failed = "failed",
  Pending = "pending",
}

const { Stopped, Starting, Healthy, Unhealthy, Stopping, Failed, Pending } = EndpointStatus;

/** An endpoint at one moment; a change makes a new one. */
export interface Endpoint {
  readonly configuration: EndpointConfiguration;
  readonly status: EndpointStatus;
  readonly statusTime: Date;
  /** Why it is UNHEALTHY or FAILED. */
  readonly statusMessage: string;
}

export interface Change {
  readonly endpoint: Endpoint;
  readonly previous: EndpointStatus;
}

/** What an endpoint's status, or the engine's, does not allow. */
export class WrongState extends Error {
  override readonly name = "WrongState";
}

/** A process of an endpoint, from its start until it has ended. */
interface Run {
  readonly process: EndpointProcess;
  readonly since: number;
  /** The endpoint is queued again once the process has ended. */
  restart: boolean;
  /** The process was told to end at once. */
  killed?: { readonly status: EndpointStatus; readonly message: string };
}

/** Emits "change" for every change of a status. */
export class Controller extends EventEmitter<{ change: [Change] }> {
  readonly #endpoints: Map<string, Endpoint>;
  readonly #runs = new Map<string, Run>();
  readonly #queue: string[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `program` is the file that Node runs as an endpoint's process. */
  constructor(
    readonly configuration: Configuration,
    private readonly program: string,
  ) {
    super();
    this.setMaxListeners(0);
    const byName = configuration.endpoints.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.#endpoints = new Map(
      byName.map((endpoint) => [
        endpoint.name,
        {
          configuration: endpoint,
          status: Stopped,
          statusTime: new Date(),
          statusMessage: "",
        },
      ]),
    );
  }

  /** All endpoints, sorted by name. */
  endpoints(): Endpoint[] {
    return [...this.#endpoints.values()];
  }

  endpoint(name: string): Endpoint | undefined {
    return this.#endpoints.get(name);
  }

  /** Whether the endpoint has a process, and so its GPUs. */
  holdsGpus({ configuration }: Endpoint): boolean {
    return this.#runs.has(configuration.name);
  }

  /** Queues an endpoint for startup, unless it is queued or runs already. */
  start(name: string): Promise<Endpoint> {
    return this.#inTurn(async () => {
      if (this.#get(name).status === Stopping) throw new WrongState(`${name} is stopping.`);
      this.#enqueue(name);
      return this.#get(name);
    });
  }

  /** Stops an endpoint. By force, its process has ended when this returns. */
  stop(name: string, force: boolean): Promise<Endpoint> {
    return this.#inTurn(async () => {
      if (force) await this.#kill(name);
      else this.#stopGently(name, { restart: false });
      return this.#get(name);
    });
  }

  /** Stops an endpoint gently, if it runs, and queues it for startup. */
  restart(name: string): Promise<Endpoint> {
    return this.#inTurn(async () => {
      if (this.#runs.has(name)) this.#stopGently(name, { restart: true });
      else this.#enqueue(name);
      return this.#get(name);
    });
  }

  /** Stops these endpoints by force, then queues them in that order. */
  cleanStart(names: readonly string[]): Promise<Endpoint[]> {
    return this.#inTurn(async () => {
      await Promise.all(names.map((name) => this.#kill(name)));
      for (const name of names) this.#enqueue(name);
      return names.map((name) => this.#get(name));
    });
  }

  /** Stops all endpoints, gently first. No process is left when this returns. */
  async close(): Promise<void> {
    this.#closed = true;
    const deadline = setTimeout(() => {
      for (const name of this.#runs.keys()) void this.#kill(name);
    }, this.configuration.shutdown_ms);
    for (const name of this.#endpoints.keys()) this.#stopGently(name, { restart: false });
    await Promise.all([...this.#runs.values()].map(({ process }) => process.ended));
    clearTimeout(deadline);
  }

  /** One call at a time changes what runs, so that none sees another's half-done work. */
  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => {
      if (this.#closed) throw new WrongState("The engine is shutting down.");
      return call();
    });
    this.#turn = result.catch(() => {}); // The caller has the error.
    return result;
  }

  #get(name: string): Endpoint {
    const endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) throw new Error(`There is no endpoint ${name}.`);
    return endpoint;
  }

  #set(name: string, status: EndpointStatus, statusMessage = ""): void {
    const before = this.#get(name);
    if (before.status === status) return;
    const endpoint = { ...before, status, statusTime: new Date(), statusMessage };
    this.#endpoints.set(name, endpoint);
    this.emit("change", { endpoint, previous: before.status });
  }

  #enqueue(name: string): void {
    if (this.#runs.has(name) || this.#queue.includes(name)) return;
    this.#queue.push(name);
    this.#set(name, Pending);
    this.#startNext();
  }

  /** Starts the process of the endpoint that waits longest, unless another one is still starting. */
  #startNext(): void {
    if (this.#closed || this.endpoints().some(({ status }) => status === Starting)) return;
    const name = this.#queue.shift();
    if (name === undefined) return;
    const process = new EndpointProcess(
      this.program,
      this.#get(name).configuration,
      this.configuration.health,
      {
        checked: (problem) => this.#checked(name, problem),
        ended: (how) => this.#ended(name, how),
      },
    );
    this.#runs.set(name, { process, since: Date.now(), restart: false });
    this.#set(name, Starting);
  }

  #checked(name: string, problem: string | undefined): void {
    const { status } = this.#get(name);
    const run = this.#runs.get(name);
    if (run === undefined || status === Stopping) return;
    if (problem === undefined) this.#set(name, Healthy);
    else if (status !== Starting) this.#set(name, Unhealthy, problem);
    else if (Date.now() - run.since > this.configuration.health.startup_ms) {
      run.killed = { status: Failed, message: `It did not come up. ${problem}` };
      run.process.kill();
    }
    this.#startNext();
  }

  #ended(name: string, how: string): void {
    const { killed, restart } = this.#runs.get(name) ?? {};
    this.#runs.delete(name);
    if (this.#get(name).status === Stopping) this.#set(name, Stopped);
    else if (killed) this.#set(name, killed.status, killed.message);
    else this.#set(name, Failed, how);
    if (restart && !this.#closed) this.#enqueue(name);
    this.#startNext();
  }

  #stopGently(name: string, { restart }: { restart: boolean }): void {
    const run = this.#runs.get(name);
    if (run === undefined) {
      this.#dequeue(name);
      return;
    }
    run.restart = restart;
    if (this.#get(name).status === Stopping) return;
    this.#set(name, Stopping);
    run.process.stop();
    this.#startNext();
  }

  async #kill(name: string): Promise<void> {
    const run = this.#runs.get(name);
    if (run === undefined) return this.#dequeue(name);
    run.restart = false;
    run.killed = { status: Stopped, message: "" };
    run.process.kill();
    await run.process.ended;
  }

  #dequeue(name: string): void {
    const at = this.#queue.indexOf(name);
    if (at !== -1) this.#queue.splice(at, 1);
    this.#set(name, Stopped);
  }
}
