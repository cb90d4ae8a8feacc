// gaius-cli as an operator types it, against a real engine.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ProcessStatus } from "#bindings/gaius/engine/v1";
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
        a: { agent: "x", gpu_ids: [0], load_ms: 1_000_000 },
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
    const { code, stdout, stderr } = await cli(address, "/gpu status");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.replace(/\d{4,}/g, "PORT!").split("\n")).toEqual([
      "GPUs: 1 of 2 available",
      "  x holds 0",
      "",
      "NAME  STATUS    GPUS  PORT   MODEL",
      "a     starting  0     PORT!  models/a",
      "b     pending   -     PORT!  models/b",
      "",
    ]);
    expect((await json(address, "/endpoint stop a --force")).data.endpoint.status).toBe("stopped");
    await reaches(client, "b", HEALTHY);
    expect((await json(address, "/endpoint status b")).data.endpoint).toMatchObject({
      name: "b",
      model: "models/b",
      status: "healthy",
      gpu_ids: [],
      status_message: "",
    });
    expect((await json(address, "/endpoint restart b")).data.endpoint.status).toBe("stopping");
    await reaches(client, "b", HEALTHY);
    expect((await cli(address, "/endpoint stop b")).stdout).toMatch(/\nb +stopping /);
    await reaches(client, "b", STOPPED);
    expect((await json(address, "/endpoint start b")).data.endpoint.status).toBe("starting");
    expect(statuses(await json(address, "/endpoint list"))).toHaveLength(2);
  });

  it("streams changes, one line each, until it is ended", async () => {
    const { address, client } = await runEngine(await configuration({ a: {}, b: {} }));
    const args = ["--address", address, "--cmd", "/endpoint watch a", "--format", "json"];
    const child = spawn(process.execPath, [join(PROGRAMS, "gaius-cli.js"), ...args]);
    onTestFinished(() => void child.kill("SIGKILL"));
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const changes = () =>
      printed
        .split("\n")
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { data: Record<string, unknown> }).data)
        .map((data) => [data.name, data.previous_status, data.status]);
    await expect.poll(changes, { timeout: 60_000 }).toHaveLength(1);
    await client.startEndpoint({ name: "b" });
    await reaches(client, "b", HEALTHY);
    await client.startEndpoint({ name: "a" });
    await expect.poll(changes, { timeout: 60_000 }).toHaveLength(4);
    expect(changes()).toEqual([
      ["a", null, "stopped"],
      ["a", "stopped", "pending"],
      ["a", "pending", "starting"],
      ["a", "starting", "healthy"],
    ]);
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([null, "SIGINT"]);
  });

  it("says what the engine refuses", async () => {
    const { address } = await runEngine(await configuration({ a: {} }));
    expect(await cli(address, "/endpoint start nope")).toEqual({
      code: 1,
      stdout: "",
      stderr: 'error: There is no endpoint "nope".\n',
    });
    const asJson = await cli(address, "/endpoint start nope", "--format", "json");
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toEqual({
      ok: false,
      error: { code: "NOT_FOUND", message: 'There is no endpoint "nope".', help: "" },
    });
  });
});

describe("without an engine", () => {
  it("says where it looked and what to look at", async () => {
    const [port] = await freePorts(1);
    const { code, stdout, stderr } = await cli(`127.0.0.1:${port}`, "/gpu status");
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(`error: No engine listens on 127.0.0.1:${port} (connect ECONNREFUSED`);
    expect(stderr).toContain('help: Start it with "just restart-clean", which names its log.');
    expect(stderr).toContain('"just proto-generate"');
    const asJson = await cli(`127.0.0.1:${port}`, "/gpu status", "--format", "json");
    expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
  });

  it("says that something else listens", async () => {
    const web = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
    await once(web, "listening");
    onTestFinished(() => void web.close());
    const { port } = web.address() as AddressInfo;
    const { code, stderr } = await cli(`127.0.0.1:${port}`, "/gpu status");
    expect(code).toBe(2);
    expect(stderr).toContain(`error: What listens on 127.0.0.1:${port} is no Gaius engine`);
  });

  it("gives up on something that never answers", async () => {
    const mute = createTcpServer().listen(0, "127.0.0.1");
    await once(mute, "listening");
    onTestFinished(() => void mute.close());
    const { port } = mute.address() as AddressInfo;
    const { code, stderr } = await cli(`127.0.0.1:${port}`, "/gpu status");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: 127.0.0.1:${port} did not answer within 10 s.\n`,
    });
  });
});
describe("a command line that is wrong", () => {
  it.each([
    ["/gpu nope", 'There is no command "/gpu nope".'],
    ["", 'There is no command "".'],
    ["constructor", 'There is no command "constructor".'],
    ["/endpoint stop a --", '"/endpoint stop" has no flag --.'],
    ["/gpu status a", '"/gpu status" takes no name.'],
    ["/endpoint start", '"/endpoint start" takes one name, not 0.'],
    ["/endpoint start a b", '"/endpoint start" takes one name, not 2.'],
    ["/endpoint start a --force", '"/endpoint start" has no flag --force.'],
    ["/endpoint clean-start --force", '"/endpoint clean-start" has no flag --force.'],
  ])("%s", async (cmd, message) => {
    const { code, stdout, stderr } = await cli("127.0.0.1:1", cmd);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`error: ${message}\nhelp: The commands are:\n  /gpu status `);
  });

  it("is refused where a flag is", async () => {
    const program = join(PROGRAMS, "gaius-cli.js");
    const none = await run(process.execPath, [program]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("required option '--cmd <command>' not specified");
    const format = await run(process.execPath, [
      program,
      "--cmd",
      "/gpu status",
      "--format",
      "xml",
    ]);
    expect(format.code).toBe(2);
    const address = await cli("no address", "/gpu status");
    expect(address.code).toBe(2);
    expect(address.stderr).toContain("An address is a host and a port");
    const help = await run(process.execPath, [program, "--help"]);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('gaius-cli --cmd "/gpu status" --format json | jq');
  });
});
