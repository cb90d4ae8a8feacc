// Runs a program with its arguments, without a shell.
import { spawn } from "node:child_process";

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
 * Throws the system's error where the program cannot be started, and an `AbortError` where the
 * signal stopped it.
 */
export function runProgram(
  file: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env,
      signal: options.signal,
      windowsHide: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({
        code,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString("utf8"),
      }),
    );
    // A program that ends before it has read its input closes the pipe; its exit code tells why.
    child.stdin.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") reject(error);
    });
    child.stdin.end(options.input);
  });
}
