// Where a complaint of buf's stands, in an editor's columns.
import type { Annotation } from "../core/buf.js";
import type { Place } from "../core/finding.js";
import type { Sources } from "../core/sources.js";

const MARK = "\uFEFF";

/** The place of the annotation in the file at `path`; `columnOf` converts a column of that line. */
export async function placeOf(
  annotation: Annotation,
  path: string,
  sources: Sources,
  columnOf: (line: string, column: number) => number,
): Promise<Place> {
  const {
    start_line: line,
    start_column: column,
    end_line: endLine,
    end_column: endColumn,
  } = annotation;
  if (line === undefined || column === undefined) return { path };
  const text = (await sources.read(path)) ?? "";
  const lines = await sources.lines(path);
  // buf counts a byte-order mark as a part of the first line, editors do not.
  const mark = text.startsWith(MARK) ? MARK : "";
  const convert = (at: number, from: number): number => {
    const before = at === 1 ? mark : "";
    return Math.max(1, columnOf(before + (lines[at - 1] ?? ""), from) - before.length);
  };
  const start = { path, line, column: convert(line, column) };
  if (endLine === undefined || endColumn === undefined) return start;
  return { ...start, endLine, endColumn: convert(endLine, endColumn) };
}
