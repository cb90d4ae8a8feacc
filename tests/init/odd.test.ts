// Repositories that are odd or broken: init says so, and writes all of its files or none.
import { readlink, symlink } from "node:fs/promises";
import { expect, it } from "vitest";
import type { TestWorkspace } from "../workspace.js";
import { contents, repository, setUp } from "./repository.js";

const PROTO = `syntax = "proto3";
// What the tests compile.
package acme.v1;
// Something.
message Thing {
  // Unique.
  string id = 1;
}
`;

/** Runs init, which has to refuse with exit code 2 and leave every file as it was; returns what it says. */
async function refused(made: TestWorkspace, ...flags: string[]): Promise<string> {
  const before = await contents(made);
  const { code, stderr } = await made.run("init", "--yes", ...flags);
  expect(code).toBe(2);
  expect(await contents(made)).toEqual(before);
  return stderr;
}

it("takes neither protos of installed packages nor vendored ones for the repository's own", async () => {
  const made = await repository({
    "node_modules/google/api.proto": PROTO,
    "third_party/acme/v1/acme.proto": PROTO,
    "main.go": "package main\n",
  });
  expect(await refused(made)).toMatch(
    /^error: There are no protos in .*, but 1 vendored one, such as third_party\/acme\/v1\/acme\.proto\.\n {2}help: /,
  );
  await made.remove("third_party");
  expect(await refused(made)).toMatch(/^error: There are no protos in [^,]*a repository\.\n/);
});

it("compiles of vendored protos only the folders that are imported", async () => {
  const made = await repository({
    "proto/acme/v1/thing.proto": PROTO.replace(
      "// Something.",
      'import "google/api/verb.proto";\n// Something.',
    ).replace("string id = 1;", "google.api.Verb verb = 1;"),
    "third_party/googleapis/google/api/verb.proto":
      'syntax = "proto3";\npackage google.api;\nimport "google/rpc/code.proto";\nmessage Verb { google.rpc.Code c = 1; }\n',
    "third_party/googleapis/google/rpc/code.proto":
      'syntax = "proto3";\npackage google.rpc;\nmessage Code {}\n',
    "third_party/googleapis/google/api/expr/broken.proto": "this is no proto\n",
    "third_party/other/broken.proto": "nor is this\n",
  });
  await setUp(made);
  expect(await made.read("buf.yaml")).toContain(`modules:
  - path: proto
  - path: third_party/googleapis
    includes:
      - third_party/googleapis/google/api
      - third_party/googleapis/google/rpc
    excludes:
      - third_party/googleapis/google/api/expr
lint:
  use:
    - STANDARD
  ignore:
    - third_party/googleapis
`);
  // What lint leaves alone needs no docstrings.
  expect(await made.read("lockstep.yaml")).not.toContain("docstrings");
});

it("says in buf's words that the protos do not compile, and writes nothing", async () => {
  const made = await repository({
    "proto/acme/v1/a.proto": PROTO.replace("string id", "strin id"),
  });
  const said = await refused(made);
  expect(said).toContain("error: The protos do not compile (proto):\n");
  expect(said).toContain("proto/acme/v1/a.proto:7:3: ");
  expect(said).toContain("Nothing was written.");
});

it("says which import nothing in the repository answers", async () => {
  const made = await repository({
    "proto/acme/v1/a.proto": PROTO.replace(
      "// Some",
      'import "google/api/annotations.proto";\n// Some',
    ),
  });
  expect(await refused(made)).toContain(
    "Nothing in this repository is google/api/annotations.proto, which proto/acme/v1/a.proto imports. Add it, or write a buf.yaml",
  );
});

it("takes no proto that is a link out of the repository", async () => {
  const made = await repository({ "proto/acme/v1/a.proto": PROTO });
  await made.write("../elsewhere/b.proto", PROTO.replace("acme", "other"));
  await symlink("../../../../elsewhere/b.proto", made.path("proto/acme/v1/b.proto"));
  const { code, stdout } = await made.run("init", "--dry-run");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^propose +proto\/acme\/v1\/b\.proto +.*not taken/m);
});

it("writes nothing at all where one of its files is a link out of the repository", async () => {
  const made = await repository({ "proto/acme/v1/a.proto": PROTO });
  await made.write("../elsewhere/ignore", "x\n");
  await symlink("../elsewhere/ignore", made.path(".gitignore"));
  expect(await refused(made)).toMatch(/^error: \.gitignore leaves the repository: it leads to /);
  expect(await made.read("../elsewhere/ignore")).toBe("x\n");
});

it("edits a link inside the repository where it leads, and leaves the link", async () => {
  const made = await repository({
    "proto/acme/v1/a.proto": PROTO,
    "tools/package.json": '{"name":"x"}\n',
  });
  await symlink("tools/package.json", made.path("package.json"));
  expect(await made.run("init", "--yes")).toMatchObject({ code: 0 });
  expect(await readlink(made.path("package.json"))).toBe("tools/package.json");
  expect(await made.read("tools/package.json")).toBe(
    '{"name":"x","scripts":{"proto-generate":"lockstep generate"}}\n',
  );
});

const NOBODY = 65534;

it("writes nothing at all where a file is read-only", async () => {
  const { chmod, chown } = await import("node:fs/promises");
  const made = await repository({ "proto/acme/v1/a.proto": PROTO, "package.json": "{}\n" });
  const isRoot = process.getuid?.() === 0;
  await chmod(made.path("package.json"), 0o444);
  if (isRoot) {
    await chmod(made.path(".."), 0o755);
    await made.write("../home/.keep", "");
    for (const folder of [made.root, made.path("..", "home")]) await chown(folder, NOBODY, NOBODY);
  }
  const env = {
    ...process.env,
    HOME: made.path("..", "home"),
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
  };
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const { code, stderr } = await made.start(["init", "--yes"], { env, ...user }).ended;
  expect(stderr).toMatch(/^error: package\.json cannot be written: EACCES/);
  expect(code).toBe(2);
  expect([...(await contents(made)).keys()].sort()).toEqual([
    "package.json",
    "proto/acme/v1/a.proto",
  ]);
});

it("sets up a folder that is in no git repository, without the checks that need one", async () => {
  const made = await repository({ "proto/acme/v1/a.proto": PROTO }, { git: false });
  await setUp(made);
  expect(await made.read("lockstep.yaml")).toBe(`severity:
  GENERATED_NOT_IGNORED: off # there is no git repository
  GENERATED_TRACKED: off # there is no git repository
`);
  expect((await contents(made)).has(".gitignore")).toBe(false);
});

it("sets up a repository without a commit", async () => {
  const made = await repository(
    { "proto/acme/v1/a.proto": PROTO.replace("// Something.\n", "") },
    { commit: false },
  );
  const { code, stdout } = await made.run("init", "--yes");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^propose +git commit +/m);
  await made.git("add", "--all");
  await made.git("commit", "--quiet", "--message", "All");
  expect(await made.run("generate")).toMatchObject({ code: 0 });
  expect(await made.run("check")).toMatchObject({ code: 0 });
});

it.each([
  ["a file", { generated: "mine\n" }],
  ["a folder with other files", { "generated/notes.txt": "mine\n" }],
])("generates elsewhere where generated is %s", async (_, files) => {
  const made = await repository({ "proto/acme/v1/a.proto": PROTO, ...files });
  await setUp(made);
  expect(await made.read("buf.gen.yaml")).toContain("out: generated-protos\n");
  expect(await made.read(".gitignore")).toBe("/generated-protos/\n");
});

it.each([
  ["CRLF", "dist/\r\n*.log\r\n", "dist/\r\n*.log\r\n/generated/\r\n"],
  ["no final newline", "dist/\n*.log", "dist/\n*.log\n/generated/\n"],
  ["CRLF and no final newline", "dist/\r\n*.log", "dist/\r\n*.log\r\n/generated/\r\n"],
  ["nothing in it", "", "/generated/\n"],
])("adds to a .gitignore with %s", async (_, before, after) => {
  const made = await repository({ "proto/acme/v1/a.proto": PROTO, ".gitignore": before });
  expect(await made.run("init", "--yes")).toMatchObject({ code: 0 });
  expect(await made.read(".gitignore")).toBe(after);
});

it("leaves alone a .gitignore that covers what is generated", async () => {
  const made = await repository({ "proto/acme/v1/a.proto": PROTO, ".gitignore": "**/generated\n" });
  const { stdout } = await made.run("init", "--yes");
  expect(stdout).toMatch(/^leave alone +\.gitignore +git ignores generated\/ already$/m);
  expect(await made.read(".gitignore")).toBe("**/generated\n");
});

it("refuses a package.json that is none, a buf.gen.yaml that is not YAML, a tsconfig.json that extends nothing, and an unknown folder", async () => {
  const made = await repository({ "proto/acme/v1/a.proto": PROTO, "package.json": '{"name": }\n' });
  expect(await refused(made)).toMatch(/^package\.json: error: package\.json is not valid: /);
  await made.write("package.json", '{"scripts": []}\n');
  expect(await refused(made)).toMatch(
    /^package\.json: error: package\.json is not valid: `scripts` is not an object/,
  );
  await made.write("package.json", "{}\n");
  await made.write("buf.gen.yaml", "plugins: [\n");
  expect(await refused(made)).toMatch(
    /^buf\.gen\.yaml:\d+:\d+: error: buf\.gen\.yaml is not valid YAML/,
  );
  await made.write("buf.gen.yaml", "version: v2\nplugins:\n  - local: other\n    out: .\n");
  await made.write("tsconfig.json", '{"extends": "not-installed/tsconfig.json"}\n');
  expect(await refused(made)).toMatch(
    /^tsconfig\.json: error: tsconfig\.json cannot be read: File 'not-installed/,
  );
  expect(await refused(made, "--cwd", "nowhere")).toMatch(
    /^error: The folder .*nowhere does not exist/,
  );
});

it("tells of several workspaces of buf v2, and sets up the one that is named, or the only one", async () => {
  const v2 = "version: v2\n";
  const made = await repository({
    "a/buf.yaml": v2,
    "a/acme/v1/a.proto": PROTO,
    "b/buf.yaml": v2,
    "b/other/v1/b.proto": PROTO.replace("acme", "other"),
  });
  expect(await refused(made)).toContain("lockstep init --cwd a; lockstep init --cwd b");
  await setUp(made, "--cwd", "a");
  expect(await made.git("status", "--porcelain")).toBe("?? a/.gitignore\n?? a/buf.gen.yaml\n");
});
