// The life of an endpoint: every status comes from what really happens to a real process.
import { once } from "node:events";
import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { ProcessStatus, type WatchEndpointsResponse } from "#bindings/gaius/engine/v1";
import { freePorts } from "../../../examples/free-ports.js";
import type { GaiusClient } from "../../../examples/gaius/commands.js";
import { configuration, gone, processOn, reaches, runEngine } from "./running-engine.js";

const { STOPPED, STARTING, HEALTHY, UNHEALTHY, STOPPING, FAILED, PENDING } = ProcessStatus;

/** Long enough that a test sees the endpoint while it starts. */
const SLOW = 3_000;
/** Longer than any test. */
const NEVER = 1_000_000;

/** Follows the stream from its beginning; the messages so far are in `seen`. */
async function watch(client: GaiusClient, ...names: string[]) {
  const over = new AbortController();
  const seen: WatchEndpointsResponse[] = [];
  const stream = client.watchEndpoints({ names }, { signal: over.signal })[Symbol.asyncIterator]();
  const first = await stream.next();
  if (!first.done) seen.push(first.value);
  const reading = (async () => {
    for (let next = await stream.next(); !next.done; next = await stream.next())
      seen.push(next.value);
  })();
  onTestFinished(async () => {
    over.abort();
    await expect(reading).rejects.toThrow();
  });
  const changes = () => seen.flatMap(({ endpoint }) => endpoint ?? []);
  return { seen, changes };
}

const statuses = (endpoints: readonly { name: string; status: ProcessStatus }[]) =>
  endpoints.map(({ name, status }) => [name, status]);

it("begins with every endpoint stopped and every GPU available", async () => {
  const { client } = await runEngine(
    await configuration({ b: { gpu_ids: [1] }, a: { gpu_ids: [0] } }),
  );
  const { status } = await client.getOrchestratorStatus({});
  expect(status?.availableGpuIds).toEqual([0, 1]);
  expect(status?.allocations).toEqual([]);
  expect(statuses(status?.endpoints ?? [])).toEqual([
    ["a", STOPPED],
    ["b", STOPPED],
  ]);
  expect(statuses((await client.listEndpoints({})).endpoints)).toEqual([
    ["a", STOPPED],
    ["b", STOPPED],
  ]);
});

it("starts one endpoint at a time; the others are pending meanwhile", async () => {
  const { client } = await runEngine(
    await configuration({
      a: { load_ms: SLOW, gpu_ids: [0], memory_gib: 20, agent: "x" },
      b: { gpu_ids: [1], agent: "y" },
      c: { gpu_ids: [1], agent: "y" },
    }),
  );
  const watching = await watch(client);
  const { endpoints } = await client.cleanStartEndpoints({ names: ["a", "c", "b", "c"] });
  expect(statuses(endpoints)).toEqual([
    ["a", STARTING],
    ["c", PENDING],
    ["b", PENDING],
  ]);

  const { status } = await client.getOrchestratorStatus({});
  expect(statuses(status?.endpoints ?? [])).toEqual([
    ["a", STARTING],
    ["b", PENDING],
    ["c", PENDING],
  ]);
  expect(status?.availableGpuIds).toEqual([1]);
  expect(status?.allocations).toMatchObject([{ agent: "x", gpuIds: [0] }]);
  expect(status?.gpus.map(({ memoryUsedBytes }) => memoryUsedBytes)).toEqual([
    20n * 1024n ** 3n,
    0n,
  ]);

  await reaches(client, "b", HEALTHY);
  // The stream may tell it later than an answer does.
  await expect.poll(watching.changes, { timeout: 60_000 }).toHaveLength(12);
  const ofLife = watching.seen
    .slice(3)
    .map(({ endpoint, previousStatus }) => [endpoint?.name, previousStatus, endpoint?.status]);
  expect(ofLife).toEqual([
    ["a", STOPPED, PENDING],
    ["a", PENDING, STARTING],
    ["c", STOPPED, PENDING],
    ["b", STOPPED, PENDING],
    ["a", STARTING, HEALTHY],
    ["c", PENDING, STARTING],
    ["c", STARTING, HEALTHY],
    ["b", PENDING, STARTING],
    ["b", STARTING, HEALTHY],
  ]);
});

it("opens the stream with the statuses of that moment, of the chosen endpoints", async () => {
  const { client } = await runEngine(await configuration({ a: {}, b: {}, c: {} }));
  await client.startEndpoint({ name: "b" });
  await reaches(client, "b", HEALTHY);
  const { seen, changes } = await watch(client, "b", "a");
  await client.startEndpoint({ name: "c" });
  await reaches(client, "c", HEALTHY);
  await client.stopEndpoint({ name: "b" });
  await expect.poll(changes, { timeout: 60_000 }).toHaveLength(4);
  expect(seen.map(({ previousStatus }) => previousStatus)).toEqual([
    undefined,
    undefined,
    HEALTHY,
    STOPPING,
  ]);
  expect(statuses(changes())).toEqual([
    ["a", STOPPED],
    ["b", HEALTHY],
    ["b", STOPPING],
    ["b", STOPPED],
  ]);
});

it("is healthy only once the health port answers", async () => {
  const [port = 0] = await freePorts(1);
  const { client } = await runEngine(await configuration({ a: { port, load_ms: SLOW } }));
  const { endpoint } = await client.startEndpoint({ name: "a" });
  expect(endpoint?.status).toBe(STARTING);
  await expect(processOn(port)).rejects.toThrow();
  await reaches(client, "a", HEALTHY);
  expect(await processOn(port)).toBeGreaterThan(0);
  // Again, while it runs: nothing changes.
  const again = await client.startEndpoint({ name: "a" });
  expect(again.endpoint?.status).toBe(HEALTHY);
});

it("fails when the process is killed, and starts again when asked", async () => {
  const [port = 0] = await freePorts(1);
  const { client } = await runEngine(await configuration({ a: { port, gpu_ids: [0] } }));
  await client.startEndpoint({ name: "a" });
  await reaches(client, "a", HEALTHY);
  process.kill(await processOn(port), "SIGKILL");
  const failed = await reaches(client, "a", FAILED);
  expect(failed.statusMessage).toBe("The process was ended by SIGKILL.");
  expect((await client.getOrchestratorStatus({})).status?.availableGpuIds).toEqual([0, 1]);
  await client.startEndpoint({ name: "a" });
  const healthy = await reaches(client, "a", HEALTHY);
  expect(healthy.statusMessage).toBe("");
  expect(healthy.port).toBe(port);
});

it("fails when the process ends by itself, and says what it said last", async () => {
  const [port = 0] = await freePorts(1);
  const other = createServer((_, response) => response.end('{"pid":1}')).listen(port, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { client } = await runEngine(await configuration({ a: { port, load_ms: 500 }, b: {} }));
  await client.cleanStartEndpoints({});
  const { statusMessage } = await reaches(client, "a", FAILED);
  expect(statusMessage).toContain(`exited with code 1: listen EADDRINUSE`);
  // The next in the queue is not held up.
  await reaches(client, "b", HEALTHY);
  // An operator has taken note.
  const { endpoint } = await client.stopEndpoint({ name: "a" });
  expect(endpoint).toMatchObject({ status: STOPPED, statusMessage: "" });
});

it("fails when the process does not come up in time", async () => {
  const { client } = await runEngine(
    await configuration({ a: { load_ms: NEVER } }, { health: { startup_ms: 500 } }),
  );
  await client.startEndpoint({ name: "a" });
  const { statusMessage } = await reaches(client, "a", FAILED);
  expect(statusMessage).toContain("It did not come up. Its health check on port");
});

it("is unhealthy while the process hangs, and healthy again when it goes on", async () => {
  const [port = 0] = await freePorts(1);
  const { client } = await runEngine(
    await configuration({ a: { port } }, { health: { timeout_ms: 2_000 } }),
  );
  await client.startEndpoint({ name: "a" });
  await reaches(client, "a", HEALTHY);
  const pid = await processOn(port);
  process.kill(pid, "SIGSTOP");
  const { statusMessage } = await reaches(client, "a", UNHEALTHY);
  expect(statusMessage).toContain("does not answer within 2000 ms");
  process.kill(pid, "SIGCONT");
  expect((await reaches(client, "a", HEALTHY)).statusMessage).toBe("");
});

it("finishes what is in progress before a gentle stop, and takes nothing new", async () => {
  const [port = 0] = await freePorts(1);
  const { client } = await runEngine(await configuration({ a: { port, gpu_ids: [0] } }));
  await client.startEndpoint({ name: "a" });
  await reaches(client, "a", HEALTHY);
  const inference = fetch(`http://127.0.0.1:${port}/infer?ms=${SLOW}`);
  // The request has arrived once a later one, on a connection of its own, is answered.
  const pid = await processOn(port);
  const { endpoint } = await client.stopEndpoint({ name: "a" });
  expect(endpoint?.status).toBe(STOPPING);
  // A process that is busy takes a request before it sees the signal that came first.
  const late = () => fetch(`http://127.0.0.1:${port}/infer`).then(({ status }) => status);
  await expect.poll(() => late().catch(() => "refused"), { timeout: 60_000 }).not.toBe(200);
  expect([503, "refused"]).toContain(await late().catch(() => "refused"));
  // It goes on with its request only when all has been asked that it is to be in progress for.
  process.kill(pid, "SIGSTOP");
  await expect(client.startEndpoint({ name: "a" })).rejects.toThrow("a is stopping.");
  const { status } = await client.getOrchestratorStatus({});
  expect(status?.availableGpuIds).toEqual([1]);
  process.kill(pid, "SIGCONT");
  expect((await inference).status).toBe(200);
  await reaches(client, "a", STOPPED);
  expect((await client.getOrchestratorStatus({})).status?.availableGpuIds).toEqual([0, 1]);
});

it("ends a gentle stop that hangs by force", async () => {
  const [port = 0] = await freePorts(1);
  const { client } = await runEngine(await configuration({ a: { port } }));
  await client.startEndpoint({ name: "a" });
  await reaches(client, "a", HEALTHY);
  const pid = await processOn(port);
  process.kill(pid, "SIGSTOP");
  expect((await client.stopEndpoint({ name: "a" })).endpoint?.status).toBe(STOPPING);
  expect((await client.stopEndpoint({ name: "a" })).endpoint?.status).toBe(STOPPING);
  expect((await client.stopEndpoint({ name: "a", force: true })).endpoint?.status).toBe(STOPPED);
  await gone(pid);
});

it("takes a pending endpoint out of the queue", async () => {
  const { client } = await runEngine(await configuration({ a: { load_ms: SLOW }, b: {}, c: {} }));
  await client.cleanStartEndpoints({});
  expect((await client.stopEndpoint({ name: "b" })).endpoint?.status).toBe(STOPPED);
  await reaches(client, "c", HEALTHY);
  expect((await client.getEndpoint({ name: "b" })).endpoint?.status).toBe(STOPPED);
});

it("starts the next when the one that starts is stopped", async () => {
  const { client } = await runEngine(await configuration({ a: { load_ms: NEVER }, b: {} }));
  await client.cleanStartEndpoints({});
  await client.stopEndpoint({ name: "a" });
  await reaches(client, "b", HEALTHY);
  await reaches(client, "a", STOPPED);
});

it("restarts with another process on the same port", async () => {
  const [port = 0] = await freePorts(1);
  const { client } = await runEngine(await configuration({ a: { port }, b: {} }));
  // Nothing to stop: as a start.
  expect((await client.restartEndpoint({ name: "a" })).endpoint?.status).toBe(STARTING);
  await reaches(client, "a", HEALTHY);
  const before = await processOn(port);
  expect((await client.restartEndpoint({ name: "a" })).endpoint?.status).toBe(STOPPING);
  await gone(before);
  const after = await reaches(client, "a", HEALTHY);
  expect(after.port).toBe(port);
  expect(await processOn(port)).not.toBe(before);
});

it("stays stopped when it is stopped while it restarts", async () => {
  const [port = 0] = await freePorts(1);
  const { client } = await runEngine(await configuration({ a: { port } }));
  await client.startEndpoint({ name: "a" });
  await reaches(client, "a", HEALTHY);
  const { changes } = await watch(client);
  const pid = await processOn(port);
  process.kill(pid, "SIGSTOP");
  await client.restartEndpoint({ name: "a" });
  await client.stopEndpoint({ name: "a" });
  process.kill(pid, "SIGCONT");
  await reaches(client, "a", STOPPED);
  await client.startEndpoint({ name: "a" });
  await reaches(client, "a", HEALTHY);
  await expect.poll(changes, { timeout: 60_000 }).toHaveLength(6);
  expect(statuses(changes()).map(([, status]) => status)).toEqual([
    HEALTHY,
    STOPPING,
    STOPPED,
    PENDING,
    STARTING,
    HEALTHY,
  ]);
});

it("clean-starts those named, by force, and lets the others be", async () => {
  const [a = 0, b = 0] = await freePorts(2);
  const { client } = await runEngine(
    await configuration({ a: { port: a }, b: { port: b }, c: { load_ms: SLOW } }),
  );
  await client.cleanStartEndpoints({ names: ["a", "b"] });
  await reaches(client, "b", HEALTHY);
  const [before, untouched] = [await processOn(a), await processOn(b)];
  process.kill(before, "SIGSTOP"); // It would never end by itself.
  await client.startEndpoint({ name: "c" });
  const { endpoints } = await client.cleanStartEndpoints({ names: ["a"] });
  // c was not named, and is still starting.
  expect(statuses(endpoints)).toEqual([["a", PENDING]]);
  await gone(before);
  await reaches(client, "a", HEALTHY);
  expect(await processOn(b)).toBe(untouched);
});

it("stops nothing when one name of a clean start is unknown", async () => {
  const [port = 0] = await freePorts(1);
  const { client } = await runEngine(await configuration({ a: { port } }));
  await client.startEndpoint({ name: "a" });
  await reaches(client, "a", HEALTHY);
  const before = await processOn(port);
  await expect(client.cleanStartEndpoints({ names: ["a", "nope"] })).rejects.toThrow(
    'There is no endpoint "nope".',
  );
  expect(await processOn(port)).toBe(before);
  expect((await client.getEndpoint({ name: "a" })).endpoint?.status).toBe(HEALTHY);
});
