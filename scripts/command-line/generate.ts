// The command line of `lockstep generate`.
import type { Command } from "commander";
import { generate } from "../commands.js";
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
export function generateCommand(program: Command, surroundings: Surroundings, end: End): void {
  command(program, "generate")
    .description("Check the protos and bring everything generated from them in step.")
    .addOption(cacheFlag())
    .addHelpText("after", examples(["lockstep generate", "lockstep generate --cwd schemas"]))
    .action(async (flags: Flags) => {
      end(await report(await generate(callOf(surroundings, flags)), flags, surroundings));
    });
}
