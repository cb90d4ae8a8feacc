// How the doctor's report reads, its contract, and the table that it comes from.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageFolder } from "../../core/installation.js";
import { DIAGNOSES } from "../../scripts/doctor/table.js";
import { run } from "../../scripts/run.js";
import { mirrored } from "../mirrors/mirror-workspace.js";
import { workspace } from "../workspace.js";
import { doctorOf } from "./patients.js";

it("has a table of diagnoses in plain words, each in the documentation", async () => {
  const ids = DIAGNOSES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const claimed = DIAGNOSES.flatMap(({ claims = [] }) => claims);
  expect(new Set(claimed).size).toBe(claimed.length);
  const documentation = await readFile(join(packageFolder, "docs/doctor.md"), "utf8");
  const [, table = ""] = documentation.split(/^## .+$/m);
  const rows = table.split("\n").map((line) => line.split(/\s*\|\s*/));
  for (const { id, symptom, remedy, severity } of DIAGNOSES) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(symptom, id).toMatch(/^[a-z].{10,90}[^.\s]$/);
    expect(remedy, id).toMatch(/^[A-Z].{10,}$/);
    const row = rows.find(([, name]) => name === `\`${id}\``);
    expect(row?.slice(2, 4), id).toEqual([severity, symptom]);
  }
  expect(rows.filter(([, name]) => name?.startsWith("`")).length).toBe(ids.length);
});

it("tells people what they notice, why, where, and what to do", async () => {
  const tag = "/** @proto a.v1.Status except UNSPECIFIED */\n";
  const w = await mirrored(
    `${tag}export const A = ["healthy", "not_ready"];\n${tag}export const B = ["stopped", "not_ready"];\n`,
  );
  const { code, stdout, stderr } = await w.run("doctor");
  expect([code, stderr]).toEqual([1, ""]);
  expect(stdout.replaceAll(w.root, "ROOT")).toBe(`error generated-missing
  symptom  the server does not start: what it imports is not there
  cause    generated: Nothing has been generated yet: 8 files missing.
  remedy   Run: lockstep generate

error mapping-missing
  symptom  a status shows wrong, or not at all
  cause    src/code.ts:2: A lacks STATUS_STOPPED of a.v1.Status.
  cause    src/code.ts:4: B lacks STATUS_HEALTHY of a.v1.Status.
  remedy   Run: lockstep generate

info hook-not-installed
  symptom  what is wrong with a commit is noticed only in CI
  cause    ROOT/.git/hooks/pre-commit does not call "lockstep hook run" for this workspace.
  remedy   Run: lockstep hook install

Well: node-too-old, packages-missing, buf-not-runnable, not-a-repository, workspace-missing, configuration-invalid, protos-broken, plugin-not-runnable, generated-unusable, generated-stale, consumer-import-unresolved, mirror-untagged, peers-misread, baseline-not-fetched, generated-tracked
Could not look, because of generated-missing: index-export-missing
Did not look, because no --port was given: port-closed
Not all is well: 3 errors, 1 note. Looked for 18 of 20 causes.
`);
  await w.run("generate");
  const well = await w.run("doctor");
  expect(well.code).toBe(0);
  expect(well.stdout).toMatch(/\nAll is well: 1 note\. Looked for 19 of 20 causes\.\n$/);
});

it("shows a few causes of many, and all of them in JSON", async () => {
  const w = await mirrored(
    Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `src/c${i}.ts`,
        '/** @proto a.v1.Status */\nexport const A = ["unspecified", "stopped"];\n',
      ]),
    ),
  );
  const { stdout } = await w.run("doctor");
  expect(stdout.match(/A lacks/g)).toHaveLength(5);
  expect(stdout).toContain("and 7 more causes, in --format json");
  const { diagnoses } = await doctorOf(w);
  expect(diagnoses.filter(({ id }) => id === "mapping-missing")).toHaveLength(12);
});

it("is one JSON object, of the fields that are documented", async () => {
  const w = await workspace();
  const report = await doctorOf(w);
  expect(Object.keys(report)).toEqual(["version", "ok", "diagnoses", "looked", "code", "stderr"]);
  expect(report.version).toBe(1);
  expect(report.diagnoses[0]).toEqual({
    id: "generated-missing",
    severity: "error",
    symptom: expect.any(String),
    cause: expect.any(String),
    remedy: "Run: lockstep generate",
    path: "generated",
  });
  expect(report.looked.map(({ id }) => id)).toEqual(DIAGNOSES.map(({ id }) => id));
});

it("fails where it cannot do its own work", async () => {
  const w = await workspace();
  for (const flags of [
    ["--port", "0"],
    ["--port", "65536"],
    ["--port", "http"],
    ["--format", "sarif"],
    ["--cwd", "nowhere"],
  ]) {
    const { code, stdout, stderr } = await w.run("doctor", ...flags);
    expect([flags, code, stdout]).toEqual([flags, 2, ""]);
    expect(stderr).toMatch(/65535|text, json|does not exist/);
  }
  const out = { stdout: "", stderr: "" };
  const code = await run({
    argv: ["doctor"],
    cwd: w.root,
    env: process.env,
    signal: AbortSignal.abort(),
    stdout: { write: (text) => (out.stdout += text) },
    stderr: { write: (text) => (out.stderr += text) },
  });
  expect(code).toBe(2);
  expect(out.stderr.match(/error: Stopped\./g)).toHaveLength(1);
  expect(out.stdout).toContain("Not all is well");
});
