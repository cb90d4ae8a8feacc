// Runs a program with its arguments, without a shell.
import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { trouble } from "./trouble.js";

export interface Outcome {
  /** The exit code; a program that a signal ended has none. */
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

export interface RunOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
}

type Input = Uint8Array | string;

/** A program that waits for its input. Until it has that, it does not keep this process from ending. */
export interface Started {
  /** Whether it has ended already. */
  readonly hasEnded: boolean;
  /** Gives it its input; else as `runProgram`. */
  finish(input?: Input): Promise<Outcome>;
}

/**
 * Runs the program to its end and returns what it printed, whatever its exit code.
 * Throws the system's error where the program cannot be started, and trouble where the signal
 * stopped it.
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  { input, ...options }: RunOptions & { readonly input?: Input },
): Promise<Outcome> {
  return startProgram(file, args, options).finish(input);
}

/** Starts the program. Throws trouble where the signal has stopped it. */
export function startProgram(
  file: string,
  args: readonly string[],
  { cwd, env, signal }: RunOptions,
): Started {
  if (signal?.aborted) throw trouble("STOPPED", {});
  const child = spawn(file, args, {
    cwd,
    env,
    windowsHide: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<Outcome>((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const stop = (): void => void child.kill();
    signal?.addEventListener("abort", stop, { once: true });
    // A program that is stopped has ended before this settles: nothing is written after a clean-up.
    const settle = (settled: () => void): void => {
      signal?.removeEventListener("abort", stop);
      if (signal?.aborted) reject(trouble("STOPPED", {}));
      else settled();
    };
    child.on("error", (error) => settle(() => reject(error)));
    child.on("exit", () => signal?.aborted && settle(() => {}));
    child.on("close", (code) =>
      settle(() =>
        resolve({
          code,
          stdout: Buffer.concat(stdout),
          stderr: Buffer.concat(stderr).toString("utf8"),
        }),
      ),
    );
    // A program that ends before it has read its input closes the pipe; its exit code tells why.
    child.stdin.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") reject(error);
    });
  });
  // Whoever gives it its input is told.
  ended.catch(() => {});
  const handles = [child, child.stdin, child.stdout, child.stderr] as (typeof child | Socket)[];
  for (const handle of handles) handle.unref();
  return {
    get hasEnded() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    finish(input) {
      for (const handle of handles) handle.ref();
      child.stdin.end(input);
      return ended;
    },
  };
}
