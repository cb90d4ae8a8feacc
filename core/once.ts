// Work that is done once, when it is first asked for.

/** A function whose work is done at its first call, and whose result is kept. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}

/** The same for work that is no promise. */
export function lazy<T>(work: () => T): () => T {
  let result: { readonly is: T } | undefined;
  return () => {
    result ??= { is: work() };
    return result.is;
  };
}
