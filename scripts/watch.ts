// lockstep watch: generate, and again after every change of something that a run reads.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Trouble } from "../core/trouble.js";
import { workspaceRoot } from "../core/workspace.js";
import type { Call, Outcome } from "./pipeline.js";
import { Changes, divertWarnings } from "./watch/changes.js";
import { type Places, placesOf, readAmong } from "./watch/places.js";

export interface Rounds {
  /** Generates and shows what came of it. `changed` has the absolute paths that are why; none the first time. */
  run(changed: readonly string[], root: string): Promise<Outcome>;
  /** Tells what lessens all rounds: folders that cannot be watched. */
  warn(text: string): void;
}

/**
 * Runs a round, and another one after changes, until the signal ends it. What changes during a round is for
 * the next. Throws trouble where there is no workspace to begin with; later, and where it is only broken, a
 * round tells.
 */
export async function watch(call: Call & { signal: AbortSignal }, rounds: Rounds): Promise<void> {
  const { signal } = call;
  const root = await workspaceRoot(call.cwd);
  const changes = new Changes(signal);
  const restore = divertWarnings((text) => rounds.warn(text));
  try {
    for (let changed: readonly string[] = []; !signal.aborted; ) {
      const since = Date.now();
      const look = async (): Promise<Places> => {
        const places = await placesOf(root, call);
        changes.watch(places, since);
        return places;
      };
      const [looked, rounded] = await Promise.allSettled([look(), rounds.run(changed, root)]);
      // Both have ended, whatever came of them: nothing of a round goes on behind its end.
      if (looked.status === "rejected") throw looked.reason;
      if (rounded.status === "rejected") throw rounded.reason;
      const places = looked.value;
      const { edited = [] } = rounded.value;
      const own = new Map(edited.map(({ path, after }) => [join(root, path), after]));
      do {
        const others = await withoutOwn(await changes.next(), own);
        changed = await readAmong(others, places, call);
      } while (changed.length === 0 && !signal.aborted);
    }
  } catch (thrown) {
    const isEnd = signal.aborted && thrown instanceof Trouble && thrown.code === "STOPPED";
    if (!isEnd) throw thrown;
  } finally {
    changes.close();
    restore();
  }
}

/** The paths without those at which still stands what the run itself wrote. */
async function withoutOwn(
  paths: readonly string[],
  own: ReadonlyMap<string, string>,
): Promise<string[]> {
  const others: string[] = [];
  for (const path of paths) {
    const wrote = own.get(path);
    // Where it cannot be read, it is not what was written, and the round tells why.
    const now = wrote === undefined ? undefined : await readFile(path, "utf8").catch(() => null);
    if (wrote === undefined || now !== wrote) others.push(path);
  }
  return others;
}
