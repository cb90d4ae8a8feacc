// A run that must not succeed: what it says, and that it leaves alone what was generated before.
import { expect } from "vitest";
import { type Ended, type Json, type TestWorkspace, workspace } from "./workspace.js";

let generated: Promise<Map<string, string>> | undefined;

/** A workspace whose protos, the default ones, have been generated; then those files are written. */
export async function generatedWorkspace(
  files: Readonly<Record<string, string>> = {},
): Promise<TestWorkspace> {
  generated ??= generateOnce();
  const w = await workspace();
  for (const [path, content] of await generated) await w.write(path, content);
  for (const [path, content] of Object.entries(files)) await w.write(path, content);
  return w;
}

async function generateOnce(): Promise<Map<string, string>> {
  const w = await workspace();
  expect((await w.run("generate")).code).toBe(0);
  return new Map([...(await w.files("generated"))].map(([path, { content }]) => [path, content]));
}

/**
 * Runs the command, with a report for people and one for tools. It has to end with that code and leave
 * every generated file as it was; the report for tools has to be whole.
 */
export async function refusal(
  w: TestWorkspace,
  code: 1 | 2,
  ...argv: string[]
): Promise<Ended & { findings: Json["findings"] }> {
  const command = argv.length === 0 ? ["generate"] : argv;
  const before = await w.files("generated");
  const { json, ...ended } = await w.both(...command);
  expect(ended).toMatchObject({ code });
  expect(json).toMatchObject({ version: 1, ok: false });
  expect(await w.files("generated")).toEqual(before);
  if (code === 1) expect(json.summary.errors).toBeGreaterThan(0);
  return { ...ended, findings: json.findings };
}
