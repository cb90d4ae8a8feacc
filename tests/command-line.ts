// The command line itself, for tests of what it says of its commands.
import type { Command } from "commander";
import { programOf } from "../scripts/run.js";

/** The command line, with nothing behind it. */
export function program(): Command {
  const nowhere = { write: () => true };
  return programOf(
    { argv: [], cwd: process.cwd(), env: {}, stdout: nowhere, stderr: nowhere },
    () => {},
  );
}

/** A command and all below it, but those that no help shows. */
export function commandsIn(command: Command): Command[] {
  const shown = command.createHelp().visibleCommands(command);
  // Commander's own `help` of a command is in no list of commands.
  return [command, ...shown.filter((one) => command.commands.includes(one)).flatMap(commandsIn)];
}

/** The words that a person types for a command, after the program's name. */
export function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}
