// One process of an endpoint: started, watched through its health port, and ended.
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Configuration, EndpointConfiguration } from "./configuration.js";

export interface Watcher {
  /** After each health check, with what is wrong; nothing is, where it is undefined. */
  checked(problem: string | undefined): void;
  /** Once, when the process has ended or could not be started, with how. */
  ended(how: string): void;
}

export class EndpointProcess {
  readonly #child: ChildProcess;
  readonly #over = new AbortController();
  /** Settles when the process has ended and its watcher knows. */
  readonly ended: Promise<void>;

  /** Starts the process: `program` is a file that Node runs. */
  constructor(
    program: string,
    private readonly endpoint: EndpointConfiguration,
    private readonly health: Configuration["health"],
    watcher: Watcher,
  ) {
    const { model, port, load_ms } = endpoint;
    const args = ["--model", model, "--port", String(port), "--load-ms", String(load_ms)];
    this.#child = spawn(process.execPath, [program, ...args], {
      stdio: ["pipe", "ignore", "pipe"],
      // In a group of its own: Ctrl-C reaches the engine, and the engine decides what it means.
      detached: true,
    });
    let said = "";
    this.#child.stderr?.on("data", (chunk: Buffer) => (said = `${said}${chunk}`.slice(-1_000)));
    this.#child.on("error", ({ message }) => (said += `\n${message}`));
    this.ended = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => {
        this.#over.abort();
        const lastLine = said.trim().split("\n").at(-1);
        const how = signal ? `was ended by ${signal}` : `exited with code ${code}`;
        watcher.ended(`The process ${how}${lastLine ? `: ${lastLine}` : "."}`);
        resolve();
      });
    });
    void this.#watch(watcher);
  }

  /** Asks the process to finish what it is doing and end. */
  stop(): void {
    this.#child.kill("SIGTERM");
  }

  /** Ends the process at once. Nothing is said of its health any more. */
  kill(): void {
    this.#over.abort();
    this.#child.kill("SIGKILL");
  }

  async #watch(watcher: Watcher): Promise<void> {
    const over = this.#over.signal;
    while (!over.aborted) {
      const problem = await this.#check();
      if (over.aborted) return;
      watcher.checked(problem);
      await sleep(this.health.interval_ms, undefined, { signal: over }).catch(() => {});
    }
  }

  /** What is wrong with the health of the process, if anything. */
  async #check(): Promise<string | undefined> {
    const { port } = this.endpoint;
    try {
      const signal = AbortSignal.timeout(this.health.timeout_ms);
      const response = await fetch(`http://127.0.0.1:${port}/health`, { signal });
      if (!response.ok) return `Its health check on port ${port} answers ${response.status}.`;
      const { pid } = (await response.json()) as { pid?: unknown };
      if (pid !== this.#child.pid) return `Another process answers on port ${port}.`;
      return undefined;
    } catch (thrown) {
      const { name, message, cause } = thrown as Error;
      if (name === "TimeoutError")
        return `Its health check on port ${port} does not answer within ${this.health.timeout_ms} ms.`;
      const why = cause instanceof Error ? cause.message : message;
      return `Its health check on port ${port} fails: ${why}`;
    }
  }
}
