// Navarch's part of the smoke test: a fleet on a free port, driven through the navarch command alone.
import { deepEqual, equal } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { processesWith } from "./processes.js";

const exec = promisify(execFile);

/** For a node to do what it was told, on a machine that has much else to do. */
const WITHIN_MS = 60_000;

interface Answer {
  readonly nodes: readonly { node_id: string; status: string; health: string }[];
  readonly cluster: { registered_node_count: number };
  readonly command: { node_id: string; type: string };
  readonly node_ids: readonly string[];
  readonly node_count: number;
}

/**
 * Runs the programs in that folder and says each step that went well. Throws where something is not as
 * it should be; the fleet is taken down in any case.
 */
export async function smokeNavarch(programs: string, well: (step: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "navarch-smoke-"));
  const navarch = async (...argv: string[]): Promise<Answer> => {
    const args = [join(programs, "navarch.js"), ...argv, "--folder", folder, "--format", "json"];
    const { stdout } = await exec(process.execPath, args);
    return (JSON.parse(stdout) as { data: Answer }).data;
  };
  const statuses = async (): Promise<string[]> =>
    (await navarch("nodes")).nodes.map(({ status, health }) => `${status} ${health}`);
  /** Asks until the nodes have those statuses and that health. */
  const become = async (...wanted: string[]): Promise<void> => {
    const deadline = Date.now() + WITHIN_MS;
    for (let now = await statuses(); now.join() !== wanted.join(); now = await statuses()) {
      if (Date.now() > deadline) deepEqual(now, wanted);
      await sleep(100);
    }
  };

  let down = false;
  try {
    const { cluster } = await navarch("up", "--port", "0", "--interval", "0.2", "--nodes", "2");
    equal(cluster.registered_node_count, 2);
    await become("active healthy", "active healthy");
    well("the control plane answers, both nodes are active and healthy");

    const [first = "", second = ""] = (await navarch("nodes")).nodes.map(({ node_id }) => node_id);
    deepEqual((await navarch("command", first, "cordon")).command.type, "cordon");
    await become("cordoned healthy", "active healthy");
    await navarch("command", first, "uncordon");
    await navarch("command", second, "drain");
    await become("active healthy", "draining healthy");
    well("nodes are cordoned, uncordoned and drained, each at its next poll");

    await navarch("command", second, "terminate");
    await become("active healthy", "terminated healthy");
    equal((await navarch("status")).node_count, 1);
    well("a terminated node leaves the fleet");

    deepEqual((await navarch("down")).node_ids, [first]);
    down = true;
    deepEqual(await processesWith(folder), []);
    well("the fleet is down and leaves no process behind");
  } finally {
    if (!down) await navarch("down");
    await rm(folder, { recursive: true, force: true });
  }
}
