// The node daemon against control planes that the test plays: what it does with what it is answered.
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { expect, it, onTestFinished } from "vitest";
import {
  HealthCheckType,
  type NodeCommand,
  NodeCommandSchema,
  NodeCommandType,
  NodeService,
} from "#bindings";
import { Daemon } from "../../../examples/navarch/daemon.js";
import { Workload } from "../../../examples/navarch/workload.js";
import { fleetFolder, until } from "./fleet.js";

type Impl = Partial<ServiceImpl<typeof NodeService>>;

/** Intervals so long that what happens again has another reason. */
const ONCE = durationFromMs(3_600_000);
const OFTEN = durationFromMs(20);
const CONFIG = {
  heartbeatInterval: ONCE,
  healthCheckInterval: ONCE,
  commandPollInterval: OFTEN,
  enabledChecks: [HealthCheckType.BOOT, HealthCheckType.XID],
};

/** A daemon whose control plane answers like that; `ended` settles when it has ended. */
async function daemonOf(impl: Impl): Promise<{ daemon: Daemon; ended: Promise<void> }> {
  const routes = {
    registerNode: () => ({ config: CONFIG }),
    heartbeat: () => ({}),
    reportHealth: () => ({}),
    getNodeCommands: () => ({}),
    ...impl,
  };
  const server = createServer(
    connectNodeAdapter({ routes: (router) => router.service(NodeService, routes) }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const daemon = new Daemon({
    nodeId: "n",
    clusterId: undefined,
    controlPlaneUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    provider: "test",
    region: "here",
    zone: "",
    instanceType: "local.2gpu",
    gpuCount: 2,
    kernelLog: join(await fleetFolder(), "kernel.log"),
    log: () => {},
  });
  onTestFinished(() => daemon.stop());
  return { daemon, ended: daemon.run() };
}

function command(commandId: string, type: NodeCommandType, check?: string): NodeCommand {
  const parameters: Record<string, string> = check === undefined ? {} : { check };
  return create(NodeCommandSchema, { commandId, type, parameters });
}

it("carries a command out once, however often it meets it, and acknowledges it", async () => {
  const reports: HealthCheckType[][] = [];
  const acknowledged: string[][] = [];
  const diagnostic = command("1", NodeCommandType.RUN_DIAGNOSTIC, "xid");
  const { daemon, ended } = await daemonOf({
    reportHealth: ({ results }) => {
      reports.push(results.map(({ type }) => type));
      return {};
    },
    // A control plane that loses the first two acknowledgements.
    getNodeCommands: ({ acknowledgedCommandIds }) => {
      acknowledged.push(acknowledgedCommandIds);
      return { commands: acknowledged.length <= 3 ? [diagnostic] : [] };
    },
  });
  await until(() => acknowledged.length >= 6);
  daemon.stop();
  await ended;
  expect(acknowledged.slice(0, 6)).toEqual([[], ["1"], ["1"], ["1"], [], []]);
  const { BOOT, XID } = HealthCheckType;
  // The checks after boot, and the one that was asked for.
  expect(reports.toSorted((a, b) => b.length - a.length)).toEqual([[BOOT, XID], [XID]]);
});

it("ignores a command and a check that it does not know, and acknowledges them", async () => {
  let reports = 0;
  let settled: string[] = [];
  const { daemon, ended } = await daemonOf({
    reportHealth: () => {
      reports++;
      return {};
    },
    getNodeCommands: ({ acknowledgedCommandIds }) => {
      if (acknowledgedCommandIds.length > 0) settled = acknowledgedCommandIds;
      return {
        commands:
          settled.length > 0
            ? []
            : [
                command("new", 77 as NodeCommandType),
                command("none", NodeCommandType.UNSPECIFIED),
                command("check", NodeCommandType.RUN_DIAGNOSTIC, "constructor"),
              ],
      };
    },
  });
  await until(() => settled.length > 0);
  daemon.stop();
  await ended;
  expect(settled).toEqual(["new", "none", "check"]);
  expect(reports).toBe(1);
});

it("ends when it is told to terminate, and acknowledges that before", async () => {
  const acknowledged: string[] = [];
  const { ended } = await daemonOf({
    getNodeCommands: ({ acknowledgedCommandIds }) => {
      acknowledged.push(...acknowledgedCommandIds);
      return { commands: [command("end", NodeCommandType.TERMINATE)] };
    },
  });
  await ended;
  expect(acknowledged).toEqual(["end"]);
});

it("registers again with a control plane that does not know it", async () => {
  let registrations = 0;
  const { daemon, ended } = await daemonOf({
    registerNode: () => {
      registrations++;
      return { config: CONFIG };
    },
    getNodeCommands: () => {
      if (registrations < 2) throw new ConnectError("who?", Code.NotFound);
      return {};
    },
  });
  await until(() => registrations === 2);
  daemon.stop();
  await ended;
});

it("keeps trying to register until the control plane answers, and ends if it refuses", async () => {
  let attempts = 0;
  const { ended } = await daemonOf({
    registerNode: () => {
      attempts++;
      throw attempts < 3
        ? new ConnectError("starting", Code.Unavailable)
        : new ConnectError("node n is terminated", Code.FailedPrecondition);
    },
  });
  await expect(ended).rejects.toThrow("node n is terminated");
  expect(attempts).toBe(3);
});

it("goes on when a call fails, and makes it good later", async () => {
  let polls = 0;
  const { daemon, ended } = await daemonOf({
    getNodeCommands: () => {
      polls++;
      if (polls < 3) throw new ConnectError("busy", Code.Internal);
      return {};
    },
  });
  await until(() => polls >= 4);
  daemon.stop();
  await ended;
});

it("ends a job that runs when it drains, and not when it cordons", async () => {
  const workload = new Workload();
  const stop = new AbortController();
  const ended = workload.run(stop.signal);
  await until(() => workload.busy);
  workload.cordon();
  expect(workload.busy).toBe(true);
  await until(() => !workload.busy);
  workload.uncordon();
  await until(() => workload.busy);
  workload.drain();
  await until(() => !workload.busy);
  stop.abort();
  await ended;
  expect(workload.busy).toBe(false);
});
