// A proto's text as tokens and the comments between them, each with its offsets. This is no parser:
// what the tokens mean is buf's to say.

import { columnFromCells } from "./position.js";

export interface Lexeme {
  readonly kind: "token" | "line-comment" | "block-comment";
  /** Offsets in the text, in UTF-16 units; the end is exclusive and before the line ending. */
  readonly start: number;
  readonly end: number;
}

/** A comment, or a token. A string literal is one token. */
const LEXEME =
  /\/\/[^\n]*?(?=\r?(?:\n|$))|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\\r\n])*"|'(?:\\[\s\S]|[^'\\\r\n])*'|[\p{L}\p{N}_.]+|[^\s\uFEFF]/gu;

/** The tokens and comments of a proto, in their order. */
export function lexemes(text: string): Lexeme[] {
  return [...text.matchAll(LEXEME)].map(({ 0: found, index }) => ({
    kind: found.startsWith("//")
      ? "line-comment"
      : found.startsWith("/*")
        ? "block-comment"
        : "token",
    start: index,
    end: index + found.length,
  }));
}

/** A text with the offsets of its lines. */
export class ProtoText {
  readonly lexemes: readonly Lexeme[];
  /** The line ending that the text uses first. */
  readonly eol: string;
  readonly #starts: number[] = [0];

  constructor(readonly text: string) {
    this.lexemes = lexemes(text);
    this.eol = /\r?\n/.exec(text)?.[0] ?? "\n";
    for (const { index } of text.matchAll(/\n/g)) this.#starts.push(index + 1);
  }

  /** The line (from 0) that an offset lies in. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The offset at which a line (from 0) starts; the end of the text for a line beyond it. */
  lineStart(line: number): number {
    return this.#starts[line] ?? this.text.length;
  }

  /** The line's text, without its ending and without a byte-order mark. */
  line(line: number): string {
    return this.text
      .slice(this.lineStart(line), this.lineStart(line + 1))
      .replace(/\r?\n$/, "")
      .replace(/^\uFEFF/, "");
  }

  /** The offset of a column (from 0, UTF-16 units) of a line (from 0), as `line` shows it. */
  offset(line: number, column: number): number {
    const mark = line === 0 && this.text.startsWith("\uFEFF") ? 1 : 0;
    return this.lineStart(line) + mark + column;
  }

  /** The white space that a line begins with. */
  indentation(line: number): string {
    return /^\s*/.exec(this.line(line))?.[0] ?? "";
  }

  /** Whether only white space stands before the offset on its line. */
  startsLine(offset: number): boolean {
    return (
      this.text
        .slice(this.lineStart(this.lineAt(offset)), offset)
        .replace(/^\uFEFF/, "")
        .trim() === ""
    );
  }

  /** The index of the token that starts at a line and a column in cells (both from 0), as spans have them. */
  tokenStartingAt(line: number, cells: number): number {
    return this.#nearestToken((lexeme) => lexeme.start, this.#offsetOfCells(line, cells));
  }

  /** The index of the token that ends at a line and a column in cells (both from 0), as spans have them. */
  tokenEndingAt(line: number, cells: number): number {
    return this.#nearestToken((lexeme) => lexeme.end, this.#offsetOfCells(line, cells));
  }

  /** The index of the token before that lexeme; -1 where there is none. */
  tokenBefore(index: number): number {
    let i = index - 1;
    while (i >= 0 && this.lexemes[i]?.kind !== "token") i--;
    return i;
  }

  /** The index of the token after that lexeme; the number of lexemes where there is none. */
  tokenAfter(index: number): number {
    let i = index + 1;
    while (i < this.lexemes.length && this.lexemes[i]?.kind !== "token") i++;
    return i;
  }

  #offsetOfCells(line: number, cells: number): number {
    return this.offset(line, columnFromCells(this.line(line), cells + 1) - 1);
  }

  /** Nearest, not exact: how many cells a rare character takes is a matter of opinion. */
  #nearestToken(edge: (lexeme: Lexeme) => number, offset: number): number {
    let low = 0;
    let high = this.lexemes.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edge(this.lexemes[middle] as Lexeme) < offset) low = middle + 1;
      else high = middle;
    }
    let best = 0;
    let distance = Number.POSITIVE_INFINITY;
    for (const i of [low, this.tokenBefore(low), this.tokenAfter(low)]) {
      const lexeme = this.lexemes[i];
      if (lexeme?.kind !== "token") continue;
      const away = Math.abs(edge(lexeme) - offset);
      if (away < distance) [best, distance] = [i, away];
    }
    return best;
  }
}
