// What the engine answers to calls that it cannot serve, and what becomes of clients that go away.
import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import {
  ProcessStatus,
  StartEndpointRequestSchema,
  WatchEndpointsRequestSchema,
} from "#bindings/gaius/engine/v1";
import type { GaiusClient } from "../../../examples/gaius/commands.js";
import type { Configuration } from "../../../examples/gaius/configuration.js";
import { startEngine } from "../../../examples/gaius/engine.js";
import { configuration, connect, PROGRAMS, reaches, runEngine } from "./running-engine.js";

async function codeOf(call: Promise<unknown>): Promise<string> {
  const thrown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (thrown === undefined) return "no error";
  return thrown instanceof ConnectError
    ? `${Code[thrown.code]}: ${thrown.rawMessage}`
    : `${thrown}`;
}

async function firstOf<T>(stream: AsyncIterable<T>): Promise<T | undefined> {
  for await (const message of stream) return message;
  return undefined;
}

describe("every call that names an endpoint", () => {
  const calls: Readonly<Record<string, (client: GaiusClient, name: string) => Promise<unknown>>> = {
    GetEndpoint: (client, name) => client.getEndpoint({ name }),
    StartEndpoint: (client, name) => client.startEndpoint({ name }),
    StopEndpoint: (client, name) => client.stopEndpoint({ name, force: true }),
    RestartEndpoint: (client, name) => client.restartEndpoint({ name }),
    CleanStartEndpoints: (client, name) => client.cleanStartEndpoints({ names: ["a", name] }),
    WatchEndpoints: (client, name) => firstOf(client.watchEndpoints({ names: ["a", name] })),
  };

  it("refuses a name that is unknown or empty, and changes nothing", async () => {
    const { client } = await runEngine(await configuration({ a: {} }));
    for (const [method, call] of Object.entries(calls)) {
      expect([method, await codeOf(call(client, "nope"))]).toEqual([
        method,
        'NotFound: There is no endpoint "nope".',
      ]);
      expect([method, await codeOf(call(client, ""))]).toEqual([
        method,
        "InvalidArgument: An endpoint's name is empty.",
      ]);
      // Matched exactly, whatever objects inherit.
      expect(await codeOf(call(client, "A"))).toMatch(/^NotFound/);
      expect(await codeOf(call(client, "__proto__"))).toMatch(/^NotFound/);
    }
    expect((await client.getEndpoint({ name: "a" })).endpoint?.status).toBe(ProcessStatus.STOPPED);
  });
});

it("refuses a message that is too large, and goes on", async () => {
  const { client } = await runEngine(await configuration({ a: {} }));
  expect(await codeOf(client.startEndpoint({ name: "x".repeat(1_000_000) }))).toMatch(
    /^ResourceExhausted/,
  );
  expect((await client.listEndpoints({})).endpoints).toHaveLength(1);
});

it("keeps no stream of a request that it refused before its end", async () => {
  const { address } = await runEngine(await configuration({ a: {} }));
  const session = connectHttp2(`http://${address}`);
  onTestFinished(() => session.destroy());
  for (const method of ["StartEndpoint", "WatchEndpoints"]) {
    const call = session.request({
      ":method": "POST",
      ":path": `/gaius.engine.v1.GaiusService/${method}`,
      "content-type": "application/grpc",
      te: "trailers",
    });
    const answer = once(call, "trailers");
    const closed = once(call, "close");
    // A message of 2 GiB is announced, and its end never comes.
    call.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]));
    call.resume();
    expect((await answer)[0]).toMatchObject({ "grpc-status": String(Code.ResourceExhausted) });
    await closed;
    expect(call.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  }
});

it("refuses bytes that are no message, and methods that it does not have", async () => {
  const { address, client } = await runEngine(await configuration({ a: {} }));
  const session = connectHttp2(`http://${address}`);
  onTestFinished(() => session.destroy());
  const call = async (path: string, message: Uint8Array) => {
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    const frame = Buffer.alloc(5 + message.length);
    frame.writeUInt32BE(message.length, 1);
    frame.set(message, 5);
    stream.end(frame);
    const [headers] = await once(stream, "response");
    let status = headers["grpc-status"];
    stream.on("trailers", (trailers) => (status = trailers["grpc-status"]));
    stream.resume();
    await once(stream, "close");
    return Number(status ?? headers[":status"]);
  };
  const start = toBinary(StartEndpointRequestSchema, create(StartEndpointRequestSchema));
  expect(await call("/gaius.engine.v1.GaiusService/StartEndpoint", start)).toBe(
    Code.InvalidArgument,
  );
  expect(
    await call("/gaius.engine.v1.GaiusService/StartEndpoint", Buffer.from([0x0a, 0xff])),
  ).not.toBe(0);
  expect(await call("/gaius.engine.v1.GaiusService/Nope", start)).not.toBe(0);
  expect((await client.listEndpoints({})).endpoints).toHaveLength(1);
});

it("keeps nothing of a client that goes away in the middle of a stream", async () => {
  const engine = await startEngine({
    configuration: parse(await configuration({ a: {}, b: {} })) as Configuration,
    port: 0,
    program: join(PROGRAMS, "endpoint.js"),
  });
  onTestFinished(() => engine.close());
  const listening = () => engine.controller.listenerCount("change");

  // One that cancels.
  const over = new AbortController();
  const client = connect(`127.0.0.1:${engine.port}`);
  const stream = client.watchEndpoints({}, { signal: over.signal })[Symbol.asyncIterator]();
  await stream.next();
  expect(listening()).toBe(1);
  over.abort();
  await expect(stream.next()).rejects.toThrow();
  await expect.poll(listening, { timeout: 60_000 }).toBe(0);

  // A hundred whose connection breaks without a word.
  const sessions = Array.from({ length: 100 }, () =>
    connectHttp2(`http://127.0.0.1:${engine.port}`),
  );
  const request = toBinary(WatchEndpointsRequestSchema, create(WatchEndpointsRequestSchema));
  await Promise.all(
    sessions.map(async (session) => {
      const call = session.request({
        ":method": "POST",
        ":path": "/gaius.engine.v1.GaiusService/WatchEndpoints",
        "content-type": "application/grpc",
        te: "trailers",
      });
      call.on("error", () => {});
      call.end(Buffer.concat([Buffer.from([0, 0, 0, 0, request.length]), request]));
      await once(call, "data");
    }),
  );
  expect(listening()).toBe(100);
  for (const session of sessions) session.destroy();
  await expect.poll(listening, { timeout: 60_000 }).toBe(0);

  // The engine is as able as before.
  await client.startEndpoint({ name: "a" });
  await reaches(client, "a", ProcessStatus.HEALTHY);
});

it("answers many clients at once, each with the same story", async () => {
  const { address } = await runEngine(await configuration({ a: {}, b: {} }));
  const clients = Array.from({ length: 50 }, () => connect(address));
  const answers = await Promise.all(
    clients.map((client, i) => client.startEndpoint({ name: i % 2 ? "a" : "b" })),
  );
  const { STARTING, PENDING, HEALTHY } = ProcessStatus;
  for (const { endpoint } of answers)
    expect([STARTING, PENDING, HEALTHY]).toContain(endpoint?.status);
  const [client] = clients;
  if (client === undefined) throw new Error("unreachable");
  await reaches(client, "a", HEALTHY);
  await reaches(client, "b", HEALTHY);
});
