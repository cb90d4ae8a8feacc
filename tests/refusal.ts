// A run that must not succeed: what it says, and that it leaves alone what was generated before.
import { expect } from "vitest";
import type { Ended, Json, TestWorkspace } from "./workspace.js";

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
