// The command line of `lockstep breaking`.
import type { Command } from "commander";
import { breaking } from "../commands.js";
import {
  againstOption,
  cacheFlag,
  callOf,
  command,
  type End,
  examples,
  type Flags,
  type Surroundings,
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
      end(await report(await breaking(callOf(surroundings, flags)), flags, surroundings));
    });
}
