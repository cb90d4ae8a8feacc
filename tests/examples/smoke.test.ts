// `just smoke`, as a user runs it; the program is built already.
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageFolder } from "../../core/installation.js";
import { run } from "./gaius/running-engine.js";

const program = join(packageFolder, "examples/dist/smoke.js");

it("drives the example systems through their command lines", async () => {
  const { code, stdout, stderr } = await run(process.execPath, [program]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.trim().split("\n")).toEqual([
    "✓ gaius: the engine listens, all endpoints are stopped",
    "✓ gaius: a clean start brings one after the other up",
    "✓ gaius: endpoints stop, by force and gently, and give their GPUs back",
    "✓ gaius: a process that is killed is a failed endpoint, until it is started again",
    "✓ gaius: the engine stops and leaves no endpoint behind",
    "✓ navarch: the control plane answers, both nodes are active and healthy",
    "✓ navarch: nodes are cordoned, uncordoned and drained, each at its next poll",
    "✓ navarch: a terminated node leaves the fleet",
    "✓ navarch: the fleet is down and leaves no process behind",
  ]);
});
