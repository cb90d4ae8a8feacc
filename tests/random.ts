// Numbers that look random and are the same for the same seed, so that a failure can be repeated.
import fc from "fast-check";

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** A number in [0, 1) (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error("There is nothing to pick from.");
    return from[this.between(0, from.length - 1)] as T;
  }

  shuffled<T>(from: readonly T[]): T[] {
    const left = [...from];
    return from.map(() => left.splice(this.between(0, left.length - 1), 1)[0] as T);
  }
}

/** A longer sequence takes too long to shrink. */
const LONGEST = 20;
/** How long an edit takes at most, with all that is compared after it, in milliseconds. */
const PATIENCE = 60_000;

/** How long a test of so many edits may take, in milliseconds, with the time to shrink what fails. */
export function timeFor(edits: number): number {
  return 3 * (edits + 1) * PATIENCE;
}

/**
 * Holds where `check` holds after so many random edits, in sequences that are each made by a seed for what there
 * is at first and one for each edit. A sequence that fails is reported without the edits that it fails without.
 */
export async function expectAfterEdits(
  seed: number,
  edits: number,
  check: (first: Random, edits: readonly Random[]) => Promise<void>,
): Promise<void> {
  const any = fc.noShrink(fc.nat());
  // An edit shrinks to none, and the others draw what they drew before.
  const edit = fc.option(any, { freq: 1_000_000 });
  const length = Math.min(edits, LONGEST);
  const sequence = fc.array(edit, { minLength: length, maxLength: length });
  const property = fc.asyncProperty(any, sequence, (first, all) =>
    check(
      new Random(first),
      all.flatMap((one) => (one === null ? [] : [new Random(one)])),
    ),
  );
  await fc.assert(property, {
    seed,
    numRuns: Math.ceil(edits / length),
    // What is the smallest until then is reported.
    interruptAfterTimeLimit: timeFor(edits) / 2,
    markInterruptAsFailure: true,
  });
}
