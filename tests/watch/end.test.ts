// How a watch begins where it cannot, and ends: at once, with nothing half done and nobody left behind.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { bundledProgram } from "../../core/installation.js";
import {
  BUF_GEN_YAML,
  STATUS_PROTO,
  type TestWorkspace,
  UNDOCUMENTED,
  until,
  workspace,
} from "../workspace.js";
import { Terminal, Watching } from "./watching.js";

const PROTO = "proto/a/v1/a.proto";

/** A plugin that says who it is, and answers only when there is no file `wait`. */
const WAITING_PLUGIN = `import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
readFileSync(0);
if (existsSync("wait")) {
  // Whole once it is there.
  writeFileSync("out/starting", String(process.pid));
  renameSync("out/starting", "out/started");
}
while (existsSync("wait")) await new Promise((resolve) => setTimeout(resolve, 20));
`;

async function waitingWorkspace(): Promise<TestWorkspace> {
  return workspace({
    [PROTO]: STATUS_PROTO,
    ".gitignore": "node_modules\ngenerated/\nout/\nwait\n",
    "buf.gen.yaml": `${BUF_GEN_YAML}  - local: [node, plugin.mjs]\n    out: generated\n`,
    "plugin.mjs": WAITING_PLUGIN,
    "out/.keep": "",
  });
}

/** Has a round begin that goes on until it is stopped, and returns its plugin's process. */
async function inMidRound(w: TestWorkspace): Promise<number> {
  await w.write("wait", "");
  await w.edit(PROTO, "string name", "string label");
  await w.appeared("out/started");
  await until(() => existsSync(w.path("generated/.lockstep/lock")));
  return Number(await w.read("out/started"));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function expectWhole(w: TestWorkspace, before: object, plugin: number): Promise<void> {
  await until(() => !isAlive(plugin));
  expect(await w.files("generated")).toEqual(before);
  expect(await readdir(w.path("generated/.lockstep"))).toEqual(["manifest.json"]);
  await w.remove("wait");
  expect((await w.run("generate")).code).toBe(0);
  expect(await w.read("generated/a/v1/a_pb.d.ts")).toContain("label");
}

describe("the end in the middle of a round", () => {
  it("Ctrl-C", async () => {
    const w = await waitingWorkspace();
    const terminal = new Terminal(w);
    await terminal.shows(["No findings.", "Watching for changes"]);
    const before = await w.files("generated");
    const plugin = await inMidRound(w);
    terminal.type("\u0003");
    expect(await terminal.ended()).toBe(0);
    expect(terminal.shown).not.toMatch(/error|Stopped|^ +at /m);
    await expectWhole(w, before, plugin);
  });

  it("a terminal that is closed", async () => {
    const w = await waitingWorkspace();
    const terminal = new Terminal(w);
    await terminal.shows(["No findings.", "Watching for changes"]);
    const before = await w.files("generated");
    const plugin = await inMidRound(w);
    terminal.close();
    expect(await terminal.ended()).toBe(128 + constants.signals.SIGHUP);
    await expectWhole(w, before, plugin);
  });

  it("SIGTERM, with nothing said, also behind the Ctrl-C that npm passes on", async () => {
    const w = await waitingWorkspace();
    const watching = new Watching(w);
    await watching.next();
    const before = await w.files("generated");
    const plugin = await inMidRound(w);
    watching.process.kill("SIGINT");
    expect(await watching.stop("SIGTERM")).toMatchObject({ code: 0, stderr: "" });
    expect(watching.rounds).toHaveLength(1);
    await expectWhole(w, before, plugin);
  });
});

describe("beside others", () => {
  it("keeps the folder only while a round runs, so that another run works alongside", async () => {
    const w = await waitingWorkspace();
    const watching = new Watching(w, []);
    await until(() => watching.stdout.includes("No findings."));
    const plugin = await inMidRound(w);
    const other = w.start(["generate"]);
    await until(() =>
      other.stderr().includes(`waiting for another run (process ${watching.process.pid} on `),
    );
    await w.remove("wait");
    expect(await other.ended).toMatchObject({ code: 0 });
    await until(() => watching.stdout.split("No findings.").length >= 3);
    await until(() => !isAlive(plugin));
    expect(watching.stdout).not.toContain("\u001B");
    expect(await watching.stop()).toMatchObject({ code: 0, stderr: "" });
  });

  it("takes a save during a round for the next one", async () => {
    const w = await waitingWorkspace();
    const watching = new Watching(w);
    await watching.next();
    await inMidRound(w);
    await w.edit(PROTO, "string label", "string title");
    await w.remove("wait");
    expect(await watching.next()).toMatchObject({ ok: true });
    expect(await watching.next()).toMatchObject({ ok: true });
    expect(await w.read("generated/a/v1/a_pb.d.ts")).toContain("title");
    await w.edit(PROTO, "string title", "string label");
    await watching.next();
    expect(watching.rounds).toHaveLength(4);
  });

  it("ends when nobody reads what it says any more", async () => {
    const w = await workspace();
    const child = spawn(process.execPath, [bundledProgram("lockstep"), "watch"], {
      cwd: w.root,
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    child.stdout.destroy();
    await w.edit(PROTO, "string name", "string label");
    await once(child, "exit");
    expect(child.exitCode).toBe(0);
  });
});

/** Whether this machine lets a test have limits of its own. */
const canLimit =
  spawnSync("unshare", ["-Ur", "sh", "-c", "echo 4 > /proc/sys/user/max_inotify_watches"])
    .status === 0;

describe.runIf(canLimit)("where the system watches only a few folders", () => {
  it("says so in every round, and sees changes in the others all the same", async () => {
    const w = await workspace({ [PROTO]: STATUS_PROTO, "src/a/b/c/d/e.ts": "" });
    const limited = `echo 4 > /proc/sys/user/max_inotify_watches; exec "$NODE" "$LOCKSTEP" watch`;
    const terminal = new Terminal(w, `exec unshare -Ur sh -c '${limited}'`);
    const told = ["warning: The system watches no more folders (ENOSPC: ", "sysctl fs.inotify."];
    await terminal.shows(["No findings.", ...told]);
    await w.edit(PROTO, "string name", "strin name");
    await terminal.shows(["COMPILE", ...told]);
    await w.edit(PROTO, "strin name", "string name");
    await terminal.shows(["No findings.", ...told], ["COMPILE"]);
    expect(terminal.shown).not.toContain("Watchpack");
  });
});

describe("the beginning", () => {
  it("is refused without a workspace, and with a format that is none for rounds", async () => {
    const w = await workspace({ [PROTO]: STATUS_PROTO, "buf.yaml": undefined });
    const { code, stderr } = await w.run("watch");
    expect([code, stderr]).toEqual([2, expect.stringContaining("No buf.yaml in ")]);
    const sarif = await w.run("watch", "--format", "sarif");
    expect(sarif.code).toBe(2);
    expect(sarif.stderr).toContain("Allowed choices are text, json.");
    expect((await w.run("watch", "--cwd", "nowhere")).code).toBe(2);
  });

  it("waits for a configuration that is broken, shown and cleared on the terminal", async () => {
    const w = await workspace({ [PROTO]: STATUS_PROTO, "buf.gen.yaml": undefined });
    const terminal = new Terminal(w);
    await terminal.shows(["error: buf.gen.yaml does not exist.", "Watching for changes"]);
    await w.write("buf.gen.yaml", BUF_GEN_YAML);
    await terminal.shows(["No findings.", "8 files written"], ["does not exist"]);
    await w.write("lockstep.yaml", `${UNDOCUMENTED}nonsense: 1\n`);
    await terminal.shows(["lockstep.yaml:3:1: error: "], ["No findings."]);
    await w.write("lockstep.yaml", UNDOCUMENTED);
    await terminal.shows(["No findings."], ["error:"]);
  });
});
