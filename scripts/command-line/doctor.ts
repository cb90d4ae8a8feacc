// The command line of `lockstep doctor`.
import { type Command, InvalidArgumentError, Option } from "commander";
import { silent } from "../../core/report/progress.js";
import { troubleText } from "../../core/report/trouble.js";
import { DEFAULT_OUTPUTS } from "../outputs.js";
import {
  callOf,
  command,
  type End,
  examples,
  type Flags,
  hasColor,
  type Surroundings,
} from "./command.js";

/** Adds the command to the program. */
export function doctorCommand(program: Command, surroundings: Surroundings, end: End): void {
  const { stdout, stderr } = surroundings;
  command(
    program,
    "doctor",
    "doctor",
    new Option("--format <format>", "how to report").choices(["text", "json"]).default("text"),
  )
    .description("Look for what commonly goes wrong: symptom, cause and remedy. Writes nothing.")
    .option(
      "--port <port>",
      "also see whether a server listens on that port of 127.0.0.1; may be repeated",
      addPort,
    )
    .addHelpText(
      "after",
      `\nIt looks at Node, the packages, git, the configuration, the protos, the plugins, what is generated, and\nthe code that uses it. The exit code is 1 where something is wrong.\n${examples(
        ["lockstep doctor", "lockstep doctor --port 50051", "lockstep doctor --format json"],
      )}`,
    )
    .action(async (flags: Omit<Flags, "format"> & { format: "text" | "json"; port?: number[] }) => {
      const { doctor } = await import("../doctor.js");
      const { doctorJson, doctorText } = await import("../doctor/report.js");
      const call = {
        ...callOf(surroundings, { ...flags, format: DEFAULT_OUTPUTS }),
        watcher: silent,
      };
      const { examined, troubles } = await doctor(call, { ports: flags.port ?? [] });
      const color = hasColor(flags, surroundings.env, stdout);
      stdout.write(flags.format === "json" ? doctorJson(examined) : doctorText(examined, color));
      for (const one of troubles) stderr.write(troubleText(one));
      end(troubles.length > 0 ? 2 : examined.ok ? 0 : 1);
    });
}

function addPort(word: string, before: readonly number[] = []): number[] {
  const port = Number(word);
  if (/^\d+$/.test(word) && port >= 1 && port <= 65535) return [...before, port];
  throw new InvalidArgumentError("A port is a number from 1 to 65535.");
}
