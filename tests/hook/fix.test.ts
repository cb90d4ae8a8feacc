// The hook with --fix: what is staged is put right, and what is not staged is left alone.
import { expect, test } from "vitest";
import { STATUS_PROTO, type TestWorkspace } from "../workspace.js";
import { BROKEN_PROTO, commit, GROWN_PROTO, hooked, PROTO } from "./hook-repository.js";

/** A repository whose hook fixes. */
async function fixing(files?: Record<string, string>): Promise<TestWorkspace> {
  const made = await hooked(files);
  await made.run("hook", "install", "--fix");
  return made;
}

const committed = (made: TestWorkspace, path = PROTO): Promise<string> =>
  made.git("show", `HEAD:${path}`);

test("what can be fixed is fixed, staged and committed", async () => {
  const made = await fixing();
  const shuffled = GROWN_PROTO.replace("HEALTHY = 1", "HEALTHY = 3").replace(
    "FAILED = 2",
    "FAILED = 4",
  );
  for (const args of [[], ["-a"]]) {
    await made.write(PROTO, shuffled);
    if (args.length === 0) await made.git("add", PROTO);
    const { code, output } = await commit(made, "-m", "Renumbered", ...args);
    expect(code).toBe(0);
    expect(output).toContain(`Fixed and staged: ${PROTO}`);
    expect(await committed(made)).toContain("HEALTHY = 1;");
    expect(await made.read(PROTO)).toBe(await committed(made));
    expect(await made.git("status", "--short")).toBe("");
    await made.git("reset", "--quiet", "--hard", "HEAD^");
  }
});

test("a file with changes that are not staged is named and left alone, and the commit refused", async () => {
  const other = "proto/b/v1/b.proto";
  const made = await fixing({
    [PROTO]: STATUS_PROTO,
    [other]: STATUS_PROTO.replace("a.v1", "b.v1"),
  });
  const brokenOther = BROKEN_PROTO.replace("a.v1", "b.v1");
  await made.write(PROTO, BROKEN_PROTO);
  await made.write(other, brokenOther);
  await made.git("add", ".");
  await made.write(other, `${brokenOther}// Not staged.\n`);
  const { code, output } = await commit(made, "-m", "Break both");
  expect(code).toBe(1);
  expect(output).toContain(`Fixed and staged: ${PROTO}`);
  expect(output).toContain(`Not fixed: ${other}, because it has changes that are not staged`);
  expect(output.match(/--no-verify/g)).toHaveLength(1);
  expect(await made.read(PROTO)).toBe(STATUS_PROTO);
  expect(await made.git("show", `:${PROTO}`)).toBe(STATUS_PROTO);
  expect(await made.read(other)).toBe(`${brokenOther}// Not staged.\n`);
  expect(await made.git("show", `:${other}`)).toBe(brokenOther);
});

test("a commit of named paths is not fixed: git would take the fix back afterwards", async () => {
  const made = await fixing();
  await made.write(PROTO, BROKEN_PROTO);
  const { code, output } = await commit(made, "-m", "Break it", PROTO);
  expect(code).toBe(1);
  expect(output).toContain(`Not fixed: ${PROTO}, because the commit names its paths`);
  expect(await made.read(PROTO)).toBe(BROKEN_PROTO);
});

test("the mode of a file and the line ends of a work tree stay as they are", async () => {
  const made = await fixing();
  await made.git("config", "core.autocrlf", "true");
  await made.write(PROTO, BROKEN_PROTO.replaceAll("\n", "\r\n"));
  await made.git("-c", "core.safecrlf=false", "add", PROTO);
  await made.git("update-index", "--chmod=+x", PROTO);
  await made.git("checkout-index", "--force", PROTO);
  const { code } = await commit(made, "-m", "Renumbered");
  expect(code).toBe(0);
  expect(await committed(made)).toBe(STATUS_PROTO);
  expect(await made.read(PROTO)).toBe(STATUS_PROTO.replaceAll("\n", "\r\n"));
  expect(await made.git("ls-files", "--stage", PROTO)).toMatch(/^100755 /);
  expect(await made.git("status", "--short")).toBe("");
});

test("what no fix puts right stops the commit all the same", async () => {
  const made = await fixing();
  await made.write(PROTO, STATUS_PROTO.replace("string name = 1", "int32 name = 1"));
  const { code, output } = await commit(made, "-a", "-m", "Another type");
  expect(code).toBe(1);
  expect(output).toContain("The commit is stopped. Correct what is staged");
  expect(output).not.toContain("Fixed and staged");
});
