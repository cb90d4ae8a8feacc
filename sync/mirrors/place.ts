// Offsets of a text as lines and columns.
import type { Place } from "../../core/finding.js";
import type { Range } from "./declaration.js";

/** The place of a range in a file's text; the byte-order mark is no column. */
export function placeIn(path: string, text: string, { start, end }: Range): Place {
  const position = (offset: number): [number, number] => {
    const before = text.slice(0, offset).replace(/^\uFEFF/, "");
    const lines = before.split("\n");
    return [lines.length, (lines.at(-1) as string).length + 1];
  };
  const [line, column] = position(start);
  const [endLine, endColumn] = position(end);
  return { path, line, column, endLine, endColumn };
}
