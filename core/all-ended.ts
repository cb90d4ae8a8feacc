// Waits for things that are done side by side.

/**
 * What the promises come to. Unlike `Promise.all`, it throws what one of them throws once all have ended, so that
 * nothing is at work any more that would write, or read what is being cleaned up.
 */
export async function allEnded<T extends readonly unknown[]>(
  promises: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
