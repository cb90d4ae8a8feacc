// Which elements of a schema are new or changed against an earlier one.
import type { DescFile } from "@bufbuild/protobuf";
import { type Element, elementsOf } from "./elements.js";
import type { Schema } from "./schema.js";

/**
 * Tells of an element whether it, or a comment of it, is not what it was before. The elements in it do
 * not count: each is judged by itself. Without an earlier schema everything is new.
 */
export function changedSymbols(
  before: Schema | undefined,
  now: Schema,
): (element: Element) => boolean {
  const earlier = before?.files ?? [];
  // A file that is the same to the byte was decoded once, and nothing in it is new.
  const inNow = new Set(now.files.map(({ proto }) => proto));
  const inBoth = new Set(earlier.flatMap(({ proto }) => (inNow.has(proto) ? proto : [])));
  const differing = (files: readonly DescFile[]): Map<string, string> =>
    states(files.filter(({ proto }) => !inBoth.has(proto)));
  const [old, current] = [differing(earlier), differing(now.files)];
  const key = ({ kind, symbol }: Element): string => `${kind} ${symbol}`;
  return (element) => old.get(key(element)) !== current.get(key(element));
}

function states(files: readonly DescFile[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of files) {
    const locations = new Map(
      file.proto.sourceCodeInfo?.location.map((one) => [one.path.join(), one]),
    );
    for (const { kind, symbol, path, proto } of elementsOf(file)) {
      const at = locations.get(path.join());
      const comments = [at?.leadingComments, at?.trailingComments, at?.leadingDetachedComments];
      const state = JSON.stringify([proto, comments], (_, value: unknown) =>
        typeof value === "bigint"
          ? String(value)
          : value instanceof Uint8Array
            ? [...value]
            : value,
      );
      // A package has a docstring in each of its files.
      found.set(`${kind} ${symbol}`, (found.get(`${kind} ${symbol}`) ?? "") + state);
    }
  }
  return found;
}
