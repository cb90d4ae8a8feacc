// The command line of `lockstep help`: the same as --help behind a command.
import type { Command } from "commander";
import { suggestion } from "../../core/nearest.js";
import { trouble } from "../../core/trouble.js";
import { commandsOf } from "../completion/complete.js";
import { examples } from "./command.js";

/** Adds the command to the program. */
export function helpCommand(program: Command): void {
  program
    .command("help")
    .argument("[command...]", "the command, such as check or hook install")
    .description("Show the help of a command.")
    .addHelpText("after", examples(["lockstep help check", "lockstep help hook install"]))
    .action((names: readonly string[]) => {
      let command = program;
      for (const name of names) {
        const below = commandsOf(command).map(({ value }) => value);
        const next = command.commands.find((one) => one.name() === name && below.includes(name));
        if (next === undefined) {
          throw trouble("BAD_FLAG", {
            message: `There is no command "${name}"${command === program ? "" : ` of ${command.name()}`}. ${suggestion(name, below)}`,
          });
        }
        command = next;
      }
      command.outputHelp();
    });
}
