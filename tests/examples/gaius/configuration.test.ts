// An engine's configuration that is wrong: what, where and why.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageFolder } from "../../../core/installation.js";
import { readConfiguration } from "../../../examples/gaius/configuration.js";
import { temporaryFolder } from "./running-engine.js";

/** A configuration with one GPU and two endpoints, those lines exchanged. */
function text(changes: Readonly<Record<string, string>> = {}): string {
  const lines = [
    "gpus:",
    "  - { id: 0, name: GPU, memory_gib: 80 }",
    "endpoints:",
    "  - { name: a, model: m, agent: x, gpu_ids: [0], port: 8001 }",
    "  - name: b",
    "    model: m",
    "    agent: y",
    "    gpu_ids: []",
    "    port: 8002",
  ];
  return lines.map((line) => changes[line.trim()] ?? line).join("\n");
}

it.each([
  ["a name twice", { "- name: b": "  - name: a" }, ":5: endpoints.1.name: a is listed twice"],
  [
    "a port twice",
    { "port: 8002": "    port: 8001" },
    ":9: endpoints.1.port: a has port 8001 already",
  ],
  ["no port", { "port: 8002": "" }, ":5: endpoints.1.port: "],
  ["a GPU that is not there", { "gpu_ids: []": "    gpu_ids: [7]" }, ":8: endpoints.1.gpu_ids.0: "],
  [
    "another agent's GPU",
    { "gpu_ids: []": "    gpu_ids: [0]" },
    ":8: endpoints.1.gpu_ids.0: GPU 0 is the agent x's already",
  ],
  ["an unknown key", { "agent: y": "    agent: y\n    agnet: z" }, 'Unrecognized key: "agnet"'],
  ["text that is no YAML", { "gpus:": "gpus: [" }, "at line "],
])("refuses %s", async (_, changes, message) => {
  const path = join(await temporaryFolder(), "gaius.yaml");
  await writeFile(path, text(changes));
  expect(() => readConfiguration(path)).toThrow(`${path}`);
  expect(() => readConfiguration(path)).toThrow(message);
});

it("reads the one that comes with it", () => {
  const { endpoints, gpus, health } = readConfiguration(
    join(packageFolder, "examples/gaius/gaius.yaml"),
  );
  expect(endpoints.map(({ name }) => name)).toEqual(["chat", "embed", "rerank", "classify"]);
  expect(gpus).toHaveLength(4);
  expect(health).toEqual({ interval_ms: 500, timeout_ms: 2_000, startup_ms: 60_000 });
});

it("takes it as it was meant", async () => {
  const path = join(await temporaryFolder(), "gaius.yaml");
  await writeFile(path, text());
  expect(readConfiguration(path).endpoints[1]).toEqual({
    name: "b",
    model: "m",
    agent: "y",
    gpu_ids: [],
    port: 8002,
    memory_gib: 0,
    load_ms: 0,
  });
});
