// The command line of `lockstep breaking`.
import type { Command } from "commander";
import { breaking } from "../commands.js";
import {
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
    .option(
      "--against <baseline>",
      "a git ref, a folder or an image file to judge against (default: `baseline` in lockstep.yaml, else the merge base with the remote's default branch, else HEAD); may be given several times",
      (name: string, names: string[] = []) => [...names, name],
    )
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
    .action(async (flags: Flags & { against?: string[] }) => {
      const against = flags.against && { names: flags.against, from: surroundings.cwd };
      const outcome = await breaking({ ...callOf(surroundings, flags), against });
      end(await report(outcome, flags, surroundings));
    });
}
