// The engine as a program: in the foreground, or restarted from nothing in the background.
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { startInBackground, stopEngine, writePid } from "../background.js";
import { readConfiguration } from "../configuration.js";
import { startEngine } from "../engine.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface Options {
  port: number;
  config: string;
  run: string;
  cleanStart?: true;
}

const program = new Command("gaius")
  .description("An inference engine that runs stand-ins for models, with a gRPC API.")
  .option("--port <number>", "port of the API on 127.0.0.1; 0 takes a free one", parsePort, 50051)
  .option("--config <file>", "its GPUs and endpoints", here("../../gaius/gaius.yaml"))
  .option("--run <folder>", "for process ids and logs", here("../run"));

program
  .command("serve", { isDefault: true })
  .description("run in the foreground, until Ctrl-C")
  .option("--clean-start", "start all endpoints")
  .action(async (_, command: Command) => serve(command.optsWithGlobals()));

program
  .command("stop")
  .description("stop the engine of that port")
  .action(async (_, command: Command) => {
    const { run, port } = command.optsWithGlobals<Options>();
    const pid = await stopEngine(run, port);
    console.log(pid === undefined ? "No engine runs." : `Stopped (process ${pid}).`);
  });

program
  .command("restart-clean")
  .description("stop the engine, start it anew in the background, start all endpoints")
  .action(async (_, command: Command) => {
    const { run, port, config } = command.optsWithGlobals<Options>();
    const stopped = await stopEngine(run, port);
    if (stopped !== undefined) console.log(`Stopped (process ${stopped}).`);
    const args = ["--port", `${port}`, "--config", config, "--run", run, "serve", "--clean-start"];
    const { pid, log } = await startInBackground(run, here("gaius.js"), port, args);
    console.log(`Gaius listens on 127.0.0.1:${port} (process ${pid}). Its log: ${log}`);
  });

async function serve({ port, config, run, cleanStart }: Options): Promise<void> {
  const engine = await startEngine({
    configuration: readConfiguration(config),
    port,
    program: here("endpoint.js"),
  });
  const { controller } = engine;
  controller.on("change", ({ endpoint, previous }) => {
    const { configuration, status, statusTime, statusMessage } = endpoint;
    const change = `${configuration.name}: ${previous} -> ${status}`;
    console.log(`${statusTime.toISOString()} ${change} ${statusMessage}`.trimEnd());
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Once: a second Ctrl-C ends it at once, and its endpoints with it.
    process.once(signal, () => void engine.close().then(() => process.exit(0), fail));
  }
  writePid(run, engine.port);
  console.log(`Gaius listens on 127.0.0.1:${engine.port}`);
  if (cleanStart) {
    await controller.cleanStart(
      controller.endpoints().map(({ configuration }) => configuration.name),
    );
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535.");
}

function fail(thrown: unknown): void {
  const { code, message, port } = thrown as NodeJS.ErrnoException & { port?: number };
  console.error(`error: ${message}`);
  if (code === "EADDRINUSE") {
    console.error(
      `help: Something listens on port ${port} already. If it is an engine, "just gaius stop" stops it; else choose another --port.`,
    );
  }
  process.exit(2);
}

await program.parseAsync().catch(fail);
