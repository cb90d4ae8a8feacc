// The hook judges what is staged, and nothing else: real commits with the hook installed.
import { chmod, rename } from "node:fs/promises";
import { expect, test } from "vitest";
import { bundledProgram } from "../../core/installation.js";
import { LENIENT, STATUS_PROTO, TestWorkspace } from "../workspace.js";
import {
  attempt,
  BROKEN_PROTO,
  commit,
  commits,
  GROWN_PROTO,
  git,
  hooked,
  PROTO,
  repository,
} from "./hook-repository.js";

const STOPPED = "The commit is stopped. Correct what is staged, git add it and commit again.";

test("a break that is staged is stopped though the working copy is clean", async () => {
  const made = await hooked();
  await made.write(PROTO, BROKEN_PROTO);
  await made.git("add", PROTO);
  await made.write(PROTO, STATUS_PROTO);
  const { code, output } = await commit(made, "-m", "Break it");
  expect(code).toBe(1);
  expect(output).toContain(`${PROTO}\n  11:3  error  ENUM_VALUE_RENUMBERED`);
  // The line is the staged one's.
  expect(output).toContain("11 |   STATUS_HEALTHY = 2;");
  expect(output).toContain(STOPPED);
  expect(output.match(/--no-verify/g)).toHaveLength(1);
  expect(await commits(made)).toBe(1);
  expect((await commit(made, "--no-verify", "-m", "Break it")).code).toBe(0);
});

test("a break in the working copy is let through where none is staged", async () => {
  const made = await hooked();
  await made.write(PROTO, GROWN_PROTO);
  await made.git("add", PROTO);
  await made.write(PROTO, "syntax = nonsense");
  await made.write("proto/a/v1/untracked.proto", "this neither");
  const { code, output } = await commit(made, "-m", "Append");
  expect(code).toBe(0);
  expect(output).toContain("13:3  warning  ENUM_VALUE_ADDED");
  expect(output).not.toContain("stopped");
  expect(await commits(made)).toBe(2);
});

test("nothing but protos, configurations and mirrors is judged", async () => {
  const made = await hooked();
  // Whatever is judged now cannot pass.
  await made.write("lockstep.yaml", "nonsense: 1\n");
  await made.git("add", "lockstep.yaml");
  await commit(made, "--no-verify", "-m", "A configuration that is wrong");
  await made.write("src/plain.ts", "export const a = 1;\n");
  await made.git("add", "src");
  expect(await commit(made, "-m", "Code")).toEqual({ code: 0, output: "" });
  await made.write("src/mirror.ts", '/** @proto a.v1.Status */\nexport type Status = "healthy";\n');
  await made.git("add", "src");
  const { code, output } = await commit(made, "-m", "A mirror");
  expect(code).toBe(1);
  expect(output).toContain('lockstep.yaml has an unknown setting "nonsense"');
  expect(output).toContain("The commit is stopped, because it could not be judged.");
  expect(output.match(/--no-verify/g)).toHaveLength(1);
});

test("mirrors are judged as they are staged, and mended with --fix", async () => {
  const mirror = (members: string): string =>
    `/** @proto a.v1.Status except UNSPECIFIED */\nexport enum Status { ${members} }\n`;
  const made = await hooked({
    [PROTO]: STATUS_PROTO,
    "lockstep.yaml": "sources: [src]\ndocstrings:\n  kinds: []\n",
    "src/status.ts": mirror("HEALTHY = 1"),
  });
  await made.write(PROTO, GROWN_PROTO);
  await made.git("add", PROTO);
  await made.write("src/status.ts", mirror("HEALTHY = 1, FAILED = 2"));
  const { code, output } = await commit(made, "-m", "Append FAILED");
  expect(code).toBe(1);
  expect(output).toContain("src/status.ts\n");
  expect(output).toContain("MIRROR_MISSING_MEMBER");
  expect((await commit(made, "-am", "Append FAILED")).code).toBe(0);
  // A mirror alone.
  await made.write("src/status.ts", mirror("HEALTHY = 1, FAILED = 3"));
  expect((await commit(made, "-am", "Misnumber FAILED")).output).toContain("MIRROR_WRONG_NUMBER");
  await made.run("hook", "install", "--fix");
  await made.write("src/other.ts", "export const other = 1;\n");
  await made.git("add", ".");
  const fixed = await commit(made, "-m", "Misnumber FAILED");
  expect(fixed.output).toContain("Fixed and staged: src/status.ts");
  expect(fixed.code).toBe(0);
  expect(await made.git("show", "HEAD:src/status.ts")).toBe(mirror("HEALTHY = 1, FAILED = 2"));
});

test("nothing is written outside of the copy: not through links, and not to what git ignores", async () => {
  const made = await hooked({
    [PROTO]: STATUS_PROTO,
    "lockstep.yaml": "docstrings:\n  kinds: [message]\nbaseline: ../released\n",
    "../released/a/v1/a.proto": STATUS_PROTO,
    "../released/buf.yaml": "version: v2\n",
    ".gitignore": "generated/\nvendor/\n/node_modules/.bin\n",
    "buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: vendor\n",
    "vendor/v/v1/v.proto":
      'syntax = "proto3";\npackage v.v1;\nmessage V {} // A comment that is moved.\n',
  });
  const kept = "node_modules/kept/index.ts";
  await made.write(
    kept,
    "/** @proto a.v1.Status except UNSPECIFIED */\nenum Status { HEALTHY = 1 }\n",
  );
  await made.git("add", "--force", kept);
  await commit(made, "--no-verify", "-m", "A package that is tracked");
  await made.write(kept, "// Not staged.\n");
  await made.edit(
    PROTO,
    "// Something that answers requests.\nmessage Endpoint {",
    "message Endpoint { // Something that answers requests.",
  );
  await made.git("add", PROTO);
  const before = await made.read("vendor/v/v1/v.proto");
  const fixed = await made.run("hook", "run", "--fix");
  expect(fixed.stderr).toBe(`Fixed and staged: ${PROTO}\n`);
  expect(await made.read("vendor/v/v1/v.proto")).toBe(before);
  expect(await made.read(kept)).toBe("// Not staged.\n");
});

test("a configuration that is staged is judged, with it the protos", async () => {
  const made = await hooked();
  await made.edit("lockstep.yaml", "kinds: []", "enforce: all");
  await made.write(PROTO, STATUS_PROTO.replace("  // Unique in the workspace.\n", ""));
  await made.git("add", PROTO);
  expect((await commit(made, "-m", "Fine with the settings that are staged")).code).toBe(0);
  await made.git("add", "lockstep.yaml");
  const { code, output } = await commit(made, "-m", "Not with the new ones");
  expect(code).toBe(1);
  expect(output).toContain("DOCSTRING_MISSING");
});

test("an import of a proto that is not staged is an error", async () => {
  const made = await hooked();
  await made.write("proto/a/v1/b.proto", 'syntax = "proto3";\n\npackage a.v1;\n');
  await made.edit(PROTO, "package a.v1;", 'package a.v1;\n\nimport "a/v1/b.proto";');
  await made.git("add", PROTO);
  const { code, output } = await commit(made, "-m", "Half");
  expect(code).toBe(1);
  expect(output).toContain('Imported file "a/v1/b.proto" does not exist.');
});

test("protos that git ignores are taken from the disk", async () => {
  const made = await hooked();
  await made.write(".gitignore", "node_modules\ngenerated/\nvendor/\n");
  await made.write(
    "buf.yaml",
    "version: v2\nmodules:\n  - path: proto\n  - path: vendor\nlint:\n  use: [STANDARD]\n  ignore: [vendor]\n",
  );
  await made.write(
    "vendor/v/v1/v.proto",
    'syntax = "proto3";\n\npackage v.v1;\n\n// From elsewhere.\nmessage V {}\n',
  );
  await made.write(
    "proto/a/v1/b.proto",
    'syntax = "proto3";\n\npackage a.v1;\n\nimport "v/v1/v.proto";\n\n// Has one.\nmessage B {\n  // The one.\n  v.v1.V v = 1;\n}\n',
  );
  await made.git("add", ".");
  expect(await made.git("status", "--short")).not.toContain("vendor");
  expect(await commit(made, "-m", "Import what is fetched")).toEqual({ code: 0, output: "" });
});

test("a deleted proto is judged, and so is one that moves", async () => {
  const made = await hooked({
    [PROTO]: STATUS_PROTO,
    "proto/b/v1/b_service.proto": `syntax = "proto3";
package b.v1;
message GetRequest {}
message GetResponse {}
service BService {
  rpc Get(GetRequest) returns (GetResponse);
}
`,
  });
  await made.git("rm", "--quiet", "proto/b/v1/b_service.proto");
  const removed = await commit(made, "-m", "Remove");
  expect(removed.code).toBe(1);
  expect(removed.output).toContain("SERVICE_REMOVED");
  await commit(made, "--no-verify", "-m", "Remove");
  // The same types in another file are the same to peers.
  await made.git("mv", PROTO, "proto/a/v1/status.proto");
  const moved = await commit(made, "-m", "Move");
  expect(moved.output).toBe("");
  expect(moved.code).toBe(0);
});

test("the first commit of a repository is judged without a baseline", async () => {
  const made = await repository();
  await made.run("hook", "install");
  await made.git("add", ".");
  await made.git("rm", "--quiet", "--cached", "buf.gen.yaml");
  const { code, output } = await commit(made, "-m", "First");
  expect(code).toBe(1);
  expect(output).toContain("buf.gen.yaml is not among what git tracks");
  expect(output).toContain("git add buf.gen.yaml");
  await made.git("add", ".");
  expect(await commit(made, "-m", "First")).toEqual({ code: 0, output: "" });
});

test("a repository without a commit and with nothing staged has nothing to judge", async () => {
  const made = await repository();
  expect(await made.run("hook", "run")).toEqual({ code: 0, stdout: "", stderr: "" });
  const { ok, findings } = await made.json("hook", "run");
  expect({ ok, findings }).toEqual({ ok: true, findings: [] });
});

test("pre-commit, when it has all files judged, has all of them judged", async () => {
  const made = await hooked();
  await made.write(PROTO, STATUS_PROTO.replace("package a.v1;", "package b.v1;"));
  await commit(made, "--no-verify", "-am", "A package in the wrong folder");
  const command = made.path("node_modules/.bin/lockstep");
  const env = { ...process.env, PRE_COMMIT: "1" };
  const { code, output } = await attempt(made.root, command, ["hook", "run"], env);
  expect(code).toBe(1);
  expect(output).toContain("LAYOUT_PACKAGE_FOLDER");
});

test("a workspace that is gone from the disk and still staged is judged", async () => {
  const made = await hooked({
    "schemas/buf.yaml": "version: v2\nmodules:\n  - path: proto\n",
    "schemas/buf.gen.yaml": "version: v2\nplugins:\n  - local: protoc-gen-es\n    out: generated\n",
    [`schemas/${PROTO}`]: STATUS_PROTO,
  });
  await made.write(`schemas/${PROTO}`, BROKEN_PROTO);
  await made.git("add", ".");
  await rename(made.path("schemas"), made.path("../elsewhere"));
  const { code, findings } = await made.json("hook", "run", "--cwd", "schemas");
  expect(code).toBe(1);
  expect(findings.map(({ rule }) => rule)).toContain("ENUM_VALUE_RENUMBERED");
});

test("generated files that are tracked, and an ignored folder that is not, are told", async () => {
  const made = await hooked();
  await made.write(".gitignore", "node_modules\n");
  await made.write(PROTO, GROWN_PROTO);
  await made.git("add", ".");
  const { code, output } = await commit(made, "-m", "No longer ignored");
  expect(code).toBe(1);
  expect(output).toContain("GENERATED_NOT_IGNORED");
});

test("a baseline that is a folder is read from the disk, and a workspace may be one module", async () => {
  const made = await hooked({
    "buf.yaml": "version: v2\nlint:\n  use: [SYNTAX_SPECIFIED]\n",
    "lockstep.yaml": "docstrings:\n  kinds: []\n",
    "settings/hook.yaml": "docstrings:\n  kinds: []\nbaseline: ../../released\n",
    "a/v1/a.proto": BROKEN_PROTO,
    "../released/a/v1/a.proto": STATUS_PROTO,
  });
  await made.write("../released/buf.yaml", "version: v2\n");
  await made.write("a/v1/a.proto", `${BROKEN_PROTO}// Touched.\n`);
  await made.git("add", ".");
  expect(await made.run("hook", "run")).toMatchObject({ code: 0, stderr: "" });
  const { code, findings } = await made.json("hook", "run", "--config", "settings/hook.yaml");
  expect(code).toBe(1);
  expect(findings.map(({ rule }) => rule)).toContain("ENUM_VALUE_RENUMBERED");
});

test("protos in a submodule are those of the commit that is staged", async () => {
  const made = await hooked();
  const other = new TestWorkspace(made.path("../other"));
  await other.write("v/v1/v.proto", 'syntax = "proto3";\n\npackage v.v1;\n\nmessage V {}\n');
  for (const args of [
    ["init", "-q"],
    ["add", "."],
    ["commit", "-qm", "One"],
  ])
    await other.git(...args);
  await made.git(
    "-c",
    "protocol.file.allow=always",
    "submodule",
    "add",
    "-q",
    other.root,
    "vendor",
  );
  await made.write(
    "buf.yaml",
    "version: v2\nmodules:\n  - path: proto\n  - path: vendor\nlint:\n  use: [STANDARD]\n  ignore: [vendor]\n",
  );
  await made.write(
    "proto/a/v1/b.proto",
    'syntax = "proto3";\n\npackage a.v1;\n\nimport "v/v1/v.proto";\n\nmessage B {\n  v.v1.V v = 1;\n}\n',
  );
  await made.write("vendor/v/v1/v.proto", "not staged");
  await made.git("add", ".");
  const { code, output } = await commit(made, "-m", "A submodule");
  expect(output).not.toContain("error");
  expect(code).toBe(0);
});

test("a baseline that is not in the clone stops the commit", async () => {
  const made = await hooked();
  await made.git("remote", "add", "origin", "https://example.invalid/protos.git");
  await made.write(PROTO, GROWN_PROTO);
  const { code, output } = await commit(made, "-am", "Append");
  expect(code).toBe(1);
  expect(output).toContain("origin/main is not in this clone");
  expect(output).toContain("could not be judged");
});

test("outside a repository, and in an unmerged one, it is trouble", async () => {
  const made = await hooked();
  await made.git("checkout", "--quiet", "-b", "other");
  await made.write(PROTO, GROWN_PROTO);
  await commit(made, "--no-verify", "-qam", "One");
  await made.git("checkout", "--quiet", "main");
  await made.write(PROTO, GROWN_PROTO.replace("FAILED", "LOST"));
  await commit(made, "--no-verify", "-qam", "Other");
  await git(made.root, "merge", "--quiet", "other");
  const unmerged = await made.run("hook", "run");
  expect(unmerged.code).toBe(2);
  expect(unmerged.stderr).toContain("unmerged");
  await made.remove(".git");
  const outside = await made.run("hook", "run");
  expect(outside.code).toBe(2);
  expect(outside.stderr).toContain("is not in a git work tree");
});

test("only what is staged is compiled where the last run knows the rest", async () => {
  const made = await repository();
  for (const name of ["b", "c"])
    await made.write(`proto/${name}/v1/${name}.proto`, STATUS_PROTO.replace("a.v1", `${name}.v1`));
  await made.edit("proto/b/v1/b.proto", "message Endpoint", "message endpoint");
  await made.git("add", ".");
  await made.git("commit", "--quiet", "-m", "More");
  expect((await made.run("check", "--only", "lint,docstrings,layout")).code).toBe(1);
  await made.write(PROTO, BROKEN_PROTO);
  await made.git("add", PROTO);
  // Neither staged nor judged.
  await made.write("proto/b/v1/b.proto", "syntax = nonsense");
  const shown = await made.run("hook", "run");
  expect(shown.stdout).toContain("message endpoint {");
  expect(await made.run("hook", "run", "--no-cache")).toEqual(shown);
  const part = await made.json("hook", "run");
  const all = await made.json("hook", "run", "--no-cache");
  const compiled = ({ steps }: typeof part): string | undefined =>
    steps.find(({ name }) => name === "compile")?.summary;
  expect(compiled(part)).toBe("1 of 3 files");
  expect(compiled(all)).toBe("3 files");
  expect(part.findings.map(({ rule }) => rule)).toContain("ENUM_VALUE_RENUMBERED");
  expect({ ...part, steps: [] }).toEqual({ ...all, steps: [] });
});

test("of the protos, only those are laid out that the change concerns", async () => {
  const made = await repository({ [PROTO]: STATUS_PROTO, ...LENIENT });
  const proto = (name: string, imported: string): string =>
    `syntax = "proto3";\npackage ${name}.v1;\nimport "${imported}";\nmessage ${name.toUpperCase()} { a.v1.Endpoint one = 1; }\n`;
  const names = ["b", "c", "d", "e", "f", "g", "h"];
  for (const name of names)
    await made.write(`proto/${name}/v1/${name}.proto`, proto(name, "a/v1/a.proto"));
  await made.git("add", ".");
  await made.git("commit", "--quiet", "-m", "More");
  const [program] = (await attempt(made.root, "sh", ["-c", "command -v git"])).output.split("\n");
  await made.write(
    "../bin/git",
    `#!/bin/sh\nfor last; do :; done\n[ "$last" = --batch ] || exec '${program}' "$@"\ntee -a "$ASKED" | '${program}' "$@"\n`,
  );
  await chmod(made.path("../bin/git"), 0o755);
  /** The protos that the hook reads out of git's objects. */
  const laid = async (...flags: string[]): Promise<string[]> => {
    await made.write("../asked", "");
    const PATH = `${made.path("../bin")}:${process.env.PATH}`;
    const env = { ...process.env, PATH, ASKED: made.path("../asked") };
    const command = [bundledProgram("lockstep"), "hook", "run", ...flags];
    const { code, output } = await attempt(made.root, process.execPath, command, env);
    expect(code, output).toBe(0);
    const asked = new Set((await made.read("../asked")).split("\n"));
    const index = (await made.git("ls-files", "--stage", "-z", "--", "proto")).split("\0");
    return index.flatMap((entry) => {
      const [, id, path] = /^\d+ (\S+) 0\tproto\/(.*)$/.exec(entry) ?? [];
      return id !== undefined && path !== undefined && asked.has(id) ? [path] : [];
    });
  };
  const check = await made.start(["check", "--only", "lint,docstrings,layout,wire"]).ended;
  expect(check.code, check.stdout).toBe(0);
  await made.edit("proto/b/v1/b.proto", "message B {", "// A comment.\nmessage B {");
  await made.git("add", ".");
  expect(await laid()).toEqual(["a/v1/a.proto", "b/v1/b.proto"]);
  expect(await laid("--no-cache")).toHaveLength(names.length + 1);
});

test("a new proto does not need the others, with several modules and a proto in none", async () => {
  const made = await repository({
    ...LENIENT,
    "buf.yaml":
      "version: v2\nmodules:\n  - path: proto\n    excludes: [proto/old]\n  - path: more\nlint:\n  use: [SYNTAX_SPECIFIED]\n",
    "proto/old/v1/old.proto": "This is in no module.",
    [PROTO]: STATUS_PROTO,
    "proto/b/v1/b.proto": STATUS_PROTO.replace("a.v1", "b.v1"),
    "more/c/v1/c.proto": STATUS_PROTO.replace("a.v1", "c.v1"),
  });
  await made.git("add", ".");
  await made.git("commit", "--quiet", "-m", "Two modules");
  expect((await made.run("check", "--only", "lint,docstrings,layout,wire")).code).toBe(0);
  await made.write("more/c/v1/d.proto", 'syntax = "proto3";\npackage c.v1;\nmessage D {}\n');
  await made.git("add", ".");
  const { code, steps } = await made.json("hook", "run");
  expect(code).toBe(0);
  expect(steps.find(({ name }) => name === "compile")?.summary).toBe("2 of 4 files");
});

test.each([
  ["whose ids are SHA-256 what changed", "sha256", "\n", "1 of 2 files"],
  ["that stores other line ends than the work tree has everything", "sha1", "\r\n", "2 of 2 files"],
])("in a repository %s is judged", async (_, format, end, compiled) => {
  const made = await repository({ [PROTO]: STATUS_PROTO });
  await made.remove(".git");
  await made.git(
    "init",
    "--quiet",
    "--initial-branch=main",
    "--template=",
    `--object-format=${format}`,
  );
  await made.write(".gitattributes", "*.proto text\n");
  for (const name of ["a", "b"])
    await made.write(
      `proto/${name}/v1/${name}.proto`,
      STATUS_PROTO.replace("a.v1", `${name}.v1`).replaceAll("\n", end),
    );
  await made.git("add", ".");
  await made.git("commit", "--quiet", "-m", "Protos");
  expect((await made.run("check", "--only", "lint,docstrings,layout,wire")).code).toBe(0);
  await made.write(PROTO, BROKEN_PROTO.replaceAll("\n", end));
  await made.git("add", ".");
  const { code, steps, findings } = await made.json("hook", "run");
  expect(code).toBe(1);
  expect(findings.map(({ rule }) => rule)).toContain("ENUM_VALUE_RENUMBERED");
  expect(steps.find(({ name }) => name === "compile")?.summary).toBe(compiled);
});
