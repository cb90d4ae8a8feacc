// Files that git has, and that are laid out in a folder once somebody is about to read them.
import type { Stored } from "./git-submodules.js";

export class PendingFiles {
  readonly #left: Map<string, Stored>;
  #last: Promise<void> = Promise.resolve();
  /** What the next round is to lay out; undefined where none was asked for. */
  #asked: Set<string> | undefined;

  /** The files by their paths, and what lays out those that it is given. */
  constructor(
    private readonly files: ReadonlyMap<string, Stored>,
    private readonly layOut: (files: ReadonlyMap<string, Stored>) => Promise<void>,
  ) {
    this.#left = new Map(files);
  }

  /** git's id of the content of the file at that path; undefined where it is none of them. */
  id(path: string): string | undefined {
    return this.files.get(path)?.id;
  }

  /** Has those of the files on the disk; without `paths`, all of them. */
  async lay(paths: Iterable<string> = this.#left.keys()): Promise<void> {
    const wanted = [...paths].filter((path) => this.#left.has(path));
    if (wanted.length === 0) return;
    if (this.#asked === undefined) {
      // What is asked for while others are laid out comes in one round after them, and no file comes twice.
      const asked = new Set<string>();
      this.#asked = asked;
      this.#last = this.#last.then(() => {
        this.#asked = undefined;
        return this.#round(asked);
      });
    }
    for (const path of wanted) this.#asked.add(path);
    await this.#last;
  }

  async #round(asked: ReadonlySet<string>): Promise<void> {
    const files = new Map([...asked].flatMap((path) => this.#leftAt(path)));
    await this.layOut(files);
    for (const path of files.keys()) this.#left.delete(path);
  }

  #leftAt(path: string): [string, Stored][] {
    const file = this.#left.get(path);
    return file === undefined ? [] : [[path, file]];
  }
}

/** Where all that is read lies on the disk. */
export const NOTHING_PENDING = new PendingFiles(new Map(), async () => {});
