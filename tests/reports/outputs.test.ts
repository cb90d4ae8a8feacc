// Where reports go: standard output, files, several at once, and what happens where one cannot be written.
import { execFile } from "node:child_process";
import { chmod, lstat, mkdir, stat, symlink } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { bundledProgram } from "../../core/installation.js";
import {
  BUF_GEN_YAML,
  BUF_YAML,
  STATUS_PROTO,
  type TestWorkspace,
  workspace,
} from "../workspace.js";

const exec = promisify(execFile);

const BAD = STATUS_PROTO.replace("string name", "string endpointName");
const PATH = "proto/a/v1/a.proto";

/** A workspace with one finding of lint's. */
function withFinding(): Promise<TestWorkspace> {
  return workspace({ [PATH]: BAD });
}

const LINT = ["check", "--only", "lint"];

describe("--format", () => {
  it("writes several reports at once, and leaves the exit code to the findings", async () => {
    const at = await withFinding();
    const ended = await at.run(
      ...[...LINT, "--format", "text", "--format", "sarif:out/a b,c.sarif"],
      ...["--format", "junit:out/report.xml", "--format", "text:out/report.txt"],
    );
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain("error  FIELD_LOWER_SNAKE_CASE");
    expect(await at.read("out/report.txt")).toBe(ended.stdout);
    expect(JSON.parse(await at.read("out/a b,c.sarif")).runs[0].results).toHaveLength(1);
    expect(await at.read("out/report.xml")).toContain("<failure ");
    await at.write(PATH, STATUS_PROTO);
    expect((await at.run(...LINT, "--format", "sarif:out/a b,c.sarif")).code).toBe(0);
    expect(JSON.parse(await at.read("out/a b,c.sarif")).runs[0].results).toEqual([]);
    expect(Object.keys(Object.fromEntries(await at.files("out"))).sort()).toEqual([
      "out/a b,c.sarif",
      "out/report.txt",
      "out/report.xml",
    ]);
  });

  it("shows progress, unless a tool reads standard output", async () => {
    const at = await withFinding();
    for (const [format, shows] of [
      ["text", true],
      ["github", true],
      ["json:report.json", true],
      ["json", false],
      ["sarif", false],
      ["junit", false],
      ["gitlab", false],
      ["markdown", false],
    ] as const) {
      const { stdout, stderr } = await at.run(...LINT, "--format", format);
      expect([format, stderr.includes("compile")]).toEqual([format, shows]);
      expect([format, stdout === ""]).toEqual([format, format.includes(":")]);
    }
  });

  it("names files from the root of the repository", async () => {
    const at = await workspace({
      "sub, dir/buf.yaml": BUF_YAML,
      "sub, dir/buf.gen.yaml": BUF_GEN_YAML,
      [`sub, dir/${PATH}`]: BAD,
    });
    const flags = [...LINT, "--cwd", "sub, dir"];
    const { stdout: github } = await at.run(...flags, "--format", "github");
    expect(github).toMatch(/^::error file=sub%2C dir\/proto\/a\/v1\/a\.proto,line=17,/);
    const sarif = JSON.parse((await at.run(...flags, "--format", "sarif")).stdout);
    expect(sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      "sub%2C%20dir/proto/a/v1/a.proto",
    );
    const [gitlab] = JSON.parse((await at.run(...flags, "--format", "gitlab")).stdout);
    expect(gitlab.location.path).toBe(`sub, dir/${PATH}`);
    // The other formats are read in the workspace.
    expect((await at.json(...flags)).findings[0]?.path).toBe(PATH);
    // A report is relative to where the command was called.
    await at.run(...flags, "--format", "gitlab:report.json");
    expect(JSON.parse(await at.read("report.json"))).toEqual([gitlab]);
  });

  it("names files from the workspace where there is no repository", async () => {
    const at = await workspace({ [PATH]: BAD }, { git: false });
    const { stdout } = await at.run(...LINT, "--format", "github");
    expect(stdout).toMatch(/^::error file=proto\/a\/v1\/a\.proto,/);
  });

  it("tells in each report that the run could not be done", async () => {
    const at = await workspace({ "lockstep.yaml": "severity: 1\n", [PATH]: BAD });
    const formats = ["text", "sarif", "junit", "gitlab", "markdown", "github"];
    const ended = await at.run(
      ...LINT,
      ...formats.flatMap((format) => ["--format", `${format}:r/${format}`]),
    );
    expect(ended.code).toBe(2);
    for (const format of formats) {
      const text = await at.read(`r/${format}`);
      expect([format, text.includes("lockstep.yaml")]).toEqual([format, true]);
    }
  });

  it.each([
    [["sarif:"], "Name the file behind the colon: sarif:FILE"],
    [
      ["text", "json"],
      "Standard output has the text report already. Give this one a file: json:FILE",
    ],
    [["json:a", "sarif:./a"], "./a has the json report already."],
    [["sarf:a"], 'Did you mean "sarif"?'],
  ])("refuses %j", async (formats, why) => {
    const at = await withFinding();
    const ended = await at.run(...LINT, ...formats.flatMap((format) => ["--format", format]));
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(why);
    expect(ended.stdout).toBe("");
  });

  it("fails where a file cannot be written, and still reports", async () => {
    const at = await workspace({ [PATH]: STATUS_PROTO, file: "x" });
    await mkdir(at.path("folder"));
    for (const [path, why] of [
      ["../nowhere/report.json", "its folder does not exist"],
      ["folder", "it is a folder"],
      ["file/report.json", "ENOTDIR"],
    ] as const) {
      const ended = await at.run(...LINT, "--format", "text", "--format", `json:${path}`);
      expect([path, ended.code]).toEqual([path, 2]);
      expect(ended.stdout).toBe("No findings.\n");
      expect(ended.stderr).toContain(`The json report could not be written to ${path}: ${why}`);
    }
    expect([...(await at.files(".")).keys()].filter((path) => path.includes("report"))).toEqual([]);
  });

  it("keeps a link and the permissions of the file behind it", async () => {
    const at = await withFinding();
    await at.write("real.json", "old");
    await chmod(at.path("real.json"), 0o600);
    await symlink("real.json", at.path("link.json"));
    expect((await at.run(...LINT, "--format", "json:link.json")).code).toBe(1);
    expect((await lstat(at.path("link.json"))).isSymbolicLink()).toBe(true);
    expect((await stat(at.path("real.json"))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await at.read("real.json")).ok).toBe(false);
  });

  it("writes to a device as it is, and after what is there", async () => {
    const at = await withFinding();
    const call = `"$0" "$1" ${LINT.join(" ")} --format text --format gitlab:/dev/stdout`;
    for (const line of [`${call} > shown.txt`, `${call} | cat > shown.txt`]) {
      const args = ["-c", line, process.execPath, bundledProgram("lockstep")];
      await exec("sh", args, { cwd: at.root }).catch(({ code }) => expect(code).toBe(1));
      const [text = "", json = ""] = (await at.read("shown.txt")).split("1 error.\n");
      expect(text).toContain("FIELD_LOWER_SNAKE_CASE");
      expect(JSON.parse(json)).toHaveLength(1);
    }
  });
});
