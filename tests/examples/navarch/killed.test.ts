// A control plane that is killed with SIGKILL: what it had answered, the next one knows.
import type { ChildProcess } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { NodeCommandType, NodeStatus } from "#bindings";
import type { Clients } from "../../../examples/navarch/client.js";
import { processesWith } from "../../../examples/navarch/processes.js";
import { fleetFolder, nodeOf, register, startProgram, until } from "./fleet.js";

const NODES = 100;

/** What one node and its operator were answered, and what they asked last. */
class Diary {
  registered = false;
  /** Commands in the order in which they were issued. */
  readonly issued: string[] = [];
  /** Commands that the node acknowledged in a poll that was answered. */
  readonly settled = new Set<string>();
  /** Commands that it acknowledged in a poll that may not have been answered. */
  readonly acknowledged = new Set<string>();
  status = NodeStatus.ACTIVE;
  /** The status that it has if the poll that was not answered was done. */
  nextStatus = NodeStatus.ACTIVE;

  constructor(readonly nodeId: string) {}
}

const STEPS = [
  [NodeCommandType.CORDON, NodeStatus.CORDONED],
  [NodeCommandType.DRAIN, NodeStatus.DRAINING],
  [NodeCommandType.UNCORDON, NodeStatus.ACTIVE],
] as const;

/** Registers, is issued commands and polls, until the control plane is killed. Notes every answer. */
async function live(
  clients: Clients & { process: ChildProcess },
  diary: Diary,
  answered: () => void,
): Promise<void> {
  const { nodeId } = diary;
  let given: string[] = [];
  try {
    await register(clients, nodeId);
    diary.registered = true;
    for (let i = 0; ; i++) {
      const [type, status] = STEPS[i % STEPS.length] as (typeof STEPS)[number];
      const { command } = await clients.controlPlane.issueNodeCommand({ nodeId, type });
      diary.issued.push(command?.commandId ?? "");
      answered();
      // All but the newest, so that something always waits.
      const acknowledgedCommandIds = given.slice(0, -1);
      for (const id of acknowledgedCommandIds) diary.acknowledged.add(id);
      diary.nextStatus = status;
      const { commands } = await clients.nodes.getNodeCommands({ nodeId, acknowledgedCommandIds });
      given = commands.map(({ commandId }) => commandId);
      for (const id of acknowledgedCommandIds) diary.settled.add(id);
      diary.status = status;
      answered();
    }
  } catch (thrown) {
    if (!clients.process.killed) throw thrown;
  }
}

it("loses nothing that it has answered, under the load of a hundred nodes", async () => {
  const folder = await fleetFolder();
  for (let round = 0; round < 2; round++) {
    const first = await startProgram(folder);
    const diaries = Array.from({ length: NODES }, (_, i) => new Diary(`r${round}-n${i}`));
    let answers = 0;
    const killAt = 700 + 300 * round;
    const answered = (): void => {
      if (++answers === killAt) first.process.kill("SIGKILL");
    };
    await Promise.all(diaries.map((diary) => live(first, diary, answered)));
    expect(answers).toBeGreaterThanOrEqual(killAt);
    await until(() => first.process.signalCode === "SIGKILL");

    const second = await startProgram(folder);
    for (const { nodeId, registered, issued, settled, acknowledged, ...diary } of diaries) {
      if (!registered) continue;
      const { status } = await nodeOf(second, nodeId);
      expect([diary.status, diary.nextStatus]).toContain(status);
      const { commands } = await second.nodes.getNodeCommands({ nodeId });
      const waiting = commands.map(({ commandId }) => commandId);
      const certain = issued.filter((id) => !acknowledged.has(id));
      // A command whose issue was not answered may wait behind them.
      expect(waiting.filter((id) => certain.includes(id))).toEqual(certain);
      for (const id of waiting) expect(settled.has(id)).toBe(false);
    }
    expect(diaries.some(({ settled }) => settled.size > 0)).toBe(true);
    second.process.kill("SIGKILL");
    await until(() => second.process.signalCode !== null);
  }
});

it("leaves no process of an order that was never answered", async () => {
  const folder = await fleetFolder();
  const first = await startProgram(folder);
  const order = first.controlPlane.provisionCluster({
    name: "large",
    provider: "local",
    region: "here",
    instanceType: "local.1gpu",
    nodeCount: 12,
  });
  const instances = join(folder, "instances");
  await until(async () => (await processesWith(instances)).length >= 2);
  first.process.kill("SIGKILL");
  await expect(order).rejects.toThrow();
  expect(readdirSync(instances).length).toBeLessThanOrEqual(12);

  const second = await startProgram(folder, { port: first.port, silence: 2 });
  await until(async () => (await processesWith(instances)).length === 0);
  const { status } = await second.controlPlane.getFleetStatus({});
  expect(status?.clusters).toEqual([]);
});
