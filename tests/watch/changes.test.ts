// Which changes a watch sees, and that each of them makes one round.
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { bufBinary } from "../../core/installation.js";
import { LENIENT, STATUS_PROTO, TestWorkspace, UNDOCUMENTED, workspace } from "../workspace.js";
import { Watching } from "./watching.js";

const PROTO = "proto/a/v1/a.proto";
const MIRROR = '/** @proto a.v1.Status except UNSPECIFIED */\nexport type Life = "healthy";\n';
const BROKEN = STATUS_PROTO.replace("string name", "strin name");

function proto(name: string, fields = ""): string {
  return `syntax = "proto3";\npackage ${name}.v1;\nmessage M { ${fields} }\n`;
}

const rulesOf = ({ findings }: { findings: readonly { rule: string }[] }): string[] =>
  findings.map(({ rule }) => rule);

describe("changes", () => {
  it("a burst is one round; new, moved and deleted files and folders are seen", async () => {
    const w = await workspace({ ...LENIENT, "proto/a/v1/a.proto": proto("a") });
    const watching = new Watching(w);
    expect(await watching.next()).toMatchObject({ ok: true });

    // Folders in folders that did not exist, as git and editors make them at once.
    const names = Array.from({ length: 30 }, (_, i) => `p${i}`);
    for (const name of names) {
      mkdirSync(w.path(`proto/x/${name}/v1`), { recursive: true });
      writeFileSync(w.path(`proto/x/${name}/v1/m.proto`), proto(name));
    }
    expect(await watching.next()).toMatchObject({ ok: true });
    expect(await w.read("generated/x/p29/v1/m_pb.js")).toContain("p29");
    expect(watching.rounds).toHaveLength(2);

    // As editors save: a new file, renamed over the old one.
    await w.write("proto/x/p29/v1/m.proto~", proto("p29", "string by_rename = 1;"));
    await rename(w.path("proto/x/p29/v1/m.proto~"), w.path("proto/x/p29/v1/m.proto"));
    expect(await watching.next()).toMatchObject({ ok: true });
    expect(await w.read("generated/x/p29/v1/m_pb.d.ts")).toContain("byRename");
    expect(watching.rounds).toHaveLength(3);

    await rename(w.path("proto/x/p29"), w.path("proto/x/moved"));
    expect(await watching.next()).toMatchObject({ ok: true });
    expect((await w.files("generated")).has("generated/x/moved/v1/m_pb.js")).toBe(true);

    await w.write("proto/x/moved/v1/m.proto", proto("p29", "string in_moved = 1;"));
    expect(await watching.next()).toMatchObject({ ok: true });
    expect(await w.read("generated/x/moved/v1/m_pb.d.ts")).toContain("inMoved");

    await w.remove("proto/x");
    expect(await watching.next()).toMatchObject({ ok: true });
    expect((await w.files("generated")).has("generated/x/moved/v1/m_pb.js")).toBe(false);
    expect(watching.rounds).toHaveLength(6);
    expect(watching.stderr()).toBe("");
  });

  it("what a run writes, git ignores and nothing reads starts no round", async () => {
    const w = await workspace({
      [PROTO]: STATUS_PROTO,
      ".gitignore": "node_modules\ngenerated/\n*.log\n/out/\n",
      "life.ts": MIRROR,
      "out/old.txt": "",
    });
    const watching = new Watching(w);
    expect(await watching.next()).toMatchObject({ ok: true });
    await w.edit(PROTO, "HEALTHY = 1;", "HEALTHY = 1;\n  // Soon.\n  STATUS_PENDING = 2;");
    expect(await watching.next()).toMatchObject({ ok: true });
    expect(await w.read("life.ts")).toContain('"healthy" | "pending"');

    await w.write("server.log", "a line\n");
    await w.write("proto/a/v1/.a.proto.swp", "what vim keeps while it is open");
    await w.write("out/new.txt", "");
    await w.write("generated/.lockstep/other", "");
    await w.git("status");
    expect((await w.run("generate")).code).toBe(0);
    // Two rounds so far; had one of these started another, it would be the third.
    await w.write("life.ts", MIRROR.replace('"healthy"', '"healthy" | "pending" | "wrong"'));
    expect(rulesOf(await watching.next())).toEqual(["MIRROR_UNKNOWN_MEMBER"]);
    expect(watching.rounds).toHaveLength(3);
  });

  it("settings are seen, also broken and mended ones", async () => {
    const w = await workspace({
      [PROTO]: STATUS_PROTO,
      ".gitignore": "node_modules\ngenerated/\nmade/\n",
      "lockstep.yaml": "sources: 1\n",
    });
    const watching = new Watching(w);
    expect(await watching.next()).toMatchObject({ ok: false, findings: [] });
    await watching.tells("lockstep.yaml:1:10: error: ");
    await w.write("lockstep.yaml", UNDOCUMENTED);
    expect(await watching.next()).toMatchObject({ ok: true });

    const yaml = await w.read("buf.yaml");
    await w.write("buf.yaml", yaml.replace("[STANDARD]", "[STANDARD, COMMENTS, RPC_NO_CLIENT]"));
    expect(await watching.next()).toMatchObject({ ok: false });
    await w.remove("buf.yaml");
    expect(await watching.next()).toMatchObject({ ok: false });
    await watching.tells("No buf.yaml in ");
    await w.write("buf.yaml", yaml);
    expect(await watching.next()).toMatchObject({ ok: true });

    const gen = await w.read("buf.gen.yaml");
    await w.write("buf.gen.yaml", gen.replaceAll("out: generated", "out: made"));
    expect(await watching.next()).toMatchObject({ ok: true });
    expect((await w.files("made")).has("made/a/v1/a_pb.js")).toBe(true);
    // The folder that it writes to now does not count as a change.
    await w.write(PROTO, BROKEN);
    expect(rulesOf(await watching.next())).toEqual(["COMPILE"]);
    expect(watching.rounds).toHaveLength(7);
  });
});

describe("git", () => {
  it("a switch of branches is one round", async () => {
    const w = await workspace({ ...LENIENT, "proto/a/v1/a.proto": proto("a") });
    await w.git("add", ".");
    await w.git("commit", "-qm", "few");
    await w.git("switch", "-qc", "many");
    for (let i = 0; i < 60; i++) await w.write(`proto/p${i}/v1/m.proto`, proto(`p${i}`));
    await w.git("add", ".");
    await w.git("commit", "-qm", "many");
    await w.git("switch", "-q", "main");
    const watching = new Watching(w);
    expect(await watching.next()).toMatchObject({ ok: true });
    await w.git("switch", "-q", "many");
    expect(await watching.next()).toMatchObject({ ok: true });
    expect((await w.files("generated")).has("generated/p59/v1/m_pb.js")).toBe(true);
    await w.git("switch", "-q", "main");
    expect(await watching.next()).toMatchObject({ ok: true });
    expect((await w.files("generated")).has("generated/p59/v1/m_pb.js")).toBe(false);
    await w.write(PROTO, proto("a", "string last = 1;"));
    expect(await watching.next()).toMatchObject({ ok: true });
    expect(watching.rounds).toHaveLength(4);
  });

  it.each(["the repository itself", "a linked work tree"])(
    "a commit that moves the baseline is seen in %s",
    async (where) => {
      const main = await workspace({ [PROTO]: STATUS_PROTO });
      await main.git("add", ".");
      await main.git("commit", "-qm", "first");
      let w = main;
      if (where !== "the repository itself") {
        await main.git("worktree", "add", "-q", "-b", "side", "../linked");
        w = new TestWorkspace(join(main.root, "../linked"));
        await symlink(main.path("node_modules"), w.path("node_modules"));
      }
      const watching = new Watching(w);
      expect(await watching.next()).toMatchObject({ ok: true });
      await w.edit(PROTO, "STATUS_HEALTHY = 1", "STATUS_HEALTHY = 2");
      expect(rulesOf(await watching.next())).toContain("ENUM_VALUE_RENUMBERED");
      expect(await w.read("generated/a/v1/a_pb.d.ts")).toContain("HEALTHY = 1");
      await w.git("commit", "-qam", "break it");
      expect(await watching.next()).toMatchObject({ ok: true, findings: [] });
      expect(await w.read("generated/a/v1/a_pb.d.ts")).toContain("HEALTHY = 2");
      expect(watching.rounds).toHaveLength(3);
    },
  );

  it("a baseline in a folder that git ignores is seen", async () => {
    const w = await workspace({
      [PROTO]: STATUS_PROTO,
      ".gitignore": "node_modules\ngenerated/\nout/\n",
      "lockstep.yaml": `${UNDOCUMENTED}baseline: out/main.binpb\n`,
      "out/other.txt": "",
    });
    const build = (to: string): Promise<unknown> =>
      promisify(execFile)(bufBinary(), ["build", "-o", to], { cwd: w.root });
    await build("out/main.binpb");
    await w.edit(PROTO, "HEALTHY = 1", "HEALTHY = 2");
    await build("../other.binpb");
    await w.write(PROTO, STATUS_PROTO);
    const watching = new Watching(w);
    expect(await watching.next()).toMatchObject({ ok: true });
    await w.write("out/other.txt", "no concern of a run");
    await rename(w.path("../other.binpb"), w.path("out/main.binpb"));
    expect(rulesOf(await watching.next())).toContain("ENUM_VALUE_RENUMBERED");
    expect(watching.rounds).toHaveLength(2);
  });

  it("a baseline outside the workspace is seen, also when it comes later", async () => {
    const w = await workspace({
      [PROTO]: STATUS_PROTO.replace("STATUS_HEALTHY = 1", "STATUS_HEALTHY = 2"),
      "lockstep.yaml": `${UNDOCUMENTED}baseline: ../released\n`,
    });
    const watching = new Watching(w);
    expect(await watching.next()).toMatchObject({ ok: false });
    await watching.tells("../released does not exist");
    const released = new TestWorkspace(join(w.root, "../staged"));
    await released.write("a/v1/a.proto", STATUS_PROTO);
    await rename(released.root, w.path("../released"));
    expect(rulesOf(await watching.next())).toContain("ENUM_VALUE_RENUMBERED");
    await w.edit("../released/a/v1/a.proto", "STATUS_HEALTHY = 1", "STATUS_HEALTHY = 2");
    expect(await watching.next()).toMatchObject({ ok: true });
  });
});
