// For any proto with comments anywhere: fix keeps what it compiles to and every word, and is done at once.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { bufBinary } from "../../core/installation.js";
import { type TestWorkspace, workspace } from "../workspace.js";
import { randomProto } from "./random-proto.js";

const exec = promisify(execFile);

/** How many protos are tried; each batch of them is one workspace. */
const PROTOS = Number(process.env.FIX_PROTOS ?? 200);
const BATCH = 50;

/** What the protos compile to, comments aside. */
async function descriptors(w: TestWorkspace): Promise<string> {
  const { stdout } = await exec(
    bufBinary(),
    ["build", "--exclude-source-info", "-o", "-#format=json"],
    {
      cwd: w.root,
      maxBuffer: 1 << 28,
    },
  );
  return stdout;
}

const wordsOf = (text: string): string[] => (text.match(/w-?\d+x\d+/g) ?? []).sort();

async function holdsFor(seeds: readonly number[]): Promise<void> {
  const protos = new Map(seeds.map((seed) => [`proto/p${seed}/p.proto`, randomProto(seed)]));
  const w = await workspace({
    "buf.yaml": "version: v2\nmodules:\n  - path: proto\nlint:\n  use: [SYNTAX_SPECIFIED]\n",
    ...Object.fromEntries(protos),
  });
  const before = await descriptors(w);
  const { stderr } = await w.run("fix");
  expect(stderr).toMatch(/findings? fixed in \d+ file/);
  const after = new Map<string, string>();
  for (const [path, original] of protos) {
    const text = await w.read(path);
    after.set(path, text);
    expect(wordsOf(text), path).toEqual(wordsOf(original));
  }
  expect(await descriptors(w)).toBe(before);
  const again = await w.json("fix");
  expect(again.steps.find((step) => step.name === "fix")?.summary).toBe(
    "0 findings fixed in 0 files",
  );
  expect(
    again.findings.filter(({ rule }) =>
      /^DOCSTRING_(BEHIND|TWICE|DETACHED|BLOCK_COMMENT)$/.test(rule),
    ),
  ).toEqual([]);
  for (const [path, text] of after) expect(await w.read(path), path).toBe(text);
}

it(`holds for ${PROTOS} random protos`, async () => {
  const seeds = fc.uniqueArray(fc.nat({ max: 2 ** 31 - 1 }), {
    minLength: BATCH,
    maxLength: BATCH,
  });
  await fc.assert(fc.asyncProperty(seeds, holdsFor), {
    numRuns: Math.ceil(PROTOS / BATCH),
    endOnFailure: true,
  });
}, 3_600_000);
