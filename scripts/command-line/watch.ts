// The command line of `lockstep watch`.
import { type Command, Option } from "commander";
import { generate } from "../commands.js";
import { DEFAULT_OUTPUTS } from "../outputs.js";
import type { Outcome } from "../pipeline.js";
import type { Display } from "../watch/screen.js";
import { callOf, command, examples, type Flags, hasColor, type Surroundings } from "./command.js";

type WatchFlags = Omit<Flags, "format"> & { readonly format: "text" | "json" };

/** Adds the command to the program. */
export function watchCommand(program: Command, surroundings: Surroundings): void {
  command(
    program,
    "watch",
    "watch",
    new Option("--format <format>", "text, or a report in JSON per round, each in a line")
      .choices(["text", "json"])
      .default("text"),
  )
    .description("Generate on every save, until Ctrl-C.")
    .addHelpText(
      "after",
      `\nWhile an error stands, what was generated last stays. Ctrl-C and SIGTERM end it with exit code 0.\n${examples(
        ["lockstep watch", "lockstep watch --cwd schemas", "lockstep watch --format json"],
      )}`,
    )
    .action(async (flags: WatchFlags) => {
      const { watch } = await import("../watch.js");
      const { signal, unread } = surroundings;
      const display = await displayOf(surroundings, flags);
      const call = {
        ...callOf(surroundings, { ...flags, format: DEFAULT_OUTPUTS }),
        watcher: display.watcher,
        signal: AbortSignal.any([signal ?? [], unread ?? []].flat()),
      };
      try {
        await watch(call, {
          async run(changed, root) {
            const start = performance.now();
            display.started();
            const ended = await generate({ ...call, cwd: root });
            const outcome = withoutStop(ended, call.signal);
            if (!call.signal.aborted || outcome.troubles.length > 0) {
              await display.ended(changed, root, outcome, Math.round(performance.now() - start));
            }
            return outcome;
          },
          warn: (text) => display.warn(text),
        });
      } finally {
        display.close();
      }
    });
}

/** Who asked it to end knows that it was stopped. */
function withoutStop(outcome: Outcome, signal: AbortSignal): Outcome {
  if (!signal.aborted) return outcome;
  return { ...outcome, troubles: outcome.troubles.filter(({ code }) => code !== "STOPPED") };
}

async function displayOf(surroundings: Surroundings, flags: WatchFlags): Promise<Display> {
  const { stdout, stderr, env } = surroundings;
  if (flags.format === "json") {
    const { jsonLines } = await import("../watch/json-lines.js");
    return jsonLines(stdout, stderr);
  }
  const { screen } = await import("../watch/screen.js");
  const replaces = stdout.isTTY === true && env.TERM !== "dumb";
  return screen(stdout, replaces, hasColor(flags, env, stdout));
}
