// The command line of `lockstep fix`.
import type { Command } from "commander";
import { troubled } from "../commands.js";
import { callOf, command, type End, examples, type Flags, type Surroundings } from "./command.js";
import { report } from "./report.js";

/** Adds the command to the program. */
export function fixCommand(program: Command, surroundings: Surroundings, end: End): void {
  const { stdout } = surroundings;
  command(program, "fix")
    .description("Put right what can be put right without a doubt, and report what is left.")
    .option("--dry-run", "print the changes as a unified diff, and write nothing")
    .option("--tag", "tag the code that looks like a mirror of an enum, too")
    .addHelpText(
      "after",
      examples(["lockstep fix --dry-run", "lockstep fix", "lockstep fix --tag"]),
    )
    .action(async (flags: Flags & { dryRun?: boolean; tag?: boolean }) => {
      const { fix } = await import("../fix.js");
      const options = { dryRun: flags.dryRun === true, tag: flags.tag === true };
      const outcome = await troubled(fix(callOf(surroundings, flags), options));
      if (flags.dryRun === true && flags.format.stdout === "text") stdout.write(outcome.diff ?? "");
      end(await report(outcome, flags, surroundings));
    });
}
