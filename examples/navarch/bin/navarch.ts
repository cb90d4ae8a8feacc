#!/usr/bin/env node
// The navarch command: gives the process to the command line and takes its exit code.
import { join } from "node:path";
import { run } from "../cli.js";

process.exitCode = await run({
  argv: process.argv.slice(2),
  programs: {
    controlPlane: join(import.meta.dirname, "control-plane.js"),
    node: join(import.meta.dirname, "node.js"),
  },
  stdout: process.stdout,
  stderr: process.stderr,
});
