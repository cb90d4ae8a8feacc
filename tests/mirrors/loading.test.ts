// What mirrors cost: TypeScript's compiler is loaded where uses of a member are looked for, and in no other run.
import { expect, it } from "vitest";
import { mirrored, setValues, VALUES } from "./mirror-workspace.js";

const UNION = 'export type Life = "stopped" | "healthy" | "not_ready";\n';
const TAGGED = `/** @proto a.v1.Status except UNSPECIFIED */\n${UNION}`;

/** Says at the end of the program whether the compiler was loaded. */
const SPY = `data:text/javascript,${encodeURIComponent(
  'import module from "node:module"; process.on("exit", () => console.error("compiler:", Object.keys(module._cache).some((path) => path.includes("ts-morph"))));',
)}`;

it("the compiler is loaded for a member that is renamed or goes, and for nothing else", async () => {
  const w = await mirrored({ "src/code.ts": UNION, "src/life.ts": TAGGED });
  const env = { ...process.env, NODE_OPTIONS: `--import ${SPY}` };
  const run = async (...argv: string[]): Promise<string> => {
    const { code, stderr } = await w.start(argv, { env }).ended;
    return `${code}, ${/compiler: .*/.exec(stderr)?.[0]}`;
  };
  expect(await run("generate", "--no-cache")).toBe("0, compiler: false");
  expect(await run("check", "--no-cache")).toBe("0, compiler: false");
  expect(await run("doctor")).toBe("0, compiler: false");
  expect(await run("fix", "--tag")).toBe("0, compiler: false");
  expect(await w.read("src/code.ts")).toBe(TAGGED);
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "--message", "Begin");

  await setValues(w, [...VALUES, "PENDING = 7"]);
  expect(await run("generate")).toBe("0, compiler: false");
  expect(await w.read("src/life.ts")).toContain('| "pending"');

  for (const values of [VALUES.slice(0, -1), VALUES.map((one) => one.replace("HEALTHY", "UP"))]) {
    await setValues(w, [...values, "PENDING = 7"]);
    expect(await run("check", "--only", "mirrors")).toBe("1, compiler: true");
  }
});
