// The steps of a run, with the time that each took.

export interface Step {
  readonly name: string;
  /** Wall time in milliseconds; 0 for a step that was skipped. */
  readonly ms: number;
  readonly summary: string;
}

/** How a step ended: well, with something wrong, or not run at all. */
export type Mark = "done" | "wrong" | "skipped";

/** Who wants to see the steps as they happen. */
export interface Watcher {
  started(name: string): void;
  ended(step: Step, mark: Mark): void;
  /** Something to tell while a step is under way. */
  note(text: string): void;
}

/** Runs steps, side by side where the caller does, and keeps them in the order of their starts. */
export class Steps {
  readonly #steps: (Step | undefined)[] = [];

  constructor(private readonly watcher: Watcher) {}

  /** The steps that have ended, in the order in which they started. */
  get done(): Step[] {
    return this.#steps.filter((step) => step !== undefined);
  }

  /**
   * Runs a step; `summarize` says what came out of it, and `isWrong` whether that is something wrong.
   * Throws what the work throws.
   */
  async run<T>(
    name: string,
    work: () => Promise<T>,
    summarize: (result: T) => string,
    isWrong: (result: T) => boolean = () => false,
  ): Promise<T> {
    const place = this.#steps.push(undefined) - 1;
    const start = performance.now();
    const end = (summary: string, mark: Mark): void =>
      this.#end(place, { name, ms: Math.round(performance.now() - start), summary }, mark);
    this.watcher.started(name);
    let result: T;
    try {
      result = await work();
    } catch (thrown) {
      end("could not be done", "wrong");
      throw thrown;
    }
    end(summarize(result), isWrong(result) ? "wrong" : "done");
    return result;
  }

  /** Records a step that was not run, and why. */
  skip(name: string, why: string): void {
    const place = this.#steps.push(undefined) - 1;
    this.#end(place, { name, ms: 0, summary: `skipped: ${why}` }, "skipped");
  }

  note(text: string): void {
    this.watcher.note(text);
  }

  #end(place: number, step: Step, mark: Mark): void {
    this.#steps[place] = step;
    this.watcher.ended(step, mark);
  }
}
