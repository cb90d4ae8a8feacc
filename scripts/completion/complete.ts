// What can come next on a command line of lockstep, told from the commands themselves.
import type { Argument, Command, Option } from "commander";
import { valuesOf } from "./values.js";

/** A word that the shell may offer, and what it means. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** Words to offer, or the word that a file name goes behind: `sarif:` in `sarif:rep`, often nothing. */
export type Completion =
  | { readonly candidates: readonly Candidate[] }
  | { readonly filesBehind: string };

/**
 * What completes the last of the words, which follow the program's name; the last may be empty. Where a command takes
 * no operand, its flags are offered.
 */
export async function complete(program: Command, words: readonly string[]): Promise<Completion> {
  const { command, awaiting, operands } = readWords(program, words.slice(0, -1));
  const word = words.at(-1) ?? "";
  if (awaiting !== undefined) return startingWith(word, await valuesOf(awaiting, word, program));
  const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  const assigned = flag === undefined ? undefined : findOption(command, flag);
  if (assigned !== undefined && value !== undefined) {
    const completed = startingWith(value, await valuesOf(assigned, value, program));
    return behind(`${flag}=`, completed);
  }
  if (word.startsWith("-")) return startingWith(word, { candidates: flagsOf(command) });
  const argument = argumentOf(command, operands);
  if (argument !== undefined) return startingWith(word, await valuesOf(argument, word, program));
  if (command.registeredArguments.length > 0 || operands > 0) return { candidates: [] };
  const below = commandsOf(command);
  return startingWith(word, { candidates: below.length > 0 ? below : flagsOf(command) });
}

/** Which command the words lead to, the option whose value comes next, and how many operands there are. */
function readWords(
  program: Command,
  words: readonly string[],
): { command: Command; awaiting: Option | undefined; operands: number } {
  let command = program;
  let awaiting: Option | undefined;
  let operands = 0;
  for (const word of words) {
    if (awaiting !== undefined) {
      awaiting = undefined;
    } else if (word.startsWith("-")) {
      const option = findOption(command, word);
      if (option?.required === true) awaiting = option;
    } else {
      const next = command.commands.find((one) => one.name() === word);
      if (next === undefined) operands++;
      else command = next;
    }
  }
  return { command, awaiting, operands };
}

function findOption(command: Command, word: string): Option | undefined {
  return command.options.find(({ long, short }) => word === long || word === short);
}

/** The argument that the next operand is, where the command takes one. */
function argumentOf({ registeredArguments: taken }: Command, before: number): Argument | undefined {
  return taken[before] ?? (taken.at(-1)?.variadic === true ? taken.at(-1) : undefined);
}

/** The commands below this one, as `--help` lists them. */
export function commandsOf(command: Command): Candidate[] {
  const shown = command.createHelp().visibleCommands(command);
  return shown.map((one) => ({ value: one.name(), about: one.description() }));
}

function flagsOf(command: Command): Candidate[] {
  const shown = command.createHelp().visibleOptions(command);
  return shown.flatMap(({ long, description }) =>
    long == null ? [] : [{ value: long, about: description }],
  );
}

function startingWith(word: string, completion: Completion): Completion {
  if ("filesBehind" in completion) return completion;
  return { candidates: completion.candidates.filter(({ value }) => value.startsWith(word)) };
}

function behind(text: string, completion: Completion): Completion {
  if ("filesBehind" in completion) return { filesBehind: text + completion.filesBehind };
  return { candidates: completion.candidates.map((one) => ({ ...one, value: text + one.value })) };
}
