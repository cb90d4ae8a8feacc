// A watch that runs in a workspace: as a tool follows it, and as a person sees it on a terminal.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { expect, onTestFinished } from "vitest";
import { bundledProgram } from "../../core/installation.js";
import { type Ended, type Json, type TestWorkspace, until } from "../workspace.js";

/** A watch with `--format json`, whose output is piped. */
export class Watching {
  #text = "";
  #taken = 0;
  readonly #started: ReturnType<TestWorkspace["start"]>;
  #hasEnded = false;

  /** From now on each file is saved by one change: one that is seen in two parts is two rounds. */
  constructor(w: TestWorkspace, argv: readonly string[] = ["--format", "json"]) {
    w.write = async (path, content) => {
      await mkdir(dirname(w.path(path)), { recursive: true });
      await writeFile(w.path("../saved"), content);
      await rename(w.path("../saved"), w.path(path));
    };
    this.#started = w.start(["watch", ...argv]);
    this.#started.process.stdout?.on("data", (chunk: Buffer) => (this.#text += chunk.toString()));
    void this.#started.ended.then(() => (this.#hasEnded = true));
    onTestFinished(() => this.kill());
  }

  get process(): ReturnType<TestWorkspace["start"]>["process"] {
    return this.#started.process;
  }

  get stdout(): string {
    return this.#text;
  }

  stderr(): string {
    return this.#started.stderr();
  }

  get rounds(): Json[] {
    const lines = this.#text.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Json);
  }

  /** The next round that was not asked for yet. */
  async next(): Promise<Json> {
    const place = this.#taken++;
    await until(() => this.#hasEnded || this.rounds.length > place);
    const round = this.rounds[place];
    if (round === undefined) throw new Error(`The watch has ended: ${this.stderr()}`);
    return round;
  }

  /** Waits until it has said that on standard error. */
  tells(text: string): Promise<void> {
    return until(() => this.stderr().includes(text));
  }

  /** Ends it. */
  async stop(signal: "SIGINT" | "SIGTERM" = "SIGINT"): Promise<Ended> {
    this.process.kill(signal);
    return this.#started.ended;
  }

  async kill(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.#started.ended;
  }
}

/** A watch on a pseudo-terminal, and what that shows. */
export class Terminal {
  readonly #screen = new xterm.Terminal({ cols: 100, rows: 40, allowProposedApi: true });
  readonly #pty: ReturnType<typeof spawn>;
  raw = "";
  code: number | undefined;

  /** Runs a line of the shell in which `$watch` is the command. */
  constructor(w: TestWorkspace, line = "exec $watch", env: NodeJS.ProcessEnv = {}) {
    this.#pty = spawn("sh", ["-c", line.replace("$watch", '"$NODE" "$LOCKSTEP" watch')], {
      cwd: w.root,
      cols: 100,
      rows: 40,
      env: {
        ...process.env,
        NODE: process.execPath,
        LOCKSTEP: bundledProgram("lockstep"),
        TERM: "xterm-256color",
        NO_COLOR: undefined,
        ...env,
      },
    });
    this.#pty.onData((data) => {
      this.raw += data;
      this.#screen.write(data);
    });
    this.#pty.onExit(({ exitCode, signal }) => {
      this.code = signal ? 128 + signal : exitCode;
    });
    onTestFinished(async () => {
      if (this.code === undefined) process.kill(this.#pty.pid, "SIGKILL");
      await until(() => this.code !== undefined);
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** The rows of the screen, as a person sees them now. */
  get shown(): string {
    return this.#rows(this.#screen.buffer.active.baseY, this.#screen.rows);
  }

  /** What scrolled out of the screen, and can be scrolled back to. */
  get scrollback(): string {
    return this.#rows(0, this.#screen.buffer.active.baseY);
  }

  #rows(from: number, count: number): string {
    const lines = Array.from({ length: count }, (_, i) =>
      this.#screen.buffer.active.getLine(from + i)?.translateToString(true),
    );
    return lines.join("\n").trimEnd();
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Waits until the screen shows all of that, and none of what is listed as gone. */
  async shows(texts: readonly string[], gone: readonly string[] = []): Promise<void> {
    const all = (): boolean =>
      texts.every((text) => this.shown.includes(text)) &&
      !gone.some((text) => this.shown.includes(text));
    await until(() => this.code !== undefined || all());
    expect(all(), this.shown).toBe(true);
  }

  async ended(): Promise<number> {
    await until(() => this.code !== undefined);
    return this.code as number;
  }

  /** Closes the terminal while the watch runs: the system tells its programs, and takes no more from them. */
  close(): void {
    (this.#pty as unknown as { destroy(): void }).destroy();
  }
}
