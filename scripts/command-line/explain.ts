// The command line of `lockstep explain`.
import type { Command } from "commander";
import { examples, type Surroundings } from "./command.js";

/** Adds the command to the program. */
export function explainCommand(program: Command, { stdout }: Surroundings): void {
  program
    .command("explain")
    .argument("<rule>", "the id of a rule, as findings show it")
    .description("Say why a rule exists, how to follow it, and how to do without it.")
    .addHelpText("after", examples(["lockstep explain DOCSTRING_BEHIND"]))
    .action(async (id: string) => {
      const { explain } = await import("../explain.js");
      stdout.write(explain(id));
    });
}
