// kill -9 at any moment: what stands in generated/ is whole and imports, and the next run mends the rest.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { bundledProgram } from "../core/installation.js";
import { LENIENT, type TestWorkspace, workspace } from "./workspace.js";

const PACKAGES = 24;
/** How many runs are killed at least. KILL_ROUNDS asks for more of them. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 6);
/** How many kills have to meet a half-applied folder, or the test would prove nothing. */
const MIXED = 2;

/** The protos of one version: between the two, symbols, files and packages come and go. */
function protos(version: "old" | "new"): Record<string, string> {
  const own = version === "old" ? "Gone" : "Come";
  const files: Record<string, string> = {};
  for (let i = 0; i < PACKAGES; i++) {
    const name = `p${i}`;
    files[`proto/${name}/v1/${name}.proto`] = `syntax = "proto3";\npackage ${name}.v1;
message Kept${i} { string ${version} = 1; }
message ${own}${i} { Kept${i} kept = 1; }
enum State${i} { STATE${i}_UNSPECIFIED = 0; STATE${i}_${version.toUpperCase()} = 1; }\n`;
  }
  files[`proto/${version}/v1/extra.proto`] =
    `syntax = "proto3";\npackage ${version}.v1;\nmessage Extra {}\n`;
  files["proto/p0/v1/moved.proto"] =
    `syntax = "proto3";\npackage p0.v1;\nimport "${version}/v1/extra.proto";\nmessage Uses { ${version}.v1.Extra extra = 1; }\n`;
  return files;
}

async function change(w: TestWorkspace, to: "old" | "new"): Promise<void> {
  await w.remove("proto");
  for (const [path, content] of Object.entries(protos(to))) await w.write(path, content);
}

async function contents(w: TestWorkspace): Promise<Map<string, string>> {
  const files = await w.files("generated");
  return new Map([...files].map(([path, { content }]) => [path, content]));
}

/** Starts the command and kills it: after a share of its usual time, or soon after it began to write. */
async function killedRun(w: TestWorkspace, usual: number, round: number): Promise<boolean> {
  const child = spawn(process.execPath, [bundledProgram("lockstep"), "generate"], {
    cwd: w.root,
    stdio: "ignore",
    detached: true,
  });
  const closed = once(child, "close");
  let ended = false;
  void closed.then(() => (ended = true));
  if (round % 4 === 0) await Promise.race([sleep(Math.random() * usual), closed]);
  else {
    while (!ended && !existsSync(w.path("generated/.lockstep/staging"))) await setImmediate();
    if (round % 4 !== 1) await sleep(Math.random() * 25);
  }
  const alive = !ended;
  if (alive) process.kill(-(child.pid as number), "SIGKILL");
  await closed;
  return alive;
}

it(
  "survives kill -9 at many moments",
  async () => {
    const w = await workspace({ ...LENIENT, ...protos("old") });
    const start = performance.now();
    expect((await w.run("generate")).code).toBe(0);
    const usual = performance.now() - start;
    const clean = { old: await contents(w), new: new Map<string, string>() };
    await change(w, "new");
    expect((await w.run("generate")).code).toBe(0);
    clean.new = await contents(w);

    let killed = 0;
    let mixed = 0;
    for (let round = 0; round < ROUNDS || (mixed < MIXED && round < 4 * ROUNDS); round++) {
      const to = round % 2 === 0 ? "old" : "new";
      await change(w, to);
      if (await killedRun(w, usual, round)) killed++;

      const left = await contents(w);
      const whole = (path: string, content: string): boolean =>
        content === clean.old.get(path) ||
        content === clean.new.get(path) ||
        /\.lockstep\/|(^|\/)index\.(js|d\.ts)$/.test(path);
      expect(
        [...left].filter(([path, content]) => !whole(path, content)).map(([path]) => path),
      ).toEqual([]);
      const same = (one: Map<string, string>): boolean =>
        [...one].every(([path, content]) => left.get(path) === content) && left.size === one.size;
      if (!same(clean.old) && !same(clean.new)) mixed++;
      const indexes = [...left.keys()].filter((path) => path.endsWith("/index.js"));
      await w.node(
        `await Promise.all(${JSON.stringify(indexes)}.map((path) => import("./" + path)));`,
      );

      const { code, stdout } = await w.run("generate");
      expect([code, stdout]).toEqual([0, "No findings.\n"]);
      expect(await contents(w)).toEqual(clean[to]);
    }
    expect(killed).toBeGreaterThan(ROUNDS / 4);
    expect(mixed).toBeGreaterThanOrEqual(MIXED);
  },
  40_000 * ROUNDS,
);
