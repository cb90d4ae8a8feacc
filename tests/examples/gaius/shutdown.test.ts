// An engine that ends, in order or not, leaves no process behind.
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ProcessStatus } from "#bindings/gaius/engine/v1";
import { freePorts } from "../../../examples/free-ports.js";
import {
  childrenOf,
  configuration,
  connect,
  gone,
  PROGRAMS,
  processOn,
  reaches,
  run,
  runEngine,
  temporaryFolder,
} from "./running-engine.js";

const { HEALTHY } = ProcessStatus;

describe.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)("on %s", (signal) => {
  it("ends every endpoint, also one that has just begun to load", async () => {
    const [port = 0] = await freePorts(1);
    const engine = await runEngine(
      await configuration({ a: { port }, b: { load_ms: 1_000_000 }, c: {} }),
    );
    await engine.client.cleanStartEndpoints({});
    await reaches(engine.client, "b", ProcessStatus.STARTING);
    const pid = await processOn(port);
    const children = await childrenOf(engine.pid);
    expect(children).toHaveLength(2);
    expect(children).toContain(pid);
    process.kill(engine.pid, signal);
    expect(await engine.ended).toBe(signal === "SIGKILL" ? "SIGKILL" : 0);
    for (const child of children) await gone(child);
  });
});

it("kills an endpoint that does not end in time", async () => {
  const [port = 0] = await freePorts(1);
  const engine = await runEngine(await configuration({ a: { port } }, { shutdown_ms: 500 }));
  await engine.client.startEndpoint({ name: "a" });
  await reaches(engine.client, "a", HEALTHY);
  const pid = await processOn(port);
  process.kill(pid, "SIGSTOP");
  process.kill(engine.pid, "SIGTERM");
  expect(await engine.ended).toBe(0);
  await gone(pid);
});

it("tells those who watch that it is gone", async () => {
  const engine = await runEngine(await configuration({ a: {} }));
  const stream = engine.client.watchEndpoints({})[Symbol.asyncIterator]();
  await stream.next();
  const next = stream.next();
  process.kill(engine.pid, "SIGTERM");
  await expect(next).rejects.toThrow("[unavailable] The engine is shutting down.");
  expect(await engine.ended).toBe(0);
});

describe("in the background", () => {
  /** Runs the engine's program on a port and in folders of its own. */
  async function background() {
    const folder = await temporaryFolder();
    const [port = 0, endpoint = 0] = await freePorts(2);
    const config = join(folder, "gaius.yaml");
    await writeFile(config, await configuration({ a: { port: endpoint } }));
    const options = ["--port", `${port}`, "--config", config, "--run", folder];
    const gaius = (command: string) =>
      run(process.execPath, [join(PROGRAMS, "gaius.js"), ...options, command]);
    onTestFinished(async () => {
      expect((await gaius("stop")).code).toBe(0);
    });
    return { gaius, port, endpoint, config };
  }

  it("restarts from nothing", async () => {
    const { gaius, port, endpoint } = await background();
    const first = await gaius("restart-clean");
    expect(first.stdout).toContain(`Gaius listens on 127.0.0.1:${port}`);
    expect(first.stdout).not.toContain("Stopped");
    const client = connect(`127.0.0.1:${port}`);
    await reaches(client, "a", HEALTHY);
    const before = await processOn(endpoint);

    const second = await gaius("restart-clean");
    expect(second.stdout).toMatch(/Stopped \(process \d+\)\.\nGaius listens on/);
    await gone(before);
    await reaches(connect(`127.0.0.1:${port}`), "a", HEALTHY);
    const after = await processOn(endpoint);
    expect(after).not.toBe(before);

    expect((await gaius("stop")).stdout).toMatch(/^Stopped/);
    await gone(after);
    expect((await gaius("stop")).stdout).toBe("No engine runs.\n");
  });

  it("says why it does not start, with the end of the log", async () => {
    const { gaius, config } = await background();
    await writeFile(config, "gpus: []\nendpoints:\n  - name: a\n");
    const { code, stderr } = await gaius("restart-clean");
    expect(code).toBe(2);
    expect(stderr).toContain("The engine did not start.");
    expect(stderr).toContain(`${config}:3: endpoints.0.model`);
  });

  it("does not start where something else listens", async () => {
    const { gaius, port } = await background();
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { code, stderr } = await gaius("serve");
    expect(code).toBe(2);
    expect(stderr).toContain("EADDRINUSE");
    expect(stderr).toContain(`help: Something listens on port ${port} already.`);
  });
});
