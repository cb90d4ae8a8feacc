// Does work on many things, a few at a time.

/**
 * What `work` makes of each item, in their order, with at most `limit` at once. Where one fails, no other
 * is begun, and its error is thrown once those under way have ended.
 */
export async function sideBySide<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [i, item] = next;
      results[i] = await work(item).catch((thrown: unknown) => {
        waiting.length = 0;
        throw thrown;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: limit }, worker));
  const failed = ended.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return results;
}
