// What can stand for a value on the command line: by its choices, or by what --help calls it.
import { Argument, type Command, type Option } from "commander";
import { FORMATS } from "../../core/report/report.js";
import { type Candidate, type Completion, commandsOf } from "./complete.js";

const FILES: Completion = { filesBehind: "" };

/** By what `--help` calls the value. What is loaded only here keeps other completions fast. */
const VALUES: Readonly<Record<string, (word: string, program: Command) => Promise<Completion>>> = {
  file: async () => FILES,
  folder: async () => FILES,
  baseline: async () => FILES,
  command: async (_, program) => ({ candidates: commandsOf(program) }),
  port: async () => ({ candidates: [] }),
  "format[:file]": async (word) => {
    const [format] = word.split(":");
    return word.includes(":") ? { filesBehind: `${format}:` } : { candidates: plain(FORMATS) };
  },
  names: async (word) => {
    const { CHECK_NAMES } = await import("../check.js");
    const before = word.slice(0, word.lastIndexOf(",") + 1);
    const rest = CHECK_NAMES.filter((name) => !before.split(",").includes(name));
    return { candidates: plain(rest.map((name) => before + name)) };
  },
  rule: async () => {
    const { RULES } = await import("../../checks/table.js");
    return { candidates: RULES.map(({ id, finds }) => ({ value: id, about: finds })) };
  },
};

/** The values that an option or an argument takes. */
export async function valuesOf(
  of: Option | Argument,
  word: string,
  program: Command,
): Promise<Completion> {
  if (of.argChoices !== undefined) return { candidates: plain(of.argChoices) };
  return (await VALUES[nameOf(of)]?.(word, program)) ?? { candidates: [] };
}

/** Whether it is known what completes it; where it is not, nothing is offered. */
export function isKnown(of: Option | Argument): boolean {
  return of.argChoices !== undefined || nameOf(of) in VALUES;
}

/** What `--help` calls the value: "file" in `--config <file>`. */
function nameOf(of: Option | Argument): string {
  return of instanceof Argument ? of.name() : (/[<[](.+)[>\]]$/.exec(of.flags)?.[1] ?? "");
}

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, about: "" }));
}
