// What a change is judged against: real repositories, clones and worktrees, and the command that would
// mend what is missing, run as it is printed.
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import {
  chmod,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Baseline, resolveBaselines } from "../../core/baseline.js";
import { openBuf } from "../../core/buf.js";
import { openCache } from "../../core/cache.js";
import { bufBinary, packageFolder } from "../../core/installation.js";
import { Trouble } from "../../core/trouble.js";
import { openWorkspace } from "../../core/workspace.js";
import { BUF_YAML, LENIENT, TestWorkspace, workspace } from "../workspace.js";

/** A proto whose message has those fields, numbered in their order. */
const proto = (...fields: string[]): string =>
  `syntax = "proto3";\npackage a.v1;\nmessage M {\n${fields
    .map((name, i) => `  int32 ${name} = ${i + 1};\n`)
    .join("")}}\n`;

const A = "proto/a/v1/a.proto";
const CHANGED = "docstrings:\n  enforce: changed\n  kinds: [field]\n";

async function changing(files: Record<string, string | undefined> = {}): Promise<TestWorkspace> {
  const plain = { "buf.yaml": LENIENT["buf.yaml"], "lockstep.yaml": CHANGED, [A]: proto("one") };
  return workspace({ ...plain, ...files });
}

async function commit(w: TestWorkspace, message = "change"): Promise<void> {
  await w.git("add", "-A");
  await w.git("commit", "--quiet", "--allow-empty", "-m", message);
}

/** The names of the fields that are new against the baseline, as the command reports them. */
async function fresh(w: TestWorkspace, ...argv: string[]): Promise<string[]> {
  const { code, stderr, findings } = await w.json("check", "--only", "docstrings", ...argv);
  expect(stderr).toBe("");
  expect(code).toBe(findings.length > 0 ? 1 : 0);
  return findings.map((one) => one.symbol?.split(".").at(-1) ?? "");
}

/** What the command says where it cannot judge. */
async function refused(w: TestWorkspace, ...argv: string[]): Promise<string> {
  const { code, stderr } = await w.run("check", "--only", "docstrings", ...argv);
  expect(code).toBe(2);
  return stderr.slice(stderr.search(/^\S*: ?error: |^error: /m));
}

async function setBaseline(w: TestWorkspace, baseline: string | readonly string[]): Promise<void> {
  await w.write("lockstep.yaml", `baseline: ${JSON.stringify(baseline)}\n${CHANGED}`);
}

async function resolved(w: TestWorkspace, against?: string[]): Promise<readonly Baseline[]> {
  const opened = await openWorkspace(w.root, undefined);
  return resolveBaselines(opened, {
    env: process.env,
    signal: undefined,
    cache: openCache(w.root),
    against: against && { names: against, from: w.root },
  });
}

const fieldsOf = ({ schema }: Baseline): string[] | undefined =>
  schema?.files.flatMap((file) => file.messages.flatMap((m) => m.fields.map(({ name }) => name)));

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-baseline-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A clone of the workspace, with those flags of `git clone`. */
async function clone(w: TestWorkspace, ...flags: string[]): Promise<TestWorkspace> {
  const cloned = new TestWorkspace(join(await temporary(), "clone"));
  await w.git("config", "uploadpack.allowFilter", "true");
  await w.git("config", "uploadpack.allowAnySHA1InWant", "true");
  await w.git("clone", "--quiet", ...flags, `file://${w.root}`, cloned.root);
  return cloned;
}

/** Runs the git command that stands at the end of what was said. */
async function obey(w: TestWorkspace, said: string): Promise<void> {
  const command = /: git (.+)$/m.exec(said)?.[1];
  if (command === undefined) throw new Error(`no command in: ${said}`);
  await w.git("-c", "protocol.file.allow=always", ...command.split(" "));
}

describe("without a name", () => {
  it("is the merge base with the remote's default branch", async () => {
    const w = await changing();
    await commit(w);
    const cloned = await clone(w);
    await w.write(A, proto("one", "upstream"));
    await commit(w);
    await cloned.write(A, proto("one", "mine"));
    await commit(cloned);
    await cloned.git("fetch", "--quiet");
    expect(await fresh(cloned)).toEqual(["mine"]);
    expect((await resolved(cloned)).map(({ name }) => name)).toEqual([
      "the merge base with origin/main",
    ]);
  });

  it("is HEAD where there is no remote", async () => {
    const w = await changing();
    await commit(w);
    await w.write(A, proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
    expect((await resolved(w))[0]).toMatchObject({ name: "HEAD" });
  });

  it("is nothing where nothing was committed, and without a git repository", async () => {
    const w = await changing();
    expect(await resolved(w)).toEqual([]);
    expect(await resolved(w, ["main"])).toEqual([]);
    expect(await resolved(w, ["v*"])).toEqual([]);
    await w.remove(".git");
    expect(await resolved(w)).toEqual([]);
  });

  it("has no schema where there were no protos yet", async () => {
    const w = await changing({ [A]: undefined });
    await commit(w);
    await w.write(A, proto("one"));
    const [head] = await resolved(w);
    expect(head).toMatchObject({ name: "HEAD", schema: undefined });
    expect(await fresh(w)).toEqual(["one"]);
  });

  it("never contacts a remote", async () => {
    const w = await changing();
    await commit(w);
    const cloned = await clone(w);
    const touched = join(await temporary(), "touched");
    await cloned.git("remote", "set-url", "origin", `ext::touch ${touched}`);
    await cloned.git("config", "protocol.ext.allow", "always");
    await cloned.write(A, proto("one", "two"));
    expect(await fresh(cloned)).toEqual(["two"]);
    await setBaseline(cloned, "nowhere");
    expect(await refused(cloned)).toContain("nowhere is not in this clone");
    expect(existsSync(touched)).toBe(false);
    // A command that does ask the remote leaves its mark.
    await cloned.git("fetch").catch(() => {});
    expect(existsSync(touched)).toBe(true);
  });
});

describe("what a clone lacks", () => {
  /** Two commits on main, and a branch off the first. */
  async function forked(): Promise<TestWorkspace> {
    const w = await changing();
    await commit(w);
    await w.git("checkout", "--quiet", "-b", "topic");
    await w.write(A, proto("one", "two"));
    await commit(w);
    await commit(w);
    await w.git("checkout", "--quiet", "main");
    await commit(w);
    return w;
  }

  it("is the merge base in a shallow clone", async () => {
    const flags = ["--depth", "1", "--no-single-branch", "--branch", "topic"];
    const cloned = await clone(await forked(), ...flags);
    await cloned.git("remote", "set-head", "origin", "main");
    const said = await refused(cloned);
    expect(said).toContain("The merge base with origin/main is not in this clone, so changes");
    expect(said).toContain("help: Fetch it: git fetch --unshallow origin\nIn CI, clone the whole");
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual(["two"]);
  });

  it("is the default branch in a shallow clone of one branch", async () => {
    const cloned = await clone(await forked(), "--depth", "1", "--branch", "topic");
    const said = await refused(cloned);
    expect(said).toContain("origin/main is not in this clone");
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual(["two"]);
  });

  it.each([
    ["v1.2.0", "git fetch origin tag v1.2.0"],
    ["release", "git fetch origin release:refs/remotes/origin/release"],
    ["origin/release", "git fetch origin release:refs/remotes/origin/release"],
    ["refs/tags/released", "git fetch origin tag released"],
    ["HEAD~1", "git fetch --unshallow origin"],
  ])("is %s, which the command fetches", async (name, command) => {
    const w = await changing();
    await commit(w);
    for (const tag of ["v1.2.0", "released"]) await w.git("tag", tag);
    await w.git("branch", "release");
    await w.write(A, proto("one", "two"));
    await commit(w);
    const cloned = await clone(w, "--depth", "1", "--no-tags");
    await setBaseline(cloned, name);
    const said = await refused(cloned);
    expect(said).toContain(
      `lockstep.yaml:1:11: error: ${name} is not in this clone, so changes cannot be judged against it.\n`,
    );
    expect(said).toContain(command);
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual(["two"]);
  });

  it("is a commit by its id", async () => {
    const w = await changing();
    await commit(w);
    const id = (await w.git("rev-parse", "HEAD")).trim();
    await w.write(A, proto("one", "two"));
    await commit(w);
    const cloned = await clone(w, "--depth", "1");
    await setBaseline(cloned, id);
    const said = await refused(cloned);
    expect(said).toContain(`git fetch origin ${id}\n`);
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual(["two"]);
  });

  it.each(["blob:none", "tree:0"])(
    "are the objects of a clone with --filter=%s",
    async (filter) => {
      const w = await changing();
      await commit(w);
      await w.write(A, proto("one", "two"));
      await commit(w);
      const cloned = await clone(w, `--filter=${filter}`);
      await setBaseline(cloned, "HEAD~1");
      const objects = (): Promise<string> => cloned.git("count-objects", "-v");
      const before = await objects();
      const said = await refused(cloned);
      expect(await objects()).toBe(before);
      expect(said).toContain("This partial clone does not have the files of the baseline");
      await obey(cloned, said);
      expect(await fresh(cloned)).toEqual(["two"]);
    },
  );

  it("is no common commit where histories are unrelated", async () => {
    const w = await changing();
    await commit(w);
    const cloned = await clone(w);
    await cloned.git("checkout", "--quiet", "--orphan", "fresh");
    await commit(cloned, "unrelated");
    expect(await refused(cloned)).toContain(
      "HEAD and origin/main have no commit in common, so changes cannot be judged against it.\n  help: Name what to judge against in lockstep.yaml: baseline: origin/main\n",
    );
  });
});

describe("by name", () => {
  it("is several, with every tag that a pattern matches, the newest version first", async () => {
    const w = await changing();
    const fields = ["one", "two", "three"];
    for (const [i, tag] of ["v1.9.0", "v1.10.0", "other-1"].entries()) {
      await w.write(A, proto(...fields.slice(0, i + 1)));
      await commit(w);
      await w.git("tag", ...(i === 0 ? ["-a", "-m", "annotated"] : []), tag);
    }
    await w.git("checkout", "--quiet", "--orphan", "elsewhere");
    await w.write(A, proto("lone"));
    await commit(w);
    await w.git("tag", "v0.1.0");
    await w.git("tag", "v-blob", (await w.git("rev-parse", `HEAD:${A}`)).trim());
    await w.git("checkout", "--quiet", "main");
    await setBaseline(w, ["main~1", "v*"]);
    const all = await resolved(w);
    expect(all.map((one) => [one.name, fieldsOf(one)])).toEqual([
      ["main~1", ["one", "two"]],
      ["v1.10.0", ["one", "two"]],
      ["v1.9.0", ["one"]],
      ["v0.1.0", ["lone"]],
    ]);
    // The same protos are compiled once.
    expect(all[0]?.schema).toBe(all[1]?.schema);
    expect(all[2]?.commit).toBe((await w.git("rev-parse", "v1.9.0^{commit}")).trim());
    expect(await all[2]?.lines(A)).toContain("  int32 one = 1;");
    expect(await all[2]?.lines("proto/none.proto")).toEqual([]);
    expect(await fresh(w)).toEqual(["three"]);
  });

  it("names the nearest tag where none matches, or the newest ones", async () => {
    const w = await changing();
    await commit(w);
    await setBaseline(w, ["HEAD", "v*"]);
    expect(await refused(w)).toBe(
      "lockstep.yaml:1:19: error: No tag matches v*, so changes cannot be judged against it.\n  help: There are no tags in this clone.\n",
    );
    for (const tag of ["release-1", "release-2", "release-3", "release-10"])
      await w.git("tag", tag);
    expect(await refused(w)).toContain("help: Tags here: release-10, release-3, release-2.\n");
    await setBaseline(w, "relaese-1*");
    expect(await refused(w)).toContain("help: Tags here: release-1");
    await w.git("remote", "add", "origin", "https://example.invalid/x.git");
    expect(await refused(w)).toContain("Fetch the tags: git fetch origin --tags\n");
  });

  it("finds a branch of the remote by its short name", async () => {
    const w = await changing();
    await commit(w);
    await w.git("branch", "stable");
    await w.write(A, proto("one", "two"));
    await commit(w);
    const cloned = await clone(w);
    await setBaseline(cloned, "stable");
    expect(await fresh(cloned)).toEqual(["two"]);
    expect((await resolved(cloned))[0]?.name).toBe("origin/stable");
  });

  it("suggests the nearest of the refs", async () => {
    const w = await changing();
    await commit(w);
    await setBaseline(w, "mian");
    expect(await refused(w)).toContain('help: Did you mean "main"?\n');
    await w.git("remote", "add", "origin", "https://example.invalid/x.git");
    expect(await refused(w)).toContain(
      'Did you mean "main"? If not, fetch it: git fetch origin mian:refs/remotes/origin/mian\n',
    );
  });

  it.each(["$(touch pwned)", "x;touch pwned", "main..topic"])(
    "offers no command to paste for %s",
    async (name) => {
      const w = await changing();
      await commit(w);
      await w.git("remote", "add", "origin", "https://example.invalid/x.git");
      await setBaseline(w, name);
      const said = await refused(w);
      expect(said).toContain(`${name} is not in this clone`);
      expect(said).not.toContain("git fetch");
      expect(existsSync(w.path("pwned"))).toBe(false);
    },
  );

  it.each(["-x", "--upload-pack=touch pwned", "--all"])("refuses the option %s", async (name) => {
    const w = await changing();
    await commit(w);
    await setBaseline(w, name);
    const said = await refused(w);
    expect(said).toContain(
      `lockstep.yaml:1:11: error: The baseline "${name}" cannot be used: it looks like an option.`,
    );
    expect(existsSync(w.path("pwned"))).toBe(false);
  });

  it("asks which is meant where a word is a ref and a path", async () => {
    const w = await changing({ "v1/a/v1/a.proto": proto("one", "folder") });
    await commit(w);
    await w.git("tag", "v1");
    await w.write("v1/a/v1/a.proto", proto("one", "two", "folder"));
    await w.write(A, proto("one", "two"));
    await setBaseline(w, "v1");
    const said = await refused(w);
    expect(said).toContain('The baseline "v1" cannot be used: it is both a folder and a commit.');
    expect(said).toContain("Write ./v1 for the folder, or refs/tags/v1 for the commit.");
    await setBaseline(w, "refs/tags/v1");
    expect(await fresh(w)).toEqual(["two"]);
    await setBaseline(w, "./v1");
    expect((await resolved(w)).map(fieldsOf)).toEqual([["one", "two", "folder"]]);
  });

  it.each([
    ["[]", "lockstep.yaml:1:11: error:"],
    ["7", "lockstep.yaml:1:11: error:"],
    ['["main", ""]', "lockstep.yaml:1:20: error:"],
  ])("refuses %s in lockstep.yaml", async (value, place) => {
    const w = await changing();
    await w.write("lockstep.yaml", `baseline: ${value}\n`);
    const { code, stderr } = await w.run("check");
    expect(code).toBe(2);
    expect(stderr).toContain(place);
    expect(stderr).toContain("it has to be a git ref, a path, or a list of them");
  });

  it("is what a flag names, whatever lockstep.yaml does", async () => {
    const w = await changing();
    await commit(w);
    await setBaseline(w, "nowhere");
    expect((await resolved(w, ["HEAD"])).map(({ name }) => name)).toEqual(["HEAD"]);
    await expect(resolved(w, ["nowhere"])).rejects.toMatchObject({
      code: "BASELINE_MISSING",
      where: undefined,
    });
  });
});

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

describe("where the workspace is", () => {
  it("may be a subfolder of the repository", async () => {
    const w = await changing();
    const top = new TestWorkspace(join(w.root, ".."));
    await w.remove(".git");
    await top.git("init", "--quiet", "--initial-branch=main");
    await top.write("other.proto", "not a proto of the workspace");
    await commit(top);
    await w.write(A, proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
    const [head] = await resolved(w);
    expect(head?.schema?.pathOf("a/v1/a.proto")).toBe(A);
    expect(await head?.lines(A)).toContain("  int32 one = 1;");
  });

  it("may be a worktree of git's", async () => {
    const w = await changing();
    await commit(w);
    const tree = new TestWorkspace(join(await temporary(), "tree"));
    await w.git("worktree", "add", "--quiet", "-b", "topic", tree.root);
    await tree.write(A, proto("one", "two"));
    expect(await fresh(tree)).toEqual(["two"]);
  });

  it("may be a submodule, whose own history counts", async () => {
    const inner = await changing();
    await commit(inner);
    const outer = new TestWorkspace(await temporary());
    await outer.git("init", "--quiet", "--initial-branch=main");
    await addSubmodule(outer, inner, "schemas");
    await commit(outer);
    const w = new TestWorkspace(outer.path("schemas"));
    await w.write(A, proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
    expect((await resolved(w))[0]?.name).toBe("the merge base with origin/main");
  });

  it("may have links to protos elsewhere in the repository", async () => {
    const w = await changing({ [A]: undefined, "shared/a/v1/a.proto": proto("one") });
    await symlink("shared", w.path("proto"));
    await commit(w);
    await w.write("shared/a/v1/a.proto", proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
  });

  it("may have links to single protos, and links that lead nowhere", async () => {
    const w = await changing({ [A]: undefined, "shared/a.proto": proto("one") });
    await w.write("proto/a/v1/readme.md", "");
    await symlink("../../../shared/a.proto", w.path(A));
    const nowhere = ["/nowhere", "gone blob", "2.proto", "../../outside.proto", "readme.md/x"];
    for (const [i, target] of nowhere.entries()) await symlink(target, w.path(`proto/${i}.proto`));
    await commit(w);
    await w.git("rm", "--quiet", "proto/*.proto", ":(exclude)proto/a/*");
    await w.write("shared/a.proto", proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
  });
});

async function addSubmodule(w: TestWorkspace, of: TestWorkspace, path: string): Promise<void> {
  const add = ["submodule", "--quiet", "add", `file://${of.root}`, path];
  await w.git("-c", "protocol.file.allow=always", ...add);
}

describe("a submodule with protos", () => {
  /** A workspace whose module is a submodule; it was at "one" when it was committed, and has "two" now. */
  async function composed(): Promise<{ w: TestWorkspace; inner: TestWorkspace }> {
    const inner = new TestWorkspace(await temporary());
    await inner.git("init", "--quiet", "--initial-branch=main");
    await inner.write("a/v1/a.proto", proto("one"));
    await commit(inner);
    const w = await changing({ [A]: undefined });
    await addSubmodule(w, inner, "proto");
    await commit(w, "with one");
    await inner.write("a/v1/a.proto", proto("one", "two"));
    await commit(inner);
    await w.git("-C", "proto", "-c", "protocol.file.allow=always", "pull", "--quiet");
    return { w, inner };
  }

  it("is read from its own objects at the commit that was pinned", async () => {
    const { w } = await composed();
    expect(await fresh(w)).toEqual(["two"]);
    const [head] = await resolved(w);
    expect(head?.schema?.pathOf("a/v1/a.proto")).toBe(A);
    expect(await head?.lines(A)).toContain("  int32 one = 1;");
  });

  it("is read, too, once it has gone from the work tree", async () => {
    const { w } = await composed();
    await w.git("rm", "--quiet", "--cached", "proto");
    await w.remove("proto");
    await w.write(A, proto("one", "two"));
    expect(await fresh(w)).toEqual(["two"]);
  });

  it("is read in a worktree that did not check it out", async () => {
    const { w } = await composed();
    const tree = new TestWorkspace(join(await temporary(), "tree"));
    await w.git("worktree", "add", "--quiet", "-b", "topic", tree.root);
    await tree.write(A, proto("one", "two"));
    expect(await fresh(tree)).toEqual(["two"]);
  });

  it("is read in a hook, where git's environment names the outer repository", async () => {
    const { w } = await composed();
    const opened = await openWorkspace(w.root, undefined);
    const env = { ...process.env, GIT_DIR: w.path(".git"), GIT_INDEX_FILE: w.path(".git/index") };
    const [head] = await resolveBaselines(opened, { env, signal: undefined });
    expect(fieldsOf(head as Baseline)).toEqual(["one"]);
  });

  it("that is not checked out is trouble with the command", async () => {
    const { w } = await composed();
    const cloned = await clone(w);
    await cloned.remove("proto");
    await cloned.write(A, proto("one"));
    const said = await refused(cloned);
    expect(said).toContain("has the submodule proto at ");
    expect(said).toContain("help: Fetch it: git submodule update --init proto\n");
    await cloned.remove("proto");
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual([]);
  });

  it("that lacks the commit is trouble with the command", async () => {
    const { w, inner } = await composed();
    await inner.git("config", "uploadpack.allowAnySHA1InWant", "true");
    const cloned = await clone(w);
    await cloned.git("clone", "--quiet", "--depth", "1", `file://${inner.root}`, "proto");
    const said = await refused(cloned);
    expect(said).toMatch(/Fetch it: git -C proto fetch origin [0-9a-f]{40}\n/);
    await obey(cloned, said);
    expect(await fresh(cloned)).toEqual(["two"]);
  });

  it("that is gone for good is trouble, because what it had cannot be known", async () => {
    const { w } = await composed();
    const cloned = await clone(w);
    await cloned.git("rm", "--quiet", "--cached", "proto");
    await cloned.write(A, proto("one"));
    await commit(cloned);
    await setBaseline(cloned, "HEAD~1");
    expect(await refused(cloned)).toContain(
      "help: proto is no submodule any more: name a baseline that is later, in lockstep.yaml.\n",
    );
  });

  it("is found in a submodule of a submodule", async () => {
    const { w } = await composed();
    await w.git("add", "-A");
    await commit(w);
    await w.remove("lockstep.yaml");
    await w.remove("buf.yaml");
    await w.remove("buf.gen.yaml");
    await commit(w, "only a submodule");
    const outer = await changing({ [A]: undefined });
    await outer.write("buf.yaml", (await outer.read("buf.yaml")).replace("proto", "mid/proto"));
    await addSubmodule(outer, w, "mid");
    await commit(outer);
    await outer.write("mid/proto/a/v1/a.proto", proto("one"));
    const said = await refused(outer);
    expect(said).toContain("help: Fetch it: git submodule update --init --recursive mid\n");
    await outer.remove("mid/proto/a");
    await obey(outer, said);
    expect(await fresh(outer)).toEqual([]);
    await outer.write("mid/proto/a/v1/a.proto", proto("one", "two", "three"));
    expect(await fresh(outer)).toEqual(["three"]);
    const [head] = await resolved(outer);
    expect(head?.schema?.pathOf("a/v1/a.proto")).toBe("mid/proto/a/v1/a.proto");
  });

  it("does not matter where buf looks for no protos in it", async () => {
    const { inner } = await composed();
    const w = await changing();
    await addSubmodule(w, inner, "docs/theme");
    await commit(w);
    const cloned = await clone(w);
    await cloned.write(A, proto("one", "two"));
    expect(await fresh(cloned)).toEqual(["two"]);
  });
});

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

/** Whether every user can read this package, so that a test may run it as another one. */
function isPublic(folder: string): boolean {
  const open = (statSync(folder).mode & 0o005) === 0o005;
  return open && (dirname(folder) === folder || isPublic(dirname(folder)));
}

describe("the cache", () => {
  /** A workspace with a cache of its own, and the entries in it. */
  async function cached(): Promise<{ w: TestWorkspace; entries: () => Promise<string[]> }> {
    const w = await changing();
    await unlink(w.path("node_modules"));
    await commit(w);
    const folder = w.path(".lockstep/baseline");
    const entries = async (): Promise<string[]> =>
      existsSync(folder) ? (await readdir(folder)).map((name) => join(folder, name)) : [];
    return { w, entries };
  }

  it("keeps what a commit compiles to until a proto changes", async () => {
    const { w, entries } = await cached();
    const [first] = await resolved(w);
    expect(await entries()).toHaveLength(1);
    await w.write("readme.md", "x");
    await commit(w);
    const [second] = await resolved(w);
    expect(await entries()).toHaveLength(1);
    expect(second?.schema?.image).toEqual(first?.schema?.image);
    expect(second?.schema?.pathOf("a/v1/a.proto")).toBe(A);
    await w.write(A, proto("one", "two"));
    await commit(w);
    expect(fieldsOf((await resolved(w))[0] as Baseline)).toEqual(["one", "two"]);
    expect(await entries()).toHaveLength(2);
    expect(await w.git("status", "--porcelain")).toBe("");
  });

  it("compiles anew what is damaged", async () => {
    const { w, entries } = await cached();
    await resolved(w);
    const [entry] = await entries();
    const whole = await readFile(entry as string);
    for (const damaged of [
      whole.subarray(0, 40),
      Buffer.alloc(0),
      Buffer.from(whole).fill(0, 50),
    ]) {
      await writeFile(entry as string, damaged);
      expect((await resolved(w)).map(fieldsOf)).toEqual([["one"]]);
      expect(await readFile(entry as string)).toEqual(whole);
    }
  });

  it("is what a second run takes: it starts no compiler", async () => {
    const { w } = await cached();
    const [first] = await resolved(w);
    // Without git's blobs a compilation could not be done.
    const blob = (await w.git("rev-parse", `HEAD:${A}`)).trim();
    await rm(w.path(`.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`), { force: true });
    expect((await resolved(w))[0]?.schema?.image).toEqual(first?.schema?.image);
    await w.remove(".lockstep");
    await expect(resolved(w)).rejects.toBeInstanceOf(Trouble);
  });

  it.skipIf(process.platform === "win32" || (isRoot && !isPublic(packageFolder)))(
    "is done without where nothing may be written",
    async () => {
      const { w, entries } = await cached();
      await w.write(A, proto("one", "two"));
      const home = join(w.root, "..");
      if (isRoot) execFileSync("chown", ["-R", "-h", `${NOBODY}:${NOBODY}`, home]);
      await chmod(w.root, 0o555);
      onTestFinished(() => chmod(w.root, 0o755));
      const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
      const argv = ["check", "--only", "docstrings", "--format", "json"];
      const env = { ...process.env, HOME: home };
      const { code, stdout, stderr } = await w.start(argv, { env, ...user }).ended;
      expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
      expect(stdout).toContain("a.v1.M.two");
      expect(await entries()).toEqual([]);
    },
  );
});
