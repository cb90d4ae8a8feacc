#!/usr/bin/env node
import module from "node:module";
// The lockstep command: gives the process to the command line and takes its exit code.
import { isatty } from "node:tty";
import { isOlder, packageEngine } from "../core/installation.js";
import { troubleText } from "../core/report/trouble.js";
import { asTrouble, errorCode, trouble } from "../core/trouble.js";

// Node's own exit code for a crash is 1, which would read as "there are findings".
process.on("uncaughtException", (thrown) => {
  process.stderr.write(troubleText(asTrouble(thrown)));
  process.exit(2);
});

const { node } = process.versions;
const oldest = packageEngine();
// The doctor tells of it itself, and of what else is wrong.
if (isOlder(node, oldest) && process.argv[2] !== "doctor")
  throw trouble("NODE_TOO_OLD", { version: node, oldest });

const isOnTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
let isHungUp = false;
/** npm and shells pass on what a terminal has sent already: for so many milliseconds that is no second Ctrl-C. */
const SAME_SIGNAL = 500;
let stoppedAt = 0;
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // Not `once`: without a listener of ours, the clean-up of the lock ends the process in mid-run.
  process.on(signal, () => {
    isHungUp ||= signal === "SIGHUP";
    if (!stop.signal.aborted) {
      stoppedAt = performance.now();
      stop.abort();
    } else if (performance.now() - stoppedAt > SAME_SIGNAL) process.exit(2);
  });
}
const unread = new AbortController();
for (const stream of [process.stdout, process.stderr]) {
  // Who reads only the first lines, such as `head`, closes the pipe; a terminal that was closed says EIO.
  stream.on("error", (error) => {
    if (errorCode(error) === "EIO") isHungUp = true;
    else if (errorCode(error) !== "EPIPE") throw error;
    if (stream === process.stdout) unread.abort();
  });
}
// Compiled code is kept between runs where Node does that: since 22.1.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();
// Loaded here, because an older Node cannot even read it.
const { run } = await import("./run.js");

process.exitCode = await run({
  argv: process.argv.slice(2),
  cwd: process.cwd(),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  signal: stop.signal,
  unread: unread.signal,
});

if (isHungUp && isOnTerminal) {
  // On a regular end, Node would restore the terminal's modes, and abort because the terminal is gone.
  process.removeAllListeners("SIGHUP");
  process.kill(process.pid, "SIGHUP");
}
