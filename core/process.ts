// Runs a program with its arguments, without a shell.
import { spawn } from "node:child_process";
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
  input?: Uint8Array | string;
  signal?: AbortSignal | undefined;
}

/**
 * Runs the program to its end and returns what it printed, whatever its exit code.
 * Throws the system's error where the program cannot be started, and trouble where the signal
 * stopped it.
 */
export function runProgram(
  file: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Outcome> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) throw trouble("STOPPED", {});
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env,
      windowsHide: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
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
    child.stdin.end(options.input);
  });
}
