// The command line of `lockstep breaking`.
import type { Command } from "commander";
import type { Call, Outcome } from "../pipeline.js";
import { remembered } from "../remember.js";
import {
  againstOption,
  cacheFlag,
  callOf,
  command,
  type End,
  examples,
  type Flags,
  type Surroundings,
  troubled,
} from "./command.js";
import { report } from "./report.js";

/** Adds the command to the program. */
export function breakingCommand(program: Command, surroundings: Surroundings, end: End): void {
  command(program, "breaking")
    .description("Judge what the change breaks for peers that speak an earlier version.")
    .addOption(againstOption())
    .addOption(cacheFlag())
    .addHelpText(
      "after",
      examples([
        "lockstep breaking",
        "lockstep breaking --against origin/main",
        "lockstep breaking --against main --against 'v*'",
        "lockstep breaking --against ../released/proto --format json",
      ]),
    )
    .action(async (flags: Flags) => {
      const run = async (call: Call): Promise<Outcome> =>
        (await import("../breaking.js")).breaking(call);
      const known = { name: "breaking", generates: false };
      const outcome = remembered(callOf(surroundings, flags), known, run);
      end(await report(await troubled(outcome), flags, surroundings));
    });
}
