// What holds of a controller whatever is asked of it, and whatever happens to its processes.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "yaml";
import type { Configuration } from "../../../examples/gaius/configuration.js";
import {
  type Change,
  Controller,
  type Endpoint,
  EndpointStatus,
  WrongState,
} from "../../../examples/gaius/controller.js";
import { childrenOf, configuration, PROGRAMS, processOn } from "./running-engine.js";

const { Stopped, Starting, Healthy, Unhealthy, Stopping, Failed, Pending } = EndpointStatus;

/** Where each status may lead. Only what has a process is told to stop, or fails. */
const LEADS_TO: Readonly<Record<EndpointStatus, readonly EndpointStatus[]>> = {
  [Stopped]: [Pending],
  [Pending]: [Starting, Stopped],
  [Starting]: [Healthy, Stopping, Stopped, Failed],
  [Healthy]: [Unhealthy, Stopping, Stopped, Failed],
  [Unhealthy]: [Healthy, Stopping, Stopped, Failed],
  [Stopping]: [Stopped],
  [Failed]: [Pending, Stopped],
};

const name = fc.constantFrom("a", "b", "c");
const step = fc.oneof(
  fc.record({ does: fc.constantFrom("start", "stop", "force", "restart", "kill"), name }),
  fc.record({ does: fc.constant("clean-start"), names: fc.uniqueArray(name, { minLength: 1 }) }),
  fc.record({ does: fc.constant("wait"), ms: fc.integer({ min: 1, max: 300 }) }),
);

it("keeps to the life of an endpoint, starts one at a time, and ends with no process", async () => {
  const read = parse(await configuration({ a: {}, b: { load_ms: 100 }, c: {} })) as Configuration;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
      const controller = new Controller(read, join(PROGRAMS, "endpoint.js"));
      const changes: Change[] = [];
      let mostStarting = 0;
      controller.on("change", (change) => {
        changes.push(change);
        const starting = controller.endpoints().filter(({ status }) => status === Starting);
        mostStarting = Math.max(mostStarting, starting.length);
      });
      try {
        // All at once, as clients do it: each waits for its own answer alone.
        const answers: Promise<unknown>[] = [];
        for (const step of steps) {
          if ("ms" in step) await sleep(step.ms);
          else if ("names" in step)
            answers.push(answer(controller.cleanStart(step.names), Pending, Starting));
          else if (step.does === "start")
            answers.push(
              answer(controller.start(step.name), Pending, Starting, Healthy, Unhealthy),
            );
          else if (step.does === "stop")
            answers.push(answer(controller.stop(step.name, false), Stopping, Stopped));
          else if (step.does === "force")
            answers.push(answer(controller.stop(step.name, true), Stopped));
          else if (step.does === "restart")
            answers.push(answer(controller.restart(step.name), Stopping, Pending, Starting));
          else await killProcess(read, step.name);
        }
        await Promise.all(answers);
      } finally {
        await controller.close();
      }
      for (const { endpoint, previous } of changes)
        expect(LEADS_TO[previous], `${endpoint.configuration.name}: ${previous}`).toContain(
          endpoint.status,
        );
      expect(mostStarting).toBeLessThanOrEqual(1);
      for (const endpoint of controller.endpoints()) {
        expect(endpoint.status).toBe(Stopped);
        expect(controller.holdsGpus(endpoint)).toBe(false);
      }
      expect(await childrenOf(process.pid, "endpoint.js")).toEqual([]);
    }),
    { numRuns: 15, endOnFailure: true },
  );
});

/** Waits for what a call answers: endpoints with one of those statuses, or that it cannot be now. */
async function answer(
  call: Promise<Endpoint | Endpoint[]>,
  ...expected: EndpointStatus[]
): Promise<void> {
  const answered = await call.catch((thrown: unknown) => {
    if (thrown instanceof WrongState) return [];
    throw thrown;
  });
  for (const { status } of [answered].flat()) expect(expected).toContain(status);
}

/** Kills the endpoint's process, if it has one that answers. */
async function killProcess({ endpoints }: Configuration, name: string): Promise<void> {
  const { port = 0 } = endpoints.find((endpoint) => endpoint.name === name) ?? {};
  const pid = await processOn(port).catch(() => undefined);
  if (pid !== undefined) process.kill(pid, "SIGKILL");
}
