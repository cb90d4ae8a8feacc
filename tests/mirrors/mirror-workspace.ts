// Workspaces with a status enum and hand-written code that mirrors it.
import { expect } from "vitest";
import { type Json, LENIENT, type TestWorkspace, workspace } from "../workspace.js";

/** Values of the enum that most tests mirror; `NOT_READY` shows how several words are written. */
export const VALUES = ["UNSPECIFIED = 0", "STOPPED = 1", "HEALTHY = 2", "NOT_READY = 3"];

/** A proto with an enum `a.v1.Status` of those values. */
export function statusProto(values: readonly string[], body = ""): string {
  const lines = values.map((value) => `  ${value.replace(/(^|\n\s*)(?=\w+ =)/, "$1STATUS_")};\n`);
  return `syntax = "proto3";\npackage a.v1;\n\nenum Status {\n${lines.join("")}}\n${body}`;
}

/** A workspace with that enum and those files of code; a text alone is `src/code.ts`. */
export async function mirrored(
  code: string | Readonly<Record<string, string>>,
  values: readonly string[] = VALUES,
): Promise<TestWorkspace> {
  const files = typeof code === "string" ? { "src/code.ts": code } : code;
  return workspace({ ...LENIENT, "proto/a/v1/a.proto": statusProto(values), ...files });
}

/** Gives the enum other values. */
export function setValues(w: TestWorkspace, values: readonly string[]): Promise<void> {
  return w.write("proto/a/v1/a.proto", statusProto(values));
}

/** Runs generate, which has to succeed, and then once more, which has to change nothing. */
export async function generated(w: TestWorkspace): Promise<string> {
  const { code, stdout, stderr } = await w.run("generate");
  expect([code, stdout], stderr).toEqual([0, "No findings.\n"]);
  const before = await w.files("src");
  expect((await w.run("generate")).stderr).toContain("0 files written");
  expect(await w.files("src")).toEqual(before);
  return stderr;
}

/** What check finds in the code: line and column, rule, and whether fix mends it. */
export async function found(w: TestWorkspace): Promise<string[]> {
  const { findings } = await w.json("check", "--only", "mirrors");
  return findings.map(placeOf);
}

/** A finding in short. */
export function placeOf({ line, column, rule, fixable }: Json["findings"][number]): string {
  return `${line}:${column} ${rule}${fixable ? " fixable" : ""}`;
}
