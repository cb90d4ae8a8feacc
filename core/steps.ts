// The steps of a run, with the time that each took.

export interface Step {
  readonly name: string;
  /** Wall time in milliseconds; 0 for a step that was skipped. */
  readonly ms: number;
  readonly summary: string;
}

/** Who wants to see the steps as they happen. */
export interface Watcher {
  started(name: string): void;
  ended(step: Step): void;
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

  /** Runs a step; `summarize` says what came out of it. A step that throws is not among those done. */
  async run<T>(name: string, work: () => Promise<T>, summarize: (result: T) => string): Promise<T> {
    const place = this.#steps.push(undefined) - 1;
    const start = performance.now();
    this.watcher.started(name);
    const result = await work();
    this.#end(place, {
      name,
      ms: Math.round(performance.now() - start),
      summary: summarize(result),
    });
    return result;
  }

  /** Records a step that was not run, and why. */
  skip(name: string, why: string): void {
    this.#end(this.#steps.push(undefined) - 1, { name, ms: 0, summary: `skipped: ${why}` });
  }

  note(text: string): void {
    this.watcher.note(text);
  }

  #end(place: number, step: Step): void {
    this.#steps[place] = step;
    this.watcher.ended(step);
  }
}
