// One run at a time in a generated folder. The lock survives no process: that of a killed one is taken over.
import { mkdir, readFile, rename, rm, rmdir, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import lockfile from "proper-lockfile";
import { STATE_FOLDER } from "./plan.js";
import { errorCode, reason, trouble } from "./trouble.js";

/** How long a run waits for another, in milliseconds, before it gives up. */
const PATIENCE = 10 * 60_000;
const POLL = 50;
/** After how long without a sign of life a lock whose owner is unknown may be taken. */
const STALE = 15_000;

export interface Lock {
  /** Throws trouble where the lock was lost: while a run is suspended, another may take it over. */
  verify(): void;
  release(): Promise<void>;
}

/**
 * Waits until no other run is at work in that folder, and keeps others out until released.
 * `onWait` is told once who the other run is. Throws trouble where the folder cannot be written to
 * and where the other run does not end.
 */
export async function lock(
  root: string,
  folder: string,
  onWait: (owner: string) => void,
  signal?: AbortSignal,
): Promise<Lock> {
  const state = join(root, folder, STATE_FOLDER);
  const lockPath = join(state, "lock");
  const owner = join(state, "owner.json");
  let lost: Error | undefined;
  const options = {
    lockfilePath: lockPath,
    realpath: false,
    stale: STALE,
    onCompromised: (error: Error) => {
      lost = error;
    },
  };
  let told = false;
  for (const deadline = Date.now() + PATIENCE; ; await sleep(POLL)) {
    if (signal?.aborted) throw trouble("STOPPED", {});
    let release: () => Promise<void>;
    try {
      await mkdir(state, { recursive: true });
      release = await lockfile.lock(state, options);
    } catch (thrown) {
      if (errorCode(thrown) === "ENOENT") continue; // the other run removed the empty folder
      if (errorCode(thrown) !== "ELOCKED") {
        throw trouble(
          "GENERATED_UNUSABLE",
          { folder, why: whyUnusable(thrown) },
          { cause: thrown },
        );
      }
      const other = await readOwner(owner);
      if (other !== undefined && isDead(other)) await takeFrom(other, owner, lockPath);
      const name = other === undefined ? "unknown" : `process ${other.pid} on ${other.host}`;
      if (Date.now() > deadline) throw trouble("LOCKED", { folder, owner: name });
      if (!told && other !== undefined && !isDead(other)) {
        told = true;
        onWait(name);
      }
      continue;
    }
    await writeFile(owner, JSON.stringify({ pid: process.pid, host: hostname() }));
    const verify = (): void => {
      if (lost === undefined) return;
      throw trouble("LOCK_LOST", { folder, why: lost.message }, { cause: lost });
    };
    return {
      verify,
      async release() {
        verify();
        await rm(owner, { force: true });
        await release();
        await removeIfEmpty(state);
        await removeIfEmpty(join(root, folder));
      },
    };
  }
}

interface Owner {
  pid: number;
  host: string;
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Owner;
  } catch (thrown) {
    // Not there yet, or half written at this moment: the next look will tell.
    if (errorCode(thrown) === "ENOENT" || thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

function isDead(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (thrown) {
    return errorCode(thrown) === "ESRCH";
  }
}

/** Only who gets hold of the dead owner's file may remove its lock, so two never take it at once. */
async function takeFrom(dead: Owner, file: string, lockPath: string): Promise<void> {
  const taken = `${file}.${process.pid}`;
  try {
    await rename(file, taken);
  } catch (thrown) {
    if (errorCode(thrown) === "ENOENT") return;
    throw thrown;
  }
  const found = await readOwner(taken);
  if (found !== undefined && found.pid === dead.pid && found.host === dead.host) {
    await rm(lockPath, { recursive: true, force: true });
    await unlink(taken);
  } else {
    await rename(taken, file);
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((thrown: unknown) => {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT", "EBUSY"].includes(errorCode(thrown) ?? "")) throw thrown;
  });
}

function whyUnusable(thrown: unknown): string {
  switch (errorCode(thrown)) {
    case "EEXIST":
    case "ENOTDIR":
      return "it is a file, or a part of its path is";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "you may not write to it";
    default:
      return reason(thrown);
  }
}
