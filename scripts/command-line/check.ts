// The command line of `lockstep check`.
import type { Command } from "commander";
import { check } from "../commands.js";
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
export function checkCommand(program: Command, surroundings: Surroundings, end: End): void {
  const { stdout } = surroundings;
  command(program, "check")
    .description("Run every check, and say what generate would change. Writes nothing.")
    .option("--only <names>", "run only these checks, separated by commas", (names) =>
      names.split(","),
    )
    .addOption(againstOption())
    .option("--diff", "print what generate would change, as a unified diff")
    .addOption(cacheFlag())
    .addHelpText(
      "after",
      examples([
        "lockstep check",
        "lockstep check --only lint,drift --format json",
        "lockstep check --against v1.2.0",
        "lockstep check --format text --format sarif:report.sarif",
        "lockstep check --only drift --diff",
      ]),
    )
    .action(async (flags: Flags & { only?: string[]; diff?: boolean }) => {
      const outcome = await check(callOf(surroundings, flags), flags.only);
      if (flags.diff === true && flags.format.stdout === "text") stdout.write(outcome.diff ?? "");
      end(await report(outcome, flags, surroundings));
    });
}
