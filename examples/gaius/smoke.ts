// Gaius's part of the smoke test: an engine on free ports, driven through gaius-cli alone.
import { deepEqual, equal } from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { freePorts } from "../free-ports.js";

const exec = promisify(execFile);

/** For an endpoint to come up or to end, on a machine that has much else to do. */
const WITHIN_MS = 60_000;

interface Endpoint {
  name: string;
  status: string;
}

interface Answer {
  data: { endpoints: Endpoint[]; endpoint: Endpoint; available_gpu_ids: number[] };
}

/**
 * Runs the programs in that folder and says each step that went well. Throws where something is not as
 * it should be; the engine is stopped in any case.
 */
export async function smokeGaius(programs: string, well: (step: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gaius-smoke-"));
  const [api = 0, ...ports] = await freePorts(4);
  const config = join(folder, "gaius.yaml");
  await writeFile(config, configuration(ports));
  const options = ["--port", `${api}`, "--config", config, "--run", folder];
  const engine = spawn(process.execPath, [join(programs, "gaius.js"), ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(engine, "exit");
  const cli = join(programs, "gaius-cli.js");
  const ask = async (cmd: string): Promise<Answer["data"]> => {
    const args = [cli, "--address", `127.0.0.1:${api}`, "--format", "json", "--cmd", cmd];
    const { stdout } = await exec(process.execPath, args);
    return (JSON.parse(stdout) as Answer).data;
  };
  const statuses = async (): Promise<string[]> =>
    (await ask("/gpu status")).endpoints.map(({ name, status }) => `${name} ${status}`);
  /** Asks until the endpoints have those statuses. */
  const become = async (...wanted: string[]): Promise<void> => {
    const deadline = Date.now() + WITHIN_MS;
    for (let now = await statuses(); ; now = await statuses()) {
      if (Date.now() > deadline) deepEqual(now, wanted);
      if (now.join() === wanted.join()) return;
      await sleep(100);
    }
  };

  try {
    await Promise.race([
      once(engine.stdout, "data"), // It says that it listens.
      ended.then(([code]) => {
        throw new Error(`the engine ended with ${code} before it listened`);
      }),
    ]);
    deepEqual(await statuses(), ["chat stopped", "embed stopped", "rerank stopped"]);
    well("the engine listens, all endpoints are stopped");

    const queued = (await ask("/endpoint clean-start")).endpoints;
    deepEqual(
      queued.map(({ status }) => status),
      ["starting", "pending", "pending"],
    );
    await become("chat healthy", "embed healthy", "rerank healthy");
    deepEqual((await ask("/gpu status")).available_gpu_ids, []);
    well("a clean start brings one after the other up");

    equal((await ask("/endpoint stop embed --force")).endpoint.status, "stopped");
    equal((await ask("/endpoint stop chat")).endpoint.status, "stopping");
    await become("chat stopped", "embed stopped", "rerank healthy");
    deepEqual((await ask("/gpu status")).available_gpu_ids, [0]);
    well("endpoints stop, by force and gently, and give their GPUs back");

    const { pid } = (await (await fetch(`http://127.0.0.1:${ports[2]}/health`)).json()) as {
      pid: number;
    };
    process.kill(pid, "SIGKILL");
    await become("chat stopped", "embed stopped", "rerank failed");
    await ask("/endpoint restart rerank");
    await become("chat stopped", "embed stopped", "rerank healthy");
    well("a process that is killed is a failed endpoint, until it is started again");
  } finally {
    engine.kill("SIGTERM");
    const [code] = await ended;
    await rm(folder, { recursive: true, force: true });
    equal(code, 0, `the engine ended with ${code}`);
  }
  for (const port of ports) {
    await fetch(`http://127.0.0.1:${port}/health`).then(
      () => Promise.reject(new Error(`an endpoint still listens on port ${port}`)),
      () => {},
    );
  }
  well("the engine stops and leaves no endpoint behind");
}

function configuration([chat, embed, rerank]: readonly number[]): string {
  return stringify({
    gpus: [0, 1].map((id) => ({ id, name: "Smoke GPU", memory_gib: 80 })),
    endpoints: [
      { name: "chat", model: "chat", agent: "assistant", gpu_ids: [0], port: chat, load_ms: 1_000 },
      { name: "embed", model: "embed", agent: "search", gpu_ids: [1], port: embed },
      { name: "rerank", model: "rerank", agent: "search", gpu_ids: [1], port: rerank },
    ],
    health: { interval_ms: 100, timeout_ms: 20_000 },
  });
}
