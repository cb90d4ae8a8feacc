// The text of the workspace's files, each read once, for the lines that findings show.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NOTHING_PENDING } from "./pending-files.js";
import { linesOf } from "./position.js";
import { errorCode } from "./trouble.js";

export class Sources {
  readonly #lines = new Map<string, Promise<readonly string[]>>();
  readonly #texts = new Map<string, Promise<string | undefined>>();

  /** Files in `changed` have that text instead of the one on the disk; those in `pending` come there first. */
  constructor(
    readonly root: string,
    changed: ReadonlyMap<string, string> = new Map(),
    private readonly pending = NOTHING_PENDING,
  ) {
    for (const [path, text] of changed) this.#texts.set(path, Promise.resolve(text));
  }

  /** The paths of all files that were read. */
  paths(): Iterable<string> {
    return this.#texts.keys();
  }

  /** The text of the file at that path in the workspace; undefined where there is none. */
  read(path: string): Promise<string | undefined> {
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    const text = this.#readNow(path);
    this.#texts.set(path, text);
    return text;
  }

  async #readNow(path: string): Promise<string | undefined> {
    await this.pending.lay([path]);
    return readFile(join(this.root, path), "utf8").catch((thrown: unknown) => {
      if (["ENOENT", "EISDIR", "ENOTDIR"].includes(errorCode(thrown) ?? "")) return undefined;
      throw thrown;
    });
  }

  /** The lines of that file, as `linesOf` has them; none where there is no such file. */
  lines(path: string): Promise<readonly string[]> {
    const known = this.#lines.get(path);
    if (known !== undefined) return known;
    const lines = this.read(path).then((text) => (text === undefined ? [] : linesOf(text)));
    this.#lines.set(path, lines);
    return lines;
  }
}
