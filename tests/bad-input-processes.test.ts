// Runs that meet, are stopped, or break: real processes on one workspace.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { generatedWorkspace } from "./generated-workspace.js";
import {
  BUF_GEN_YAML,
  STATUS_PROTO,
  type Started,
  type TestWorkspace,
  until,
} from "./workspace.js";

/** A plugin that says that it has started, and answers when it is told to go on. */
const WAITING_PLUGIN = `import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
readFileSync(0);
// Whole once it is there: a signal may end the plugin at any moment.
writeFileSync("starting", String(process.pid));
renameSync("starting", "started");
while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));
`;

/** A workspace with a change to generate, and a plugin that keeps the run from ending. */
async function waitingWorkspace(): Promise<TestWorkspace> {
  return generatedWorkspace({
    "buf.gen.yaml": `${BUF_GEN_YAML}  - local: [node, plugin.mjs]\n    out: generated\n`,
    "plugin.mjs": WAITING_PLUGIN,
    "proto/a/v1/a.proto": STATUS_PROTO.replace("string name", "string label"),
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("two runs at once", () => {
  it("the second waits, says for whom, and finds nothing left to do", async () => {
    const w = await waitingWorkspace();
    const first = w.start(["generate"]);
    await w.appeared("started");
    const second = w.start(["generate"]);
    const waits = `waiting for another run (process ${first.process.pid} on `;
    await until(() => second.stderr().includes(waits));
    expect(second.stderr()).not.toContain("compile");
    await w.write("go", "");
    expect(await first.ended).toMatchObject({ code: 0 });
    expect((await first.ended).stderr).not.toContain("waiting for another run");
    const { code, stderr } = await second.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/ {2}0 files written, 0 removed, 8 unchanged$/m);
    expect(await w.read("generated/a/v1/a_pb.d.ts")).toContain("label");
    expect(await readdir(w.path("generated/.lockstep"))).toEqual(["manifest.json"]);
    expect((await w.run("check")).code).toBe(0);
  });

  it("the second can be stopped while it waits, which does not disturb the first", async () => {
    const w = await waitingWorkspace();
    const first = w.start(["generate"]);
    await w.appeared("started");
    const second = w.start(["generate"]);
    await until(() => second.stderr().includes("waiting for another run"));
    second.process.kill("SIGINT");
    const { code, stderr } = await second.ended;
    expect(code).toBe(2);
    expect(stderr).toContain("error: Stopped.");
    expect(existsSync(w.path("generated/.lockstep/lock"))).toBe(true);
    await w.write("go", "");
    expect(await first.ended).toMatchObject({ code: 0 });
  });
});

describe("a lock that a killed run left behind", () => {
  /** Makes the lock as fresh as no wait could outlast: only the owner's death frees it. */
  async function freshen(w: TestWorkspace): Promise<void> {
    const far = new Date(Date.now() + 24 * 60 * 60 * 1000);
    await utimes(w.path("generated/.lockstep/lock"), far, far);
  }

  it("is taken over", async () => {
    const w = await waitingWorkspace();
    // What no program can clean up after goes where the test does.
    await mkdir(w.path("tmp"));
    const killed = w.start(["generate"], { env: { ...process.env, TMPDIR: w.path("tmp") } });
    await w.appeared("started");
    killed.process.kill("SIGKILL");
    expect((await killed.ended).code).toBe(-1);
    const owner = JSON.parse(await w.read("generated/.lockstep/owner.json")) as { pid: number };
    expect(owner.pid).toBe(killed.process.pid);
    await freshen(w);
    await w.write("go", "");
    const { code, stderr } = await w.run("generate");
    expect(code).toBe(0);
    expect(stderr).not.toContain("waiting for another run");
    expect(await readdir(w.path("generated/.lockstep"))).toEqual(["manifest.json"]);
    expect(await w.read("generated/a/v1/a_pb.d.ts")).toContain("label");
  });

  it("is taken over by one of several runs at a time", async () => {
    const w = await generatedWorkspace({
      "proto/a/v1/a.proto": STATUS_PROTO.replace("string name", "string label"),
    });
    const child = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => child.on("close", resolve));
    const owner = { pid: child.pid, host: hostname() };
    await w.write("generated/.lockstep/owner.json", JSON.stringify(owner));
    await mkdir(w.path("generated/.lockstep/lock"));
    await freshen(w);
    const runs = [1, 2, 3].map(() => w.start(["generate"]));
    const ended = await Promise.all(runs.map((run) => run.ended));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    const written = ended.filter(({ stderr }) => !/ 0 files written/.test(stderr));
    expect(written).toHaveLength(1);
    expect(await readdir(w.path("generated/.lockstep"))).toEqual(["manifest.json"]);
    expect((await w.run("check")).code).toBe(0);
  });
});

describe("Ctrl-C", () => {
  const stopWith: [string, (run: Started, pid: number) => unknown][] = [
    ["sent to the command alone", (run) => run.process.kill("SIGINT")],
    ["as a terminal sends it, to all processes at once", (_, pid) => process.kill(-pid, "SIGINT")],
    ["as a process manager sends it", (run) => run.process.kill("SIGTERM")],
  ];
  it.skipIf(process.platform === "win32").each(stopWith)("%s", async (_, stop) => {
    const w = await waitingWorkspace();
    await mkdir(w.path("tmp"));
    const before = await w.files("generated");
    // A Node that keeps compiled code keeps it there, too.
    const env = { ...process.env, TMPDIR: w.path("tmp"), NODE_DISABLE_COMPILE_CACHE: "1" };
    const run = w.start(["generate"], { env, detached: true });
    await w.appeared("started");
    expect(await readdir(w.path("tmp"))).toEqual([expect.stringMatching(/^lockstep-/)]);
    stop(run, run.process.pid as number);
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("error: Stopped.\n  help: Run the command again");
    expect(await w.files("generated")).toEqual(before);
    expect(await readdir(w.path("generated/.lockstep"))).toEqual(["manifest.json"]);
    expect(await readdir(w.path("tmp"))).toEqual([]);
    const plugin = Number(await w.read("started"));
    await until(() => !isAlive(plugin));
    await w.write("go", "");
    expect((await w.run("generate")).code).toBe(0);
  });
});

describe("a run that breaks", () => {
  /** Starts the command with code that is loaded before it. */
  function startBroken(w: TestWorkspace, code: string, ...argv: string[]): Started {
    const url = `data:text/javascript,${encodeURIComponent(code)}`;
    return w.start(argv, { env: { ...process.env, NODE_OPTIONS: `--import "${url}"` } });
  }

  /** Runs the statement once the command has started, and only in its own process. */
  const once = (statement: string): string =>
    `const timer = setInterval(() => {
      if (process.listenerCount("uncaughtException") === 0) return;
      clearInterval(timer);
      ${statement}
    }, 1).unref();`;

  it.each([
    [
      "where it is waited for",
      `import { createRequire, syncBuiltinESMExports } from "node:module";
      const files = createRequire(process.execPath)("node:fs/promises");
      files.access = () => { throw new TypeError("made to break"); };
      syncBuiltinESMExports();`,
    ],
    ["where nobody waits", once('throw new Error("made to break");')],
    ["in a promise", once('Promise.reject(new Error("made to break"));')],
  ])("%s never looks like findings", async (_, code) => {
    const w = await generatedWorkspace();
    const before = await w.files("generated");
    const { code: exit, stderr } = await startBroken(w, code, "check").ended;
    expect(exit).toBe(2);
    expect(stderr).toContain("error: Lockstep itself failed: made to break\n  help: This is a");
    expect(await w.files("generated")).toEqual(before);
  });

  it("whose output nobody reads to its end keeps its exit code", async () => {
    const w = await generatedWorkspace({ "other/b.proto": STATUS_PROTO });
    const run = w.start(["check"]);
    run.process.stdout?.destroy();
    const { code, stderr } = await run.ended;
    expect(code).toBe(1);
    expect(stderr).not.toContain("EPIPE");
  });

  it("whose folder is deleted under it makes it anew", async () => {
    const w = await waitingWorkspace();
    const run = w.start(["generate"]);
    await w.appeared("started");
    await w.remove("generated");
    await w.write("go", "");
    const { code } = await run.ended;
    expect(code).toBe(0);
    expect((await w.run("check")).code).toBe(0);
  });
});
