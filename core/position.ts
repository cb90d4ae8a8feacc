// Columns: buf counts them in two ways, editors in a third. Findings have the editors'.
import { eastAsianWidth } from "get-east-asian-width";
import { lazy } from "./once.js";

/** How wide buf's compiler takes a tab stop to be in source positions. */
const TAB_STOP = 4;

/**
 * The column (from 1, UTF-16 units) of a column that counts UTF-8 bytes from 1, as in the positions
 * of buf's compile errors.
 */
export function columnFromBytes(line: string, column: number): number {
  return columnFrom([...line], column, (character) => Buffer.byteLength(character));
}

/**
 * The column (from 1, UTF-16 units) of a column that counts terminal cells from 1, with tab stops at
 * every fourth: how buf 1.75 fills the spans of SourceCodeInfo, and so the positions of its lint.
 */
export function columnFromCells(line: string, column: number): number {
  if (/^[ -~]*$/.test(line)) return Math.min(column, line.length + 1);
  return columnFrom(charactersOf(line), column, (character, cells) =>
    character === "\t" ? TAB_STOP - (cells % TAB_STOP) : cellsOf(character),
  );
}

function columnFrom(
  characters: readonly string[],
  column: number,
  measure: (character: string, before: number) => number,
): number {
  let measured = 0;
  let units = 0;
  for (const character of characters) {
    if (measured >= column - 1) break;
    measured += measure(character, measured);
    units += character.length;
  }
  return units + 1;
}

/** Made once it is needed: that takes a tenth of what Lockstep takes to start. */
const segmenter = lazy(() => new Intl.Segmenter("en", { granularity: "grapheme" }));

/**
 * What a reader takes for the characters of a line, or the first of them: a letter with its accents, an emoji
 * with its parts.
 */
export function charactersOf(line: string, most = Number.POSITIVE_INFINITY): string[] {
  const characters: string[] = [];
  for (const { segment } of segmenter().segment(line)) {
    if (characters.length === most) break;
    characters.push(segment);
  }
  return characters;
}

/**
 * How many terminal cells a character takes, a tab none: as github.com/rivo/uniseg has it, which
 * buf's compiler asks.
 */
export function cellsOf(character: string): number {
  if (/^\p{Extended_Pictographic}/u.test(character)) {
    if (character.includes("\u{FE0F}")) return 2;
    return /^\p{Emoji_Presentation}/u.test(character) && !character.includes("\u{FE0E}") ? 2 : 1;
  }
  // A flag is a pair of letters, a Hangul syllable up to three: each is shown in one place.
  if (/^[\p{Regional_Indicator}\u1100-\u115F\uA960-\uA97C]/u.test(character)) return 2;
  return [...character].reduce((sum, point) => sum + cellsOfPoint(point), 0);
}

function cellsOfPoint(point: string): number {
  return /[\p{Grapheme_Extend}\p{Emoji_Modifier}\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(point)
    ? 0
    : eastAsianWidth(point.codePointAt(0) as number);
}

/** The lines of a text as buf counts them, without line endings and without a byte-order mark. */
export function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, "").split(/\r?\n/);
}
