// The navarch command line: parses it, runs the command, shows its answer, returns the exit code.
import { ConnectError } from "@connectrpc/connect";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { CliError, refusal } from "./cli-error.js";
import {
  type Answer,
  bringUp,
  COMMAND_NAMES,
  issueCommand,
  listNodes,
  STATUS_NAMES,
  showNode,
  showStatus,
  takeDown,
} from "./commands.js";
import type { ClusterFlags, ControlPlaneFlags, Programs } from "./lifecycle.js";
import { INSTANCE_TYPES } from "./simulated-gpus.js";

export interface Surroundings {
  readonly argv: readonly string[];
  readonly programs: Programs;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

interface Flags {
  readonly folder: string;
  readonly format: "text" | "json";
}

/** Runs the command. 0: done; 1: the control plane refused it; 2: it could not be done. */
export async function run({ argv, programs, stdout, stderr }: Surroundings): Promise<number> {
  let exitCode = 0;
  const answer = async ({ folder, format }: Flags, asked: Promise<Answer>): Promise<void> => {
    try {
      const { data, text } = await asked;
      stdout.write(format === "json" ? jsonOf({ ok: true, data }) : text);
    } catch (thrown) {
      const error = thrown instanceof ConnectError ? await refusal(thrown, folder) : thrown;
      if (!(error instanceof CliError)) throw error;
      const { code, message, help } = error;
      if (format === "json") stdout.write(jsonOf({ ok: false, error: { code, message, help } }));
      stderr.write(`error: ${message}\n${help === "" ? "" : `  help: ${help}\n`}`);
      exitCode = error.exitCode;
    }
  };
  const program = new Command("navarch")
    .description("A fleet of GPU nodes and its control plane.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    });
  define(program, programs, answer);
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

function define(
  program: Command,
  programs: Programs,
  answer: (flags: Flags, asked: Promise<Answer>) => Promise<void>,
): void {
  const command = (usage: string, does: string): Command =>
    program
      .command(usage)
      .description(does)
      .option("--folder <folder>", "where the control plane keeps its fleet", ".navarch")
      .addOption(
        new Option("--format <format>", "how to answer").choices(["text", "json"]).default("text"),
      )
      .allowExcessArguments(false);

  command("up", "start a control plane and a cluster of local nodes, unless they run")
    .option("--name <name>", "the cluster's name", "local")
    .option("--nodes <count>", "how many nodes (default: 2)", wholeNumber)
    .option("--region <region>", "where they are (default: here)")
    .option("--zone <zone>", "where in the region (default: none)")
    .option("--instance-type <type>", `one of ${INSTANCE_TYPES.join(", ")} (default: local.2gpu)`)
    .option("--port <port>", "the control plane's (default: 50061); 0 is a free one", wholeNumber)
    .option(
      "--interval <seconds>",
      "from one heartbeat, check and poll to the next (default: 2)",
      seconds,
    )
    .option(
      "--silence <seconds>",
      "without a heartbeat make a node unhealthy (default: 10)",
      seconds,
    )
    .action((flags: Flags & ControlPlaneFlags & ClusterFlags) =>
      answer(flags, bringUp(flags.folder, flags, programs)),
    );
  command("status", "show the fleet and its nodes").action((flags: Flags) =>
    answer(flags, showStatus(flags.folder)),
  );
  command("nodes", "list nodes")
    .option("--provider <provider>", "only that provider's")
    .option("--region <region>", "only those in that region")
    .addOption(new Option("--status <status>", "only those in that status").choices(STATUS_NAMES))
    .action((flags: Flags & { provider?: string; region?: string; status?: string }) =>
      answer(flags, listNodes(flags.folder, flags)),
    );
  command("node <id>", "show one node").action((id: string, flags: Flags) =>
    answer(flags, showNode(flags.folder, id)),
  );
  command("command <node> <command> [parameters...]", `tell a node to ${COMMAND_NAMES.join(", ")}`)
    .addHelpText("after", "\nA parameter is written as key=value, such as check=xid.")
    .action((id: string, name: string, parameters: string[], flags: Flags) =>
      answer(flags, issueCommand(flags.folder, id, name, parameters)),
    );
  command("down", "take every cluster down and stop the control plane").action((flags: Flags) =>
    answer(flags, takeDown(flags.folder, programs)),
  );
}

function wholeNumber(word: string): number {
  if (!/^\d{1,9}$/.test(word)) throw new InvalidArgumentError("It has to be a whole number.");
  return Number(word);
}

function seconds(word: string): number {
  const value = Number(word);
  if (!(value >= 0.05 && value <= 86_400))
    throw new InvalidArgumentError("It has to be from 0.05 to 86400.");
  return value;
}

function jsonOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
