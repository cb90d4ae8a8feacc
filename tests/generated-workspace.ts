// A workspace in which all has been generated, without the time that it takes: once for all tests of a worker.
import { expect } from "vitest";
import { type TestWorkspace, workspace } from "./workspace.js";

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
