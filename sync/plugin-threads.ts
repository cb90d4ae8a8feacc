// Runs the plugins that this package brings in threads, which costs less than a process for each.
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { posix } from "node:path";
import { Worker } from "node:worker_threads";
import { bundledProgram } from "../core/installation.js";
import type { OwnPlugin } from "../core/own-plugins.js";
import { type MadeFile, madeFile } from "../core/plan.js";
import { trouble } from "../core/trouble.js";
import type { BufGenYaml } from "../core/workspace.js";

/** What a thread is asked for. */
export interface Task {
  readonly image: Uint8Array;
  /** The names of the protos to generate. */
  readonly protos: readonly string[];
  readonly plugins: readonly OwnPlugin[];
}

/** The files of each plugin, by their paths in its `out`; or why one of them refuses. */
export type Answer =
  | readonly (readonly (readonly [path: string, content: string])[])[]
  | { readonly refused: string };

/** A thread that was started before there was a task for it. */
let ready: Worker | undefined;

/** Whether plugins of this package run in threads: buf alone knows what managed mode makes of options. */
export function runsInThreads({ template }: BufGenYaml): boolean {
  return template.managed === undefined;
}

/**
 * Starts a thread for what those plugins will have to generate: that takes longer than they take for a few protos.
 */
export function prepareThread(gen: BufGenYaml, plugins: readonly OwnPlugin[] | undefined): void {
  if (ready !== undefined || plugins === undefined || !runsInThreads(gen)) return;
  const worker = new Worker(bundledProgram("plugin-worker"));
  ready = worker;
  // It keeps no process from ending. One that fails is forgotten: the next one tells why.
  worker.unref();
  worker.on("error", () => {});
  worker.on("exit", () => {
    if (ready === worker) ready = undefined;
  });
}

function takeThread(): Worker {
  const worker = ready ?? new Worker(bundledProgram("plugin-worker"));
  ready = undefined;
  worker.ref();
  return worker;
}

/**
 * What the plugins make of those tasks; `by` says what made it, for messages. Undefined where one refuses, and where
 * a file would be made twice: buf runs them then, and tells what it tells of any plugin. Throws trouble where the
 * signal stops it.
 */
export async function runInThreads(
  tasks: readonly (() => Task)[],
  by: string,
  signal: AbortSignal | undefined,
): Promise<MadeFile[] | undefined> {
  const waiting = [...tasks];
  const files = new Map<string, MadeFile>();
  let isDone = true;
  const work = async (): Promise<void> => {
    const worker = takeThread();
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const task = next();
        worker.postMessage(task);
        const [answer] = (await once(worker, "message", { signal })) as [Answer];
        isDone &&= add(answer, task.plugins, files, by);
        if (!isDone) return;
      }
    } finally {
      await worker.terminate();
    }
  };
  const threads = Math.min(availableParallelism(), tasks.length);
  const ended = await Promise.allSettled(Array.from({ length: threads }, work));
  if (signal?.aborted) throw trouble("STOPPED", {});
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return isDone ? [...files.values()] : undefined;
}

/** Adds the files of an answer; whether they are all, and none was there. */
function add(
  answer: Answer,
  plugins: readonly OwnPlugin[],
  files: Map<string, MadeFile>,
  by: string,
): boolean {
  if ("refused" in answer) return false;
  for (const [i, made] of answer.entries()) {
    const { out } = plugins[i] as OwnPlugin;
    for (const [name, content] of made) {
      const path = posix.join(out, name);
      if (files.has(path)) return false;
      files.set(path, madeFile(path, Buffer.from(content), by));
    }
  }
  return true;
}
