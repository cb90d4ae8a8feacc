// buf lint on the compiled image gives what buf lint gives on the sources.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { bufBinary } from "../core/installation.js";
import { type TestWorkspace, workspace } from "./workspace.js";

const exec = promisify(execFile);

const BAD = (name: string): string => `syntax = "proto3";
package ${name}.v1;
enum Status { BAD = 0; }
message foo {
  string BadName = 1;
  // buf:lint:ignore FIELD_LOWER_SNAKE_CASE
  string AlsoBad = 2;
}
`;

/** What buf itself says, as "RULE path:line". */
async function bufLint(w: TestWorkspace): Promise<string[]> {
  const { stdout } = await exec(bufBinary(), ["lint", "--error-format", "json"], {
    cwd: w.root,
  }).catch((thrown: { stdout: string }) => thrown);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { type: string; path: string; start_line: number })
    .map(({ type, path, start_line }) => `${type} ${path}:${start_line}`)
    .sort();
}

const LAYOUTS: readonly [name: string, bufYaml: string][] = [
  ["one module", "version: v2\nmodules:\n  - path: one\n  - path: two\nlint:\n  use: [STANDARD]\n"],
  [
    "a module with rules of its own",
    "version: v2\nmodules:\n  - path: one\n    lint:\n      use: [ENUM_VALUE_PREFIX]\n  - path: two\nlint:\n  use: [STANDARD]\n",
  ],
  [
    "an ignored folder",
    "version: v2\nmodules:\n  - path: one\n  - path: two\nlint:\n  use: [STANDARD]\n  ignore:\n    - one/a\n",
  ],
  [
    "an ignored module",
    "version: v2\nmodules:\n  - path: one\n  - path: two\nlint:\n  use: [STANDARD]\n  ignore:\n    - two\n",
  ],
  [
    "a rule ignored in a file",
    "version: v2\nmodules:\n  - path: one\n  - path: two\nlint:\n  use: [STANDARD]\n  ignore_only:\n    ENUM_VALUE_PREFIX:\n      - one/a/v1/a.proto\n",
  ],
  [
    "exceptions and options",
    "version: v2\nmodules:\n  - path: one\n  - path: two\nlint:\n  use: [STANDARD, COMMENTS]\n  except: [COMMENT_FIELD]\n  enum_zero_value_suffix: _NONE\n  disallow_comment_ignores: true\n",
  ],
  [
    "an excluded folder",
    "version: v2\nmodules:\n  - path: one\n    excludes: [one/a/v1]\n  - path: two\nlint:\n  use: [STANDARD]\n",
  ],
];

describe("lint", () => {
  it.each(LAYOUTS)("says what buf says: %s", async (_, bufYaml) => {
    const w = await workspace({
      "buf.yaml": bufYaml,
      "one/a/v1/a.proto": BAD("a"),
      "one/c/v1/c.proto": BAD("c"),
      "two/b/v1/b.proto": BAD("b"),
    });
    const expected = await bufLint(w);
    const { findings } = await w.json("check", "--only", "lint");
    expect(findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`).sort()).toEqual(
      expected,
    );
    expect(expected.length).toBeGreaterThan(2);
  });

  it("says what buf says of a v1 workspace", async () => {
    const w = await workspace({
      "buf.yaml":
        "version: v1\nbuild:\n  excludes: [node_modules]\nlint:\n  use: [DEFAULT]\n  ignore_only:\n    ENUM_VALUE_PREFIX: [a]\n",
      "a/v1/a.proto": BAD("a"),
      "b/v1/b.proto": BAD("b"),
    });
    const expected = await bufLint(w);
    const { findings } = await w.json("check", "--only", "lint");
    expect(findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`).sort()).toEqual(
      expected,
    );
    expect(expected.length).toBeGreaterThan(2);
  });

  it("says what buf says of a buf.work.yaml whose modules have a buf.yaml each", async () => {
    const w = await workspace({
      "buf.yaml": undefined,
      "buf.work.yaml": "version: v1\ndirectories:\n  - one\n  - two/protos\n",
      "one/buf.yaml":
        "version: v1\nlint:\n  use: [ENUM_VALUE_PREFIX, FIELD_LOWER_SNAKE_CASE]\n  ignore_only:\n    ENUM_VALUE_PREFIX: [a/v1/a.proto]\n",
      "two/protos/buf.yaml": "version: v1\nlint:\n  use: [MESSAGE_PASCAL_CASE]\n  ignore: [c]\n",
      "one/a/v1/a.proto": BAD("a"),
      "two/protos/b/v1/b.proto": BAD("b"),
      "two/protos/c/v1/c.proto": BAD("c"),
    });
    const expected = await bufLint(w);
    const { findings } = await w.json("check", "--only", "lint");
    expect(findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`).sort()).toEqual(
      expected,
    );
    expect(expected.length).toBeGreaterThan(1);
  });

  it("says what buf says of the roots of a v1beta1 buf.yaml", async () => {
    const w = await workspace({
      "buf.yaml":
        "version: v1beta1\nbuild:\n  roots: [one, two]\nlint:\n  use: [DEFAULT]\n  ignore: [b]\n",
      "one/a/v1/a.proto": BAD("a"),
      "two/b/v1/b.proto": BAD("b"),
    });
    const expected = await bufLint(w);
    const { findings } = await w.json("check", "--only", "lint");
    expect(findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`).sort()).toEqual(
      expected,
    );
    expect(expected.length).toBeGreaterThan(1);
  });
});
