// The terminal sessions in the README: played here with the real commands, so that they stay true. `just record`
// writes them anew.
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageFolder } from "../../core/installation.js";
import { run } from "../../scripts/run.js";
import { type TestWorkspace, workspace } from "../workspace.js";
import { terminalSvg } from "./svg.js";

const PROTO = "proto/gaius/engine/v1/gaius_service.proto";

const CONTROLLER = `import { ProcessStatus } from "../generated/index.js";

/** @proto gaius.engine.v1.ProcessStatus except UNSPECIFIED */
export const STATUS_MAP = {
  stopped: ProcessStatus.STOPPED,
  starting: ProcessStatus.STARTING,
  healthy: ProcessStatus.HEALTHY,
  unhealthy: ProcessStatus.UNHEALTHY,
  stopping: ProcessStatus.STOPPING,
  failed: ProcessStatus.FAILED,
  pending: ProcessStatus.PENDING,
};
`;

it("appends a value: all that hangs off it follows", async () => {
  const session = await begin({ "src/controller.ts": CONTROLLER });
  const after = "  PROCESS_STATUS_PENDING = 7;\n";
  const value =
    "\n  // Swapped out; its memory is free for others.\n  PROCESS_STATUS_SUSPENDED = 8;\n";
  await session.w.edit(PROTO, after, after + value);
  await session.git("diff", "-U0", "proto");
  expect(await session.lockstep("generate")).toBe(0);
  await session.git("diff", "-U1", "src");
  await expect(
    await session.svg("An enum value is appended; bindings, index and map follow."),
  ).toMatchFileSnapshot("../../docs/session-append.svg");
});

it("inserts a value: it is refused with the bytes, and put right", async () => {
  const session = await begin();
  let text = await session.w.read(PROTO);
  for (const [name, number] of [
    ["PENDING", 7],
    ["FAILED", 6],
    ["STOPPING", 5],
    ["UNHEALTHY", 4],
  ] as const)
    text = text.replace(`STATUS_${name} = ${number};`, `STATUS_${name} = ${number + 1};`);
  const value = "  // Takes no new requests.\n  PROCESS_STATUS_DRAINING = 4;\n\n";
  await session.w.write(PROTO, text.replace(/(?= {2}\/\/ The process runs but fails)/, value));
  expect(await session.lockstep("breaking")).toBe(1);
  expect(await session.lockstep("fix")).toBe(0);
  await session.git("diff", "-U0", "proto");
  await expect(
    await session.svg("An enum value is inserted in the middle, refused and put right."),
  ).toMatchFileSnapshot("../../docs/session-insert.svg");
});

interface Session {
  readonly w: TestWorkspace;
  /** Runs a command as a person would, on a terminal with colours, and returns its exit code. */
  lockstep(...argv: string[]): Promise<number>;
  git(...args: string[]): Promise<void>;
  /** What the terminal shows. */
  svg(title: string): Promise<string>;
}

/** A terminal in a repository that has Gaius's schema and those files, all in step. */
async function begin(files: Readonly<Record<string, string>> = {}): Promise<Session> {
  const w = await workspace({ "lockstep.yaml": undefined, ...files });
  await cp(join(packageFolder, "proto/gaius"), w.path("proto/gaius"), { recursive: true });
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "--message", "Begin");
  expect((await w.run("generate")).code).toBe(0);
  let shown = "";
  const prompt = (line: string): void => {
    shown += `\u001B[2m$\u001B[22m \u001B[1m${line}\u001B[22m\n`;
  };
  return {
    w,
    async lockstep(...argv) {
      prompt(`npx lockstep ${argv.join(" ")}`);
      let text = "";
      const stream = { isTTY: true, write: (part: string) => (text += part) };
      const env = { ...process.env, NO_COLOR: "", TERM: "xterm" };
      const code = await run({ argv, cwd: w.root, env, stdout: stream, stderr: stream });
      shown += `${steady(text)}\n`;
      return code;
    },
    async git(...args) {
      prompt(`git ${args.join(" ")}`);
      const diff = await w.git("-c", "color.ui=always", ...args);
      // Which file and which line it is can be read in the diff itself.
      shown += `${diff.replace(/^\S*(?:diff --git|index|---|\+\+\+) .*\n/gm, "")}\n`;
    },
    svg: (title) => terminalSvg(title, shown),
  };
}

/** What a terminal is sent to clear its line. */
const TAKEN_BACK = "\r\u001B[2K";

/** The steps in one order, because some run side by side, without what took how long and without what was taken back. */
function steady(text: string): string {
  const lines = text.split("\n").map((line) => line.split(TAKEN_BACK).at(-1) ?? "");
  const isStep = (line: string): boolean => /\d+ ms/.test(line);
  const steps = lines.filter(isStep).map((line) => line.replace(/ *\d+ ms/, ""));
  return [...steps.sort(byOrder), ...lines.filter((line) => !isStep(line))].join("\n");
}

const ORDER = "compile layout modules ignored docstrings lint mirrors wire bindings index apply";

function byOrder(a: string, b: string): number {
  const place = (line: string): number => {
    const name = / (\w+)/.exec(line)?.[1] ?? "";
    return `${ORDER} imports consumers`.split(" ").indexOf(name);
  };
  return place(a) - place(b);
}
