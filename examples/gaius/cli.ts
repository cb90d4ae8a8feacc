// gaius-cli: reads the command line, asks the engine, prints what it says or why it could not.
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Command, InvalidArgumentError, Option } from "commander";
import { GaiusService } from "#bindings/gaius/engine/v1";
import { COMMANDS } from "./commands.js";

/** An engine answers at once; a clean start waits for processes that were killed. */
const TIMEOUT_MS = 10_000;

interface Options {
  cmd: string;
  format: "text" | "json";
  address: string;
}

/** What went wrong. The exit code is 1 where the engine refused, and 2 where it was not asked. */
class CliError extends Error {
  constructor(
    readonly exitCode: 1 | 2,
    readonly code: string,
    message: string,
    readonly help: string,
  ) {
    super(message);
  }
}

const LIST = COMMANDS.map(
  ({ words, parameters, does }) => `  ${`${words} ${parameters}`.padEnd(34)}${does}`,
).join("\n");

const HELP = `
Commands:
${LIST}

Examples:
  gaius-cli --cmd "/gpu status" --format json | jq '.data.endpoints[] | {name, status}'
  gaius-cli --cmd "/endpoint stop chat --force"`;

/** Runs the command line and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("gaius-cli")
    .description("Asks a Gaius engine, and tells it what to do.")
    .requiredOption("--cmd <command>", "what to ask, see below")
    .addOption(new Option("--format <format>").choices(["text", "json"]).default("text"))
    .option("--address <host:port>", "where the engine listens", parseAddress, "127.0.0.1:50051")
    .addHelpText("after", HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  const { cmd, format, address } = program.parse(argv, { from: "user" }).opts<Options>();
  try {
    await ask(cmd, address, ({ data, text }) =>
      console.log(format === "json" ? JSON.stringify({ ok: true, data }) : text),
    );
    return 0;
  } catch (thrown) {
    const { exitCode, code, message, help } = explain(thrown, address);
    if (format === "json")
      console.log(JSON.stringify({ ok: false, error: { code, message, help } }));
    console.error(`error: ${message}${help && `\nhelp: ${help}`}`);
    return exitCode;
  }
}

async function ask(
  cmd: string,
  address: string,
  show: (shown: { data: unknown; text: string }) => void,
): Promise<void> {
  const { command, names, force } = parse(cmd);
  const client = createClient(
    GaiusService,
    createGrpcTransport({ baseUrl: `http://${address}`, defaultTimeoutMs: TIMEOUT_MS }),
  );
  for await (const shown of command.run(client, names, force)) show(shown);
}

function parseAddress(text: string): string {
  if (/^[^\s/@?#]+:\d{1,5}$/.test(text) && URL.canParse(`http://${text}`)) return text;
  throw new InvalidArgumentError("An address is a host and a port, such as 127.0.0.1:50051.");
}

function parse(cmd: string) {
  const refuse = (message: string): CliError =>
    new CliError(2, "BAD_COMMAND", message, `The commands are:\n${LIST}`);
  const words = cmd.split(/\s+/).filter((word) => word !== "");
  const first = words.slice(0, 2).join(" ");
  const command = COMMANDS.find((row) => row.words === first);
  if (command === undefined) throw refuse(`There is no command "${cmd}".`);
  const { parameters } = command;
  const names = words.slice(2).filter((word) => !word.startsWith("--"));
  const flags = words.slice(2).filter((word) => word.startsWith("--"));
  for (const flag of flags) {
    if (flag !== "--force" || !parameters.includes(flag))
      throw refuse(`"${first}" has no flag ${flag}.`);
  }
  if (parameters === "" && names.length > 0) throw refuse(`"${first}" takes no name.`);
  if (parameters.startsWith("NAME") && names.length !== 1)
    throw refuse(`"${first}" takes one name, not ${names.length}.`);
  return { command, names, force: flags.length > 0 };
}

function explain(thrown: unknown, address: string): CliError {
  if (thrown instanceof CliError) return thrown;
  if (!(thrown instanceof ConnectError)) throw thrown;
  const { rawMessage, cause } = thrown;
  // The name of the code as gRPC writes it: NotFound is NOT_FOUND.
  const code = Code[thrown.code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
  if (code === "UNAVAILABLE" && cause instanceof Error && "syscall" in cause) {
    return new CliError(
      2,
      code,
      `No engine listens on ${address} (${cause.message}).`,
      'Start it with "just restart-clean", which names its log. An import error in the log means that an export is missing from the bindings: run "just proto-generate".',
    );
  }
  const confused = cause instanceof Error && "code" in cause && /^ERR_HTTP2/.test(`${cause.code}`);
  if (confused || code === "UNIMPLEMENTED") {
    return new CliError(
      2,
      code,
      `What listens on ${address} is no Gaius engine that knows this call (${rawMessage}).`,
      "Look which program has that port, or name the engine's with --address.",
    );
  }
  if (code === "DEADLINE_EXCEEDED")
    return new CliError(2, code, `${address} did not answer within ${TIMEOUT_MS / 1_000} s.`, "");
  return new CliError(1, code, rawMessage, "");
}
