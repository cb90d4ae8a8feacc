// The command line of `lockstep init`.
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import type { Terminal } from "../../core/report/progress.js";
import { trouble } from "../../core/trouble.js";
import type { InitFlags } from "../init.js";
import { examples, type Surroundings } from "./command.js";

/** Adds the command to the program. */
export function initCommand(program: Command, surroundings: Surroundings): void {
  program
    .command("init")
    .description(
      "Set up Lockstep in a repository that has protos: say what is missing, and write it.",
    )
    .option("--yes", "write without asking")
    .option("--dry-run", "print what would be written as a unified diff, and write nothing")
    .option("--ci", "a workflow for GitHub Actions, too")
    .option("--hook", "install the pre-commit hook, too")
    .option("--cwd <folder>", "set up that folder's workspace")
    .allowExcessArguments(false)
    .showHelpAfterError('See "lockstep init --help".')
    .addHelpText(
      "after",
      examples([
        "lockstep init",
        "lockstep init --dry-run",
        "lockstep init --yes --ci --hook",
        "lockstep init --cwd services/billing",
      ]),
    )
    .action(async (flags: InitFlags & { cwd?: string }) => {
      const { init } = await import("../init.js");
      const { cwd, env, stdin, stdout, signal } = surroundings;
      const isTerminal = stdin?.isTTY === true && stdout.isTTY === true;
      await init(
        {
          cwd: resolve(cwd, flags.cwd ?? ""),
          env,
          signal,
          write: (text) => stdout.write(text),
          ask: isTerminal ? (question) => ask(question, stdin, stdout, signal) : undefined,
        },
        flags,
      );
    });
}

/** The line that a person answers with; undefined where the input ends without one. */
async function ask(
  question: string,
  input: NodeJS.ReadableStream,
  output: Terminal,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  output.write(question);
  const lines = createInterface({ input });
  const stop = (): void => lines.close();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for await (const line of lines) return line;
    if (signal?.aborted) throw trouble("STOPPED", {});
    return undefined;
  } finally {
    signal?.removeEventListener("abort", stop);
    lines.close();
  }
}
