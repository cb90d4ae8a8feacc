// The command line of `lockstep rules`.
import { type Command, Option } from "commander";
import { DEFAULT_OUTPUTS } from "../outputs.js";
import { callOf, command, examples, type Flags, hasColor, type Surroundings } from "./command.js";

const FORMATS = ["text", "json", "markdown"] as const;

/** Adds the command to the program. */
export function rulesCommand(program: Command, surroundings: Surroundings): void {
  const { env, stdout } = surroundings;
  command(
    program,
    "rules",
    "rules",
    new Option("--format <format>", "how to list them").choices(FORMATS).default("text"),
  )
    .description("List every rule: what it finds, its severity here, and what puts it right.")
    .addHelpText(
      "after",
      examples([
        "lockstep rules",
        "lockstep rules --format markdown",
        "lockstep rules --format json | jq '.rules[] | select(.fixedBy) | .id'",
      ]),
    )
    .action(async (flags: Omit<Flags, "format"> & { format: (typeof FORMATS)[number] }) => {
      const { rules } = await import("../rules.js");
      const call = callOf(surroundings, { ...flags, format: DEFAULT_OUTPUTS });
      stdout.write(await rules(call, flags.format, hasColor(flags, env, stdout)));
    });
}
