// Nothing is written unasked: on a terminal there is one question, elsewhere --yes; --dry-run shows all of it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { bundledProgram } from "../../core/installation.js";
import { contents, repository } from "./repository.js";

const exec = promisify(execFile);

const FILES = {
  "src/acme/v1/a.proto": 'syntax = "proto3";\npackage acme.v1;\nmessage Thing {}\n',
  "package.json": '{\n   "name": "things"\n}\n',
  ".gitignore": "dist/",
};

it("prints the plan and writes nothing where there is no terminal", async () => {
  const made = await repository(FILES);
  const before = await contents(made);
  const { code, stdout, stderr } = await made.run("init");
  expect(code).toBe(2);
  expect(stdout.split("\n").map((line) => line.replace(/ {2,}.*/, ""))).toEqual(
    expect.arrayContaining(["write", "propose"]),
  );
  for (const path of ["buf.yaml", "buf.gen.yaml", "lockstep.yaml", ".gitignore", "package.json"])
    expect(stdout).toMatch(new RegExp(`^write +${path.replaceAll(".", "\\.")} `, "m"));
  expect(stderr).toContain("--yes");
  expect(await contents(made)).toEqual(before);
});

it("prints a diff that git applies to the same as what it writes", async () => {
  const made = await repository(FILES);
  const before = await contents(made);
  const { code, stdout } = await made.run("init", "--dry-run");
  expect(code).toBe(0);
  expect(await contents(made)).toEqual(before);
  const patched = await repository(FILES);
  await patched.write("../init.diff", stdout);
  await patched.git("apply", "--unidiff-zero", "../init.diff");
  expect(await made.run("init", "--yes")).toMatchObject({ code: 0 });
  expect(await contents(patched)).toEqual(await contents(made));
});

/** Runs init on a pseudo-terminal, and types that once it has asked. */
const TYPE = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
out = b""
typed = False
while True:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    out += chunk
    if not typed and b"[Y/n] " in out:
        typed = True
        os.write(fd, sys.argv[1].encode())
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.write(out.decode() + "\\nexit code %d" % code)
`;

it.each([
  ["y\n", true],
  ["\n", true],
  ["n\n", false],
  ["\u0004", false],
  ["\u0003", false],
])("asks one question on a terminal, and takes %j for an answer", async (answer, isYes) => {
  const made = await repository(FILES);
  const before = await contents(made);
  const { stdout } = await exec(
    "python3",
    ["-c", TYPE, answer, process.execPath, bundledProgram("lockstep"), "init"],
    { cwd: made.root },
  );
  expect(stdout.match(/\[Y\/n\] /g)).toHaveLength(1);
  expect(stdout).toContain("Write 5 files?");
  expect(stdout).toContain(`exit code ${answer === "\u0003" ? 2 : 0}`);
  if (isYes) {
    expect(stdout).toMatch(
      /5 files written\. Next: npm install --save-dev lockstep@\S+ && npm install @bufbuild\/protobuf && npx lockstep generate/,
    );
    expect(await made.run("generate")).toMatchObject({ code: 0 });
  } else {
    expect(stdout).toContain(answer === "\u0003" ? "Stopped." : "Nothing was written.");
    expect(await contents(made)).toEqual(before);
  }
});
