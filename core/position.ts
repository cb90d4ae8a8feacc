// Columns: buf counts them in two ways, editors in a third. Findings have the editors'.
import { eastAsianWidth } from "get-east-asian-width";

/** How wide buf's compiler takes a tab stop to be in source positions. */
const TAB_STOP = 4;

/**
 * The column (from 1, UTF-16 units) of a column that counts UTF-8 bytes from 1, as in the positions
 * of buf's compile errors.
 */
export function columnFromBytes(line: string, column: number): number {
  let bytes = 0;
  let units = 0;
  for (const char of line) {
    if (bytes >= column - 1) break;
    bytes += Buffer.byteLength(char);
    units += char.length;
  }
  return units + 1;
}

/**
 * The column (from 1, UTF-16 units) of a column that counts terminal cells from 1, with tab stops at
 * every fourth: how buf 1.75 fills the spans of SourceCodeInfo, and so the positions of its lint.
 */
export function columnFromCells(line: string, column: number): number {
  let cells = 0;
  let units = 0;
  for (const char of line) {
    if (cells >= column - 1) break;
    cells +=
      char === "\t" ? TAB_STOP - (cells % TAB_STOP) : eastAsianWidth(char.codePointAt(0) as number);
    units += char.length;
  }
  return units + 1;
}

/** The lines of a text, without line endings and without a byte-order mark. */
export function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
}
