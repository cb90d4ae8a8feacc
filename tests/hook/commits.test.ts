// Every way to commit, with the hook installed: what is judged, and against which parent.
import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { amends, isAmending } from "../../core/git-amend.js";
import { BUF_GEN_YAML, BUF_YAML, STATUS_PROTO, TestWorkspace, UNDOCUMENTED } from "../workspace.js";
import {
  attempt,
  BROKEN_PROTO,
  commit,
  commits,
  type Ended,
  GROWN_PROTO,
  git,
  giveCommand,
  hooked,
  PROTO,
  repository,
} from "./hook-repository.js";

const BREAK = "ENUM_VALUE_RENUMBERED";

test("git commit -a, and with the paths named", async () => {
  const made = await hooked();
  await made.write(PROTO, BROKEN_PROTO);
  for (const args of [["-a"], [PROTO], ["--only", PROTO], ["--include", PROTO]]) {
    const { code, output } = await commit(made, "-m", "Break it", ...args);
    expect(code, args.join(" ")).toBe(1);
    expect(output).toContain(BREAK);
  }
  // What is staged beside the path that is named is not committed, and not judged.
  await made.git("add", PROTO);
  await made.edit("lockstep.yaml", "docstrings:", "# Nothing new.\ndocstrings:");
  expect(await commit(made, "-m", "Settings alone", "lockstep.yaml")).toEqual({
    code: 0,
    output: "",
  });
  expect(await made.git("status", "--short")).toBe(`M  ${PROTO}\n`);
});

test("git commit -p judges the parts that were chosen", async () => {
  const made = await hooked();
  const grown = STATUS_PROTO.replace(
    "  string name = 1;",
    "  string name = 1;\n  // New.\n  bool up = 3;",
  );
  await made.write(PROTO, grown.replace("HEALTHY = 1", "HEALTHY = 2"));
  expect((await answer(made, "s\ny\nn\n", "commit", "-p", "-m", "Part")).output).toContain(BREAK);
  const { code, output } = await answer(made, "s\nn\ny\n", "commit", "-p", "-m", "Part");
  expect(output).not.toContain(BREAK);
  expect(code).toBe(0);
  expect(await made.git("show", `HEAD:${PROTO}`)).toBe(grown);
});

/** git, with those answers on its standard input. */
function answer(made: TestWorkspace, answers: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { cwd: made.root });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, output }));
    child.stdin.end(answers);
  });
}

test("an amended commit is judged against the parent that it keeps", async () => {
  const made = await hooked();
  await made.write(PROTO, GROWN_PROTO);
  await commit(made, "-qam", "Append FAILED");
  // Nobody speaks the commit that is replaced: its value may still get another number.
  await made.edit(PROTO, "FAILED = 2", "FAILED = 3");
  expect((await commit(made, "-a", "-m", "A commit of its own")).output).toContain(BREAK);
  const amended = await commit(made, "-a", "--amend", "--no-edit");
  expect(amended.output).not.toContain("error");
  expect(amended.code).toBe(0);
  // What the parent has, it may not change; whatever amends, and whatever only looks like it.
  await made.git("config", "alias.again", "commit --amend");
  await made.write(PROTO, BROKEN_PROTO);
  expect((await git(made.root, "again", "-a", "--no-edit")).output).toContain(BREAK);
  await made.write(PROTO, GROWN_PROTO.replace("FAILED = 2", "FAILED = 4"));
  expect((await commit(made, "-a", "-m", "--amend")).output).toContain(BREAK);
});

test("the first commit is amended without a baseline, also where HEAD is named as one", async () => {
  const made = await hooked();
  await made.write(PROTO, BROKEN_PROTO);
  expect(await commit(made, "-a", "--amend", "--no-edit")).toEqual({ code: 0, output: "" });
  await made.write("lockstep.yaml", "docstrings:\n  kinds: []\nbaseline: HEAD\n");
  await made.write(PROTO, STATUS_PROTO);
  expect((await commit(made, "-a", "-m", "Break it")).output).toContain(BREAK);
  await made.git("add", ".");
  expect(await commit(made, "--amend", "--no-edit")).toEqual({ code: 0, output: "" });
});

test("which commands amend", () => {
  const isAmend = (...commands: string[]): boolean => amends(commands.map((one) => one.split(" ")));
  expect(isAmend("/bin/sh hook", "git commit --amend")).toBe(true);
  expect(isAmend("/usr/bin/git -c user.name=x -C there commit -m x --am")).toBe(true);
  expect(isAmend("git commit -m --amend")).toBe(false);
  expect(isAmend("git commit -qam --amend")).toBe(false);
  expect(isAmend("git commit -- --amend")).toBe(false);
  expect(isAmend("git commit --all")).toBe(false);
  expect(isAmend("git rebase --amend", "git commit --amend")).toBe(true);
  expect(isAmend("git commit -m x", "git commit --amend")).toBe(false);
  expect(isAmend("sh", "node")).toBe(false);
});

test("without a list of processes, the author's date tells of an amendment", async () => {
  const made = await hooked();
  const told = async (...args: string[]): Promise<string> => {
    await made.write(
      ".git/hooks/pre-commit",
      '#!/bin/sh\necho "$GIT_AUTHOR_DATE" > told; exit 1\n',
    );
    await commit(made, "--allow-empty", "-m", "Any", ...args);
    return (await made.read("told")).trim();
  };
  const later = `--date=${new Date(Date.now() + 5000).toISOString()}`;
  for (const [args, expected] of [
    [["--amend"], true],
    [[later], false],
  ] as const) {
    const env = { ...process.env, GIT_AUTHOR_DATE: await told(...args) };
    expect(await isAmending(made.root, env, undefined, "/nowhere")).toBe(expected);
  }
  expect(await isAmending(made.root, {}, undefined, "/nowhere")).toBe(false);
});

test("a merge is judged against the branch that it is made on", async () => {
  const made = await hooked();
  await made.git("checkout", "--quiet", "-b", "topic");
  await made.write(PROTO, GROWN_PROTO);
  await made.write("notes", "topic\n");
  await made.git("add", ".");
  await commit(made, "-m", "Append FAILED");
  await made.git("checkout", "--quiet", "main");
  await made.write("notes", "main\n");
  await made.git("add", ".");
  await commit(made, "-m", "Notes");
  expect((await git(made.root, "merge", "topic")).output).toContain("CONFLICT");
  await made.write("notes", "both\n");
  await made.write(PROTO, GROWN_PROTO.replace("HEALTHY = 1", "HEALTHY = 3"));
  await made.git("add", ".");
  expect((await commit(made, "--no-edit")).output).toContain(BREAK);
  await made.write(PROTO, GROWN_PROTO);
  await made.git("add", ".");
  const { code, output } = await commit(made, "--no-edit");
  expect(output).not.toContain("error");
  expect(code).toBe(0);
  expect(await made.git("rev-list", "--parents", "-1", "HEAD")).toMatch(/^\w+ \w+ \w+\n$/);
});

test("in a clone, what a merge brings in from the default branch is no change of its own", async () => {
  const made = await hooked();
  await made.git("clone", "--quiet", ".", "../clone");
  const clone = new TestWorkspace(made.path("../clone"));
  await giveCommand(clone);
  await clone.git("config", "user.name", "Test");
  await clone.git("config", "user.email", "test@example.com");
  await clone.run("hook", "install");
  await clone.git("checkout", "--quiet", "-b", "topic");
  await clone.write("notes", "topic\n");
  await clone.git("add", ".");
  await commit(clone, "-m", "Notes");
  // A break that was let through on the default branch, and is spoken now.
  await made.write(PROTO, BROKEN_PROTO);
  await made.write("notes", "main\n");
  await made.git("add", ".");
  await commit(made, "--no-verify", "-m", "Break it");
  await git(clone.root, "pull", "--quiet", "--no-rebase", "origin", "main");
  await clone.write("notes", "both\n");
  await clone.git("add", ".");
  expect(await commit(clone, "--no-edit")).toEqual({ code: 0, output: "" });
  // The way back is a break now.
  await clone.write(PROTO, STATUS_PROTO);
  expect((await commit(clone, "-a", "-m", "Back")).output).toContain(BREAK);
});

test("in a rebase that stops, commits are judged against those that they are put on", async () => {
  const made = await hooked();
  await made.git("checkout", "--quiet", "-b", "topic");
  await made.write(PROTO, GROWN_PROTO.replace("FAILED = 2", "FAILED = 3"));
  await commit(made, "-am", "Append FAILED");
  await made.git("checkout", "--quiet", "main");
  await made.write(PROTO, GROWN_PROTO.replace("FAILED", "LOST"));
  await commit(made, "-am", "Append LOST");
  await made.git("checkout", "--quiet", "topic");
  expect((await git(made.root, "rebase", "main")).output).toContain("CONFLICT");
  await made.write(PROTO, GROWN_PROTO);
  await made.git("add", ".");
  const renamed = await commit(made, "-m", "FAILED in the place of LOST");
  expect(renamed.code).toBe(1);
  expect(renamed.output).toContain("LOST");
  await made.write(
    PROTO,
    GROWN_PROTO.replace("FAILED", "LOST").replace(
      "LOST = 2;\n",
      "LOST = 2;\n  // Gave up.\n  STATUS_FAILED = 3;\n",
    ),
  );
  await made.git("add", ".");
  expect((await commit(made, "-m", "Both")).code).toBe(0);
  expect((await git(made.root, "rebase", "--continue")).code).toBe(0);
  expect(await commits(made)).toBe(3);
});

test("in a linked work tree, with the workspace in a folder", async () => {
  const made = await hookedBelow("my schemas");
  await made.git("worktree", "add", "--quiet", "../linked", "-b", "topic");
  const linked = new TestWorkspace(made.path("../linked"));
  const proto = `my schemas/${PROTO}`;
  await linked.write(proto, BROKEN_PROTO);
  // The packages are not in the new work tree yet.
  const without = await commit(linked, "-a", "-m", "Break it");
  expect(without.code).toBe(1);
  expect(without.output).toContain("lockstep is not installed here");
  expect(without.output).toContain("npm install");
  await giveCommand(linked, "my schemas");
  const staged = await commit(linked, "-a", "-m", "Break it");
  expect(staged.output).toContain(`${PROTO}\n  11:3  error  ${BREAK}`);
  await linked.git("add", ".");
  await linked.write(proto, STATUS_PROTO);
  expect((await commit(linked, "-m", "Break it")).output).toContain(BREAK);
  await linked.git("add", ".");
  await linked.write("my schemas/notes", "x");
  await linked.git("add", "my schemas/notes");
  expect(await commit(linked, "-m", "Notes")).toEqual({ code: 0, output: "" });
  // What git tells a hook there does not mislead the other commands either.
  await made.write(
    ".git/hooks/pre-commit",
    "#!/bin/sh\ncd 'my schemas' && node_modules/.bin/lockstep check --only ignored,modules\n",
  );
  await linked.write("my schemas/loose.proto", 'syntax = "proto3";\n');
  await linked.git("add", ".");
  const checked = await commit(linked, "-m", "A hook of somebody's own");
  expect(checked.output).toContain("loose.proto");
  expect(checked.output).toContain("PROTO_OUTSIDE_MODULE");
  expect(checked.output).toContain("generated/ is ignored by git");
});

/** A repository with the workspace in that folder, and the hook installed. */
async function hookedBelow(folder: string): Promise<TestWorkspace> {
  const made = await repository({
    "buf.yaml": undefined,
    "buf.gen.yaml": undefined,
    "lockstep.yaml": undefined,
    ".gitignore": "node_modules\n",
    [`${folder}/.gitignore`]: "generated/\n",
    [`${folder}/buf.yaml`]: BUF_YAML,
    [`${folder}/buf.gen.yaml`]: BUF_GEN_YAML,
    [`${folder}/lockstep.yaml`]: UNDOCUMENTED,
    [`${folder}/${PROTO}`]: STATUS_PROTO,
  });
  await made.git("add", ".");
  await made.git("commit", "--quiet", "-m", "The protos");
  const { code, stderr } = await made.run("hook", "install", "--cwd", folder);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return made;
}

test("a commit in a repository that is named with --git-dir and --work-tree", async () => {
  const made = await hooked();
  await made.write(PROTO, BROKEN_PROTO);
  const place = ["--git-dir", made.path(".git"), "--work-tree", made.root];
  const { code, output } = await attempt(made.path(".."), "git", [
    ...place,
    "commit",
    "-qam",
    "Break it",
  ]);
  expect(code).toBe(1);
  expect(output).toContain(BREAK);
});
