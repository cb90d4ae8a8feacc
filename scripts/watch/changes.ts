// Changes on the disk, gathered until no more come: an editor's save is several, and a switch of branches many.
import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import Watchpack from "watchpack";
import { isUnread, type Places } from "./places.js";

/**
 * How long nothing has to change before the changes count as one, in milliseconds. Many an editor empties a
 * file before it writes it anew, and an empty proto compiles.
 */
const QUIET = 100;
/** How long a change waits at most, in milliseconds: a log may grow without an end, and git leave a lock behind. */
const LONGEST = 2_000;

export class Changes {
  #places: Places | undefined;
  #pack: InstanceType<typeof Watchpack> | undefined;
  #paths = new Set<string>();
  #first = 0;
  #timer: NodeJS.Timeout | undefined;
  #isReady = false;
  #wake: (() => void) | undefined;

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener("abort", () => this.#wake?.(), { once: true });
  }

  /** Looks at those places from now on. What changed there after `since`, in milliseconds of the epoch, counts. */
  watch(places: Places, since: number): void {
    if (this.signal.aborted || isDeepStrictEqual(places, this.#places)) return;
    const { root, named } = places;
    const before = this.#pack;
    this.#places = places;
    this.#pack = new Watchpack({ ignored: (path: string) => isUnread(places, path) });
    this.#pack.on("change", (path) => this.#add(path));
    this.#pack.on("remove", (path) => this.#add(path));
    this.#pack.watch({
      files: named.files,
      directories: [root, ...named.folders],
      missing: named.missing,
      startTime: since,
    });
    before?.close();
  }

  /** The paths that have changed, once there are some and no more come; none where the signal is aborted. */
  async next(): Promise<readonly string[]> {
    while (!this.#isReady && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.signal.aborted) return [];
    const paths = [...this.#paths];
    this.#paths.clear();
    this.#isReady = false;
    return paths;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#pack?.close();
  }

  #add(path: string): void {
    if (this.#paths.size === 0) this.#first = Date.now();
    this.#paths.add(path);
    this.#isReady = false;
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const left = this.#first + LONGEST - Date.now();
    this.#timer = setTimeout(() => this.#settle(), Math.max(0, Math.min(QUIET, left)));
  }

  #settle(): void {
    const busy = this.#places?.git?.busy;
    if (busy !== undefined && Date.now() < this.#first + LONGEST && existsSync(busy)) {
      this.#arm();
      return;
    }
    this.#isReady = true;
    this.#wake?.();
  }
}

/** Passes on what Watchpack cannot watch: it has no other way to say so than to print. Returns how to end that. */
export function divertWarnings(warn: (text: string) => void): () => void {
  const before = console.error;
  console.error = (told: unknown) => warn(warningOf(String(told)));
  return () => {
    console.error = before;
  };
}

function warningOf(told: string): string {
  const [said = ""] = told.replace(/^Watchpack Error \([\w ]+\): (Error: )?/, "").split("\n");
  if (!/^(ENOSPC|EMFILE)/.test(said)) return `warning: ${said}\n`;
  const limit = said.startsWith("EMFILE") ? "max_user_instances" : "max_user_watches";
  return [
    `warning: The system watches no more folders (${said}). Those that are left are looked at every five seconds.\n`,
    `  help: Raise its limit. On Linux: sudo sysctl fs.inotify.${limit}=N, beyond what it is now\n`,
  ].join("");
}
