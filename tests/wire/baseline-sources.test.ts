// Baselines that are folders and image files, and those that do not compile.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openBuf } from "../../core/buf.js";
import { bufBinary } from "../../core/installation.js";
import { BUF_YAML, LENIENT, TestWorkspace } from "../workspace.js";
import {
  A,
  changing,
  commit,
  fresh,
  proto,
  refused,
  resolved,
  setBaseline,
} from "./baseline-repository.js";

describe("a folder", () => {
  it("is compiled where it is, relative to lockstep.yaml, and nothing is written there", async () => {
    const w = await changing();
    const old = new TestWorkspace(join(w.root, "../old release"));
    await old.write("buf.yaml", BUF_YAML.replace("proto", "api"));
    await old.write("api/a/v1/a.proto", proto("one"));
    await w.write(A, proto("one", "two"));
    await setBaseline(w, "../old release");
    expect(await fresh(w, "--cwd", w.path("proto"))).toEqual(["two"]);
    expect([...(await old.files(".")).keys()].length).toBe(2);
    const [baseline] = await resolved(w);
    const path = baseline?.schema?.pathOf("a/v1/a.proto") as string;
    expect(path).toBe("../old release/api/a/v1/a.proto");
    expect(await baseline?.lines(path)).toContain("  int32 one = 1;");
  });

  it.each([
    ["has no buf.yaml", { "plain#1.git/a/v1/a.proto": proto("one") }, "plain#1.git"],
    ["is a module of another workspace", { "buf.yaml": BUF_YAML, [A]: proto("one") }, "proto"],
  ])("%s", async (_, files, name) => {
    const w = await changing({ [A]: proto("one", "two") });
    const old = new TestWorkspace(join(w.root, "../old"));
    for (const [path, content] of Object.entries(files)) await old.write(path, content);
    await setBaseline(w, `../old/${name}`);
    expect(await fresh(w)).toEqual(["two"]);
    expect((await resolved(w))[0]?.schema?.pathOf("a/v1/a.proto")).toBe(
      `../old/${name}/a/v1/a.proto`,
    );
  });

  it("that is not there is trouble with the nearest name", async () => {
    const w = await changing();
    await setBaseline(w, "./protos/");
    expect(await refused(w)).toBe(
      'lockstep.yaml:1:11: error: ./protos/ does not exist, so changes cannot be judged against it.\n  help: Did you mean "./proto"?\n',
    );
  });

  it("without protos is trouble", async () => {
    const w = await changing();
    await w.write("../empty/readme.md", "");
    await setBaseline(w, "../empty");
    expect(await refused(w)).toContain("The baseline ../empty does not compile: ");
  });
});

describe("an image file", () => {
  const ENDINGS = ["binpb", "pb", "json", "txtpb", "yaml", "binpb.gz", "json.gz", "txtpb.zst"];

  it.each(ENDINGS)("is read as .%s", async (ending) => {
    const w = await changing();
    const built = ending === "pb" ? "old.binpb" : `old.${ending}`;
    execFileSync(bufBinary(), ["build", "-o", built], { cwd: w.root });
    if (ending === "pb") await cp(w.path(built), w.path("old.pb"));
    await w.write(A, proto("one", "two"));
    await setBaseline(w, `old.${ending}`);
    expect(await fresh(w)).toEqual(["two"]);
    const [baseline] = await resolved(w);
    expect(baseline).toMatchObject({ name: `old.${ending}`, commit: undefined });
    expect(await baseline?.lines(A)).toEqual([]);
    const image = await openBuf(w.root, process.env).toBinary(
      baseline?.schema?.image as Uint8Array,
      "binpb",
    );
    expect(Buffer.compare(image, baseline?.schema?.image as Uint8Array)).toBe(0);
  });

  it.each([
    ["is none", "lockstep.yaml"],
    ["lacks what it imports", "bare.pb"],
  ])("that %s is trouble that says what one is", async (_, name) => {
    const w = await changing({
      [A]: proto("one").replace("message", 'import "google/protobuf/any.proto";\nmessage'),
    });
    const flags = ["--as-file-descriptor-set", "--exclude-imports", "-o", "bare.pb"];
    execFileSync(bufBinary(), ["build", ...flags], { cwd: w.root, stdio: "ignore" });
    await setBaseline(w, `./${name}`);
    const said = await refused(w);
    expect(said).toContain(`error: The baseline ./${name} does not compile: `);
    expect(said).toContain("help: An image is what `buf build -o image.binpb` writes, or protoc");
  });
});

describe("one that does not compile", () => {
  it("is trouble with what buf says and where", async () => {
    const w = await changing({ [A]: proto("ä = 1; strin x") });
    await commit(w);
    await w.write(A, proto("one"));
    expect(await refused(w)).toMatch(
      /^error: The baseline HEAD does not compile: proto\/a\/v1\/a\.proto:4:\d+: .*\n {2}help: Name a baseline that compiles/,
    );
  });

  it("is trouble with what is wrong in its buf.yaml", async () => {
    const w = await changing();
    const valid = await w.read("buf.yaml");
    await w.write("buf.yaml", `${valid}modul: x\n`);
    await commit(w);
    await w.write("buf.yaml", valid);
    expect(await refused(w)).toContain(
      "The baseline HEAD does not compile: buf.yaml:6:1: buf.yaml has an unknown setting",
    );
  });

  it("is refused where a path in it leads out of the workspace", async () => {
    const w = await changing();
    const blob = (await w.git("hash-object", "-w", A)).trim();
    const tree = async (...entries: string[]): Promise<string> => {
      const input = entries.map((entry) => `${entry}\n`).join("");
      return execFileSync("git", ["mktree"], { cwd: w.root, input, encoding: "utf8" }).trim();
    };
    const evil = await tree(`100644 blob ${blob}\tlockstep-escaped.proto`);
    const root = await tree(`040000 tree ${evil}\t..`);
    const made = (await w.git("commit-tree", "-m", "evil", root)).trim();
    await w.git("update-ref", "refs/heads/main", made);
    expect(await refused(w)).toContain("../lockstep-escaped.proto leaves the workspace");
    expect(existsSync(join(tmpdir(), "lockstep-escaped.proto"))).toBe(false);
  });

  it("older than buf.yaml is read with today's modules", async () => {
    const w = await changing({ "buf.yaml": undefined });
    await commit(w);
    await w.write("buf.yaml", LENIENT["buf.yaml"] as string);
    await w.write(A, proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
  });
});
