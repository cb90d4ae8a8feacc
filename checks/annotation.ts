// Where a complaint of buf's stands, in an editor's columns.
import type { Annotation } from "../core/buf.js";
import type { Place } from "../core/finding.js";
import { linesOf } from "../core/position.js";
import type { Sources } from "../core/sources.js";

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
  const lines = linesOf((await sources.read(path)) ?? "");
  const start = { path, line, column: columnOf(lines[line - 1] ?? "", column) };
  if (endLine === undefined || endColumn === undefined) return start;
  return { ...start, endLine, endColumn: columnOf(lines[endLine - 1] ?? "", endColumn) };
}
