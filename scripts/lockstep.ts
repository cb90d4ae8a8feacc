#!/usr/bin/env node
// The lockstep command: gives the process to the command line and takes its exit code.
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

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // Not `once`: without a listener of ours, the clean-up of the lock ends the process in mid-run.
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(2);
    stop.abort();
  });
}
for (const stream of [process.stdout, process.stderr]) {
  // Who reads only the first lines, such as `head`, closes the pipe.
  stream.on("error", (error) => {
    if (errorCode(error) !== "EPIPE") throw error;
  });
}
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
});
