// What the navarch command could not do, in words for whoever typed it.
import { Code, type ConnectError } from "@connectrpc/connect";
import { processesWith } from "./processes.js";
import { lastRunning, logOf, markOf } from "./running.js";

export class CliError extends Error {
  override readonly name = "CliError";
  /** What to do about it. */
  readonly help: string;
  /** 1 where the control plane refused, 2 where it could not be asked. */
  readonly exitCode: number;

  constructor(
    readonly code: string,
    message: string,
    about: { help?: string; exitCode?: 1 | 2; cause?: unknown } = {},
  ) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause });
    this.help = about.help ?? "";
    this.exitCode = about.exitCode ?? 2;
  }
}

/** What a call fails with that is not answered: nobody listens, it takes too long, or the connection ends. */
const UNANSWERED = [Code.Unavailable, Code.DeadlineExceeded, Code.Canceled, Code.Aborted];

/** The error for a call to the folder's control plane that failed. */
export async function refusal(failed: ConnectError, folder: string): Promise<CliError> {
  const { code, rawMessage } = failed;
  const running = lastRunning(folder);
  const unanswered = UNANSWERED.includes(code);
  if (!unanswered || running === undefined) {
    // As gRPC writes it: NOT_FOUND.
    const name = Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
    return new CliError(name, rawMessage, { exitCode: 1, cause: failed });
  }
  const { pid, port } = running;
  const hangs = (await processesWith(markOf(folder))).includes(pid);
  return new CliError(
    "CONTROL_PLANE_UNREACHABLE",
    `No control plane on 127.0.0.1:${port}: process ${pid} ${hangs ? "runs, but does not answer" : "is gone"}.`,
    {
      help: `Look at ${logOf(folder)}. ${hangs ? `After "kill -9 ${pid}", "navarch up"` : '"navarch up"'} starts it again; what it knew is on disk.`,
      cause: failed,
    },
  );
}
