// Source files that cannot be edited, or not as they are: a clear error, and nothing lost.
import { chmod, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { canRunBound, runBound } from "../bound.js";
import { generated, mirrored, setValues, VALUES } from "./mirror-workspace.js";

const CODE =
  '/** @proto a.v1.Status except UNSPECIFIED */\nexport type Life = "stopped" | "healthy" | "not_ready";\n';
const APPENDED = [...VALUES, "PENDING = 7"];

describe("generate", () => {
  it("writes nothing at all while a file with a mirror does not parse", async () => {
    const w = await mirrored({ "src/code.ts": CODE, "src/broken.ts": `${CODE}const x = {\n` });
    const { code, findings } = await w.json("generate");
    expect(code).toBe(1);
    expect(findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`)).toEqual([
      "MIRROR_SYNTAX src/broken.ts:4",
    ]);
    expect((await w.files("generated")).size).toBe(0);
    await w.write("src/broken.ts", CODE);
    await generated(w);
  });

  it.skipIf(!canRunBound)("does not touch a read-only file, nor anything else", async () => {
    const w = await mirrored(CODE);
    await generated(w);
    const before = await w.files("generated");
    await setValues(w, APPENDED);
    await chmod(w.path("src/code.ts"), 0o444);
    const { code, stderr } = await runBound(w, "generate");
    expect(code).toBe(2);
    expect(stderr).toContain("src/code.ts: error: src/code.ts may not be written to.");
    expect(await w.files("generated")).toEqual(before);
    expect(await w.read("src/code.ts")).toBe(CODE);
    expect([...(await w.files("src")).keys()]).toEqual(["src/code.ts"]);
    await chmod(w.path("src/code.ts"), 0o644);
    expect((await runBound(w, "generate")).code).toBe(0);
    expect(await w.read("src/code.ts")).toBe(CODE.replace(";", ' | "pending";'));
  });

  it("does not write through a link that leads out of the workspace", async () => {
    const w = await mirrored({});
    const outside = `${w.root}-outside.ts`;
    await writeFile(outside, CODE);
    await w.write("src/other.ts", "export {};\n");
    await symlink(outside, w.path("src/code.ts"));
    for (const command of ["check", "generate", "fix"]) {
      const { code, stderr } = await w.run(command);
      expect(code).toBe(2);
      expect(stderr).toContain("src/code.ts leaves the workspace: it is a link to");
    }
    expect(await readFile(outside, "utf8")).toBe(CODE);
    expect((await w.files("generated")).size).toBe(0);
  });

  it("writes through a link to a file of the workspace, and keeps the link", async () => {
    const w = await mirrored({ "lib/real.ts": CODE });
    await symlink(w.path("lib/real.ts"), w.path("link.ts"));
    await setValues(w, APPENDED);
    expect((await w.run("generate")).code).toBe(0);
    expect(await w.read("lib/real.ts")).toBe(CODE.replace(";", ' | "pending";'));
    expect(await w.read("link.ts")).toBe(await w.read("lib/real.ts"));
  });

  it("does not write over a file that somebody saves meanwhile", async () => {
    const w = await mirrored(CODE);
    await generated(w);
    const before = await w.files("generated");
    await setValues(w, APPENDED);
    const saved = `${CODE}// mine\n`;
    const { Sources } = await import("../../core/sources.js");
    const read = Sources.prototype.read;
    // As soon as the run has read the file, somebody else saves it.
    vi.spyOn(Sources.prototype, "read").mockImplementation(async function (
      this: typeof read,
      path,
    ) {
      const text = await read.call(this as never, path);
      if (path === "src/code.ts") await w.write("src/code.ts", saved);
      return text;
    } as typeof read);
    const { code, stderr } = await w.run("generate");
    vi.restoreAllMocks();
    expect(code).toBe(2);
    expect(stderr).toContain(
      "src/code.ts: error: src/code.ts was changed while this run was at work.",
    );
    expect(await w.read("src/code.ts")).toBe(saved);
    expect(await w.files("generated")).toEqual(before);
    expect((await w.run("generate")).code).toBe(0);
    expect(await w.read("src/code.ts")).toBe(saved.replace(";", ' | "pending";'));
  });

  it("does not damage a file that is not UTF-8", async () => {
    const w = await mirrored({});
    const latin = Buffer.concat([Buffer.from(`${CODE}// caf`), Buffer.from([0xe9, 0x0a])]);
    await w.write("src/code.ts", latin);
    await setValues(w, APPENDED);
    const { code, stderr } = await w.run("generate");
    expect(code).toBe(2);
    expect(stderr).toContain("src/code.ts is not UTF-8, so editing it would damage it.");
    expect((await readFile(w.path("src/code.ts"))).equals(latin)).toBe(true);
  });

  it("keeps CRLF, a byte-order mark, tabs, the mode, and the lack of a last line ending", async () => {
    const code = `\uFEFF${CODE.replace("export type", "export type").replaceAll("\n", "\r\n")}/** @proto a.v1.Status */\r\nexport enum N {\r\n\tUNSPECIFIED = 0,\r\n\tSTOPPED = 1,\r\n\tHEALTHY = 2,\r\n\tNOT_READY = 3\r\n}`;
    const w = await mirrored(code);
    await chmod(w.path("src/code.ts"), 0o640);
    await setValues(w, APPENDED);
    await generated(w);
    expect(await w.read("src/code.ts")).toBe(
      code
        .replace('"not_ready"', '"not_ready" | "pending"')
        .replace("NOT_READY = 3", "NOT_READY = 3,\r\n\tPENDING = 7"),
    );
    expect((await stat(w.path("src/code.ts"))).mode & 0o777).toBe(0o640);
    expect([...(await w.files("src")).keys()]).toEqual(["src/code.ts"]);
  });

  it("refuses sources that are no folder of the workspace", async () => {
    const w = await mirrored(CODE);
    const lenient = await w.read("lockstep.yaml");
    for (const [folder, why] of [
      ["lib", "of"],
      ["../other", "inside"],
      ["/tmp", "inside"],
    ]) {
      await w.write("lockstep.yaml", `${lenient}sources: [src, ${folder}]\n`);
      const { code, stderr } = await w.run("check", "--only", "mirrors");
      expect(code).toBe(2);
      expect(stderr).toMatch(/^.*lockstep\.yaml:\d+:16: error: /m);
      expect(stderr).toContain(
        `sources names "${folder}", which is not a folder ${why} the workspace.`,
      );
    }
  });
});
