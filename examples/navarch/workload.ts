// A stand-in for the work that a node does: one short job after another, while it takes work.
import { setTimeout as sleep } from "node:timers/promises";

const JOB_MS = 2000;

export class Workload {
  #taking = true;
  #handOver = new AbortController();
  #running = false;

  get busy(): boolean {
    return this.#running;
  }

  /** Takes no new job; one that runs goes on to its end. */
  cordon(): void {
    this.#taking = false;
  }

  /** Takes no new job, and hands over the one that runs. */
  drain(): void {
    this.#taking = false;
    this.#handOver.abort();
  }

  uncordon(): void {
    this.#taking = true;
    this.#handOver = new AbortController();
  }

  /** Works until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#running = this.#taking;
      const until = this.#running ? AbortSignal.any([signal, this.#handOver.signal]) : signal;
      await sleep(this.#running ? JOB_MS : 100, undefined, { signal: until }).catch(ifAborted);
    }
    this.#running = false;
  }
}

/** For a wait that was cut short on purpose. */
export function ifAborted(thrown: unknown): void {
  if (!(thrown instanceof Error) || thrown.name !== "AbortError") throw thrown;
}
