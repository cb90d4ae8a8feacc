// The command line of `lockstep generate`.
import type { Command } from "commander";
import type { Call, Outcome } from "../pipeline.js";
import { remembered } from "../remember.js";
import {
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
export function generateCommand(program: Command, surroundings: Surroundings, end: End): void {
  command(program, "generate")
    .description("Check the protos and bring everything generated from them in step.")
    .addOption(cacheFlag())
    .addHelpText("after", examples(["lockstep generate", "lockstep generate --cwd schemas"]))
    .action(async (flags: Flags) => {
      const run = async (call: Call): Promise<Outcome> =>
        (await import("../generate.js")).generate(call);
      const known = { name: "generate", generates: true };
      const outcome = remembered(callOf(surroundings, flags), known, run);
      end(await report(await troubled(outcome), flags, surroundings));
    });
}
