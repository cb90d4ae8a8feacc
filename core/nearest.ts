// The nearest valid word to one that was mistyped.
import { closest, distance } from "fastest-levenshtein";

/** The candidate that the word was probably meant to be, or undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const best = closest(
    word.toLowerCase(),
    candidates.map((c) => c.toLowerCase()),
  );
  const found = candidates.find((c) => c.toLowerCase() === best);
  return distance(word.toLowerCase(), best) <= Math.max(2, word.length / 3) ? found : undefined;
}

/** ` Did you mean "x"?` where there is a near candidate, else the list of what is valid. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined
    ? `Valid here: ${[...candidates].sort().join(", ")}.`
    : `Did you mean "${near}"?`;
}
