// What it costs not to have a mirror: TypeScript is not loaded where no file has a tag.
import { expect, it } from "vitest";
import { mirrored } from "./mirror-workspace.js";

const CODE = "export type Life = 1 | 2;\n";

/** Says at the end of the program whether the compiler was loaded. */
const SPY = `data:text/javascript,${encodeURIComponent(
  'import module from "node:module"; process.on("exit", () => console.error("compiler:", Object.keys(module._cache).some((path) => path.includes("ts-morph"))));',
)}`;

it("the compiler is loaded by a tag alone", async () => {
  const w = await mirrored({ "src/code.ts": CODE, "src/other.ts": `// protobuf\n${CODE}` });
  const env = { ...process.env, NODE_OPTIONS: `--import ${SPY}` };
  const run = async (): Promise<string> => (await w.start(["check"], { env }).ended).stderr;
  expect(await run()).toContain("compiler: false");
  await w.write("src/code.ts", `/** @proto a.v1.Status */\n${CODE}`);
  expect(await run()).toContain("compiler: true");
});
