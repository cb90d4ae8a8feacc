// gaius-cli as an operator types it, against a real engine.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { ProcessStatus } from "lockstep/bindings/gaius/engine/v1";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePorts } from "../../../examples/free-ports.js";
import { cli, configuration, PROGRAMS, reaches, run, runEngine } from "./running-engine.js";

const { HEALTHY, STOPPED } = ProcessStatus;

interface Answer {
  ok: boolean;
  data: { endpoints: { name: string; status: string }[]; endpoint: Record<string, unknown> };
  error: { code: string; message: string; help: string };
}

async function json(address: string, cmd: string): Promise<Answer> {
  const { stdout } = await cli(address, cmd, "--format", "json");
  return JSON.parse(stdout) as Answer;
}

const statuses = ({ data }: Answer) => data.endpoints.map(({ name, status }) => ({ name, status }));

describe("against an engine", () => {
  it("shows and drives endpoints", async () => {
    const { address, client } = await runEngine(
      await configuration({
        a: { agent: "x", gpu_ids: [0], port: 40_001, load_ms: 1_000_000 },
        b: { agent: "y", gpu_ids: [] },
      }),
    );
    expect(statuses(await json(address, "/gpu status"))).toEqual([
      { name: "a", status: "stopped" },
      { name: "b", status: "stopped" },
    ]);
    expect(statuses(await json(address, "/endpoint clean-start"))).toEqual([
      { name: "a", status: "starting" },
      { name: "b", status: "pending" },
    ]);
    const status = await cli(address, "/gpu status");
    expect(status).toEqual({
      code: 0,
      stderr: "",
      stdout: [
        "GPUs: 1 of 2 available",
        "  x holds 0",
        "",
        "NAME  STATUS    GPUS  PORT   MODEL",
        "a     starting  0     40001  models/a",
        expect.stringMatching(/^b {5}pending {3}- {5}\d+ +models\/b$/),
        "",
      ]
        .map((line) => line)
        .reduce((text: string, line) => `${text}${text && "\n"}${line}`, ""),
    });
    expect((await json(address, "/endpoint stop a --force")).data.endpoint["status"]).toBe(
      "stopped",
    );
    await reaches(client, "b", HEALTHY);
    expect((await json(address, "/endpoint status b")).data.endpoint).toMatchObject({
      name: "b",
      model: "models/b",
      status: "healthy",
      gpu_ids: [],
      status_message: "",
    });
    expect((await json(address, "/endpoint restart b")).data.endpoint["status"]).toBe("stopping");
    await reaches(client, "b", HEALTHY);
    expect((await cli(address, "/endpoint stop b")).stdout).toMatch(/\nb +stopping /);
    await reaches(client, "b", STOPPED);
    expect((await json(address, "/endpoint start b")).data.endpoint["status"]).toBe("starting");
    expect(statuses(await json(address, "/endpoint list"))).toHaveLength(2);
  });
});
