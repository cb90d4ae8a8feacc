// The command line of `lockstep generate`.
import type { Command } from "commander";
import {
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
export function generateCommand(program: Command, surroundings: Surroundings, end: End): void {
  command(program, "generate")
    .description("Check the protos and bring everything generated from them in step.")
    .addHelpText("after", examples(["lockstep generate", "lockstep generate --cwd schemas"]))
    .action(async (flags: Flags) => {
      const { generate } = await import("../generate.js");
      end(await report(await troubled(generate(callOf(surroundings, flags))), flags, surroundings));
    });
}
