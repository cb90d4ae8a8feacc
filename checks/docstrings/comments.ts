// Which comments of a file belong to which element, and how: before it, behind it, inside it.
import type { DescFile } from "@bufbuild/protobuf";
import { type Element, elementsOf } from "../../core/elements.js";
import type { Lexeme, ProtoText } from "../../core/proto-text.js";
import { spansOf } from "../../core/source-info.js";

/** Comments that stand together: line comments on consecutive lines, or one block comment. */
export type Block = readonly [Lexeme, ...Lexeme[]];

/** An element and the comments around it. */
export interface Commented {
  readonly element: Element;
  /** The first token of its declaration. */
  readonly first: Lexeme;
  /** The token or comment before `first`. */
  readonly previous: Lexeme | undefined;
  /** What documentation tools show: directly before the element. */
  readonly leading: Block | undefined;
  /** Directly above the element, but about none: a banner, or code that was commented out. */
  readonly aside: Block | undefined;
  /** Before the element, after a blank line; only where nothing is directly before it. */
  readonly detached: Block | undefined;
  /** Behind the declaration or behind its `{`, on the line or under it. */
  readonly behind: readonly Lexeme[];
  /** Blocks that would be under the declaration once `behind` is moved away, and belong to nothing. */
  readonly below: readonly Block[];
  /** Between the tokens of the declaration itself, options and parentheses left out. */
  readonly inside: readonly Between[];
}

/** The comments between two tokens, and where those end and start. */
export interface Between {
  readonly comments: Block;
  readonly start: number;
  readonly end: number;
}

/** The elements of the file with their comments. */
export function commentsOf(file: DescFile, text: ProtoText): Commented[] {
  return new Reader(file, text).read();
}

/** What stands between two tokens. */
interface Gap {
  /** Comments that start on the line of the token before and end it, with what continues them below. */
  readonly sameLine: readonly Lexeme[];
  readonly blocks: readonly Block[];
}

/** A line that something is drawn on, as in the banner of a section. */
const DRAWN = /[\u2500-\u257F]{2}|^\s*[=\-*#~_+/]{3}|[=\-*#~_+/]{3}\s*$/;

/** A declaration, as it stands in a proto. */
const CODE =
  /^\s*(?:(?:(?:optional|repeated|required)\s+)?[\w.]+(?:\s*<[^>]*>)?(?:\s+\w+)?\s*=\s*-?\w+\s*(?:\[.*\])?\s*;|(?:message|enum|service|rpc|oneof|extend|option|reserved|import)\s.*[;{}]|\}\s*;?)\s*$/;

class Reader {
  readonly #lexemes: readonly Lexeme[];
  /** The last tokens of simple declarations and the `{` of the others: what a comment can be behind. */
  readonly #ends = new Set<number>();

  constructor(
    private readonly file: DescFile,
    private readonly text: ProtoText,
  ) {
    this.#lexemes = text.lexemes;
  }

  read(): Commented[] {
    const spans = spansOf(this.file);
    const placed = elementsOf(this.file).flatMap((element) => {
      const span = spans.get(element.path.join());
      if (span === undefined) return [];
      const [line = 0, column = 0, third = 0, fourth] = span;
      const first = this.text.tokenStartingAt(line, column);
      const last =
        fourth === undefined
          ? this.text.tokenEndingAt(line, third)
          : this.text.tokenEndingAt(third, fourth);
      const brace = this.#brace(first, last);
      const ends =
        brace === undefined
          ? [last]
          : this.text.tokenAfter(brace) === last
            ? [brace, last]
            : [brace];
      for (const end of ends) this.#ends.add(end);
      return [{ element, first, ends, head: brace ?? last }];
    });
    return placed.map(({ element, first, ends, head }) =>
      this.#commented(element, first, ends, head),
    );
  }

  #commented(element: Element, first: number, ends: readonly number[], head: number): Commented {
    const { blocks } = this.#gap(this.text.tokenBefore(first), first);
    const own = this.#isUnder(blocks, first) ? blocks.slice(1) : blocks;
    const last = own.at(-1);
    const adjacent = last !== undefined && this.#linesBetween(last, first) <= 1 ? last : undefined;
    // On the element's own line even a banner is about it: it cannot stay there once others move above.
    const isAside =
      adjacent !== undefined && this.#linesBetween(adjacent, first) > 0 && this.isAside(adjacent);
    const detached =
      last !== undefined && adjacent === undefined && !this.isAside(last) ? last : undefined;
    return {
      element,
      first: this.#lexemes[first] as Lexeme,
      previous: this.#lexemes[first - 1],
      leading: isAside ? undefined : adjacent,
      aside: isAside ? adjacent : undefined,
      detached,
      behind: ends.flatMap((end) => this.#behind(end)),
      below: ends.flatMap((end) => this.#below(end)),
      inside: this.#inside(first, head),
    };
  }

  /** The comments behind that token: on its line with what continues them, or else right under it. */
  #behind(end: number): Lexeme[] {
    const next = this.text.tokenAfter(end);
    const { sameLine, blocks } = this.#gap(end, next);
    if (sameLine.length > 0) return [...sameLine];
    const [under] = blocks;
    return under !== undefined && this.#isUnder(blocks, next) && !this.isAside(under)
      ? [...under]
      : [];
  }

  /** What stands right under the comments on the line of that token, and apart from what follows. */
  #below(end: number): Block[] {
    const next = this.text.tokenAfter(end);
    const { sameLine, blocks } = this.#gap(end, next);
    const last = sameLine.at(-1);
    const [below] = blocks;
    if (last === undefined || below === undefined) return [];
    return this.#isRightUnder(this.#lineOf(last.end), blocks, next) ? [below] : [];
  }

  /** Whether the first of the blocks before the token `next` is a comment under the token before it. */
  #isUnder(blocks: readonly Block[], next: number): boolean {
    const before = this.text.tokenBefore(next);
    if (before < 0 || !this.#ends.has(before)) return false;
    if (this.#gap(before, next).sameLine.length > 0) return false;
    return this.#isRightUnder(this.#lineOf((this.#lexemes[before] as Lexeme).end), blocks, next);
  }

  /** Whether the first block stands right under that line, and apart from what follows. */
  #isRightUnder(line: number, blocks: readonly Block[], next: number): boolean {
    const [under, following] = blocks;
    if (under === undefined || this.#lineOf(under[0].start) !== line + 1) return false;
    if (following !== undefined) return this.#lineOf(following[0].start) > this.#endLine(under) + 1;
    const token = this.#lexemes[next];
    if (token === undefined || this.text.text.startsWith("}", token.start)) return true;
    return this.#linesBetween(under, next) > 1;
  }

  /** The comments between a token (-1: the start of the file) and the next. */
  #gap(before: number, next: number): Gap {
    const comments = this.#lexemes.slice(before + 1, next);
    const token = this.#lexemes[before];
    const sameLine: Lexeme[] = [];
    if (token !== undefined) {
      let line = this.#lineOf(token.end);
      while (comments[0] !== undefined && this.#lineOf(comments[0].start) === line) {
        line = this.#lineOf(comments[0].end);
        sameLine.push(comments.shift() as Lexeme);
      }
    }
    const lastOnLine = sameLine.at(-1);
    const after = comments[0] ?? this.#lexemes[next];
    if (
      lastOnLine !== undefined &&
      after !== undefined &&
      this.#lineOf(after.start) === this.#lineOf(lastOnLine.end)
    ) {
      // A token follows on the line: what stands right before it is about it.
      return { sameLine: [], blocks: [sameLine as [Lexeme, ...Lexeme[]]] };
    }
    if (lastOnLine?.kind === "line-comment" && this.#ends.has(before)) {
      const column = this.#columnOf(lastOnLine);
      const nextColumn =
        this.#lexemes[next] === undefined ? -1 : this.#columnOf(this.#lexemes[next] as Lexeme);
      while (
        comments[0]?.kind === "line-comment" &&
        column > nextColumn &&
        this.#columnOf(comments[0]) === column &&
        this.#lineOf(comments[0].start) === this.#lineOf((sameLine.at(-1) as Lexeme).start) + 1
      ) {
        sameLine.push(comments.shift() as Lexeme);
      }
    }
    return { sameLine, blocks: this.#blocks(comments) };
  }

  #blocks(comments: readonly Lexeme[]): Block[] {
    const blocks: [Lexeme, ...Lexeme[]][] = [];
    for (const comment of comments) {
      const last = blocks.at(-1)?.at(-1);
      const continues =
        last?.kind === "line-comment" &&
        comment.kind === "line-comment" &&
        this.#lineOf(comment.start) === this.#lineOf(last.start) + 1;
      if (continues) blocks.at(-1)?.push(comment);
      else blocks.push([comment]);
    }
    return blocks;
  }

  /** Comments between the tokens of a declaration, outside of options, parentheses and bodies. */
  #inside(first: number, head: number): Between[] {
    const found: Between[] = [];
    let depth = 0;
    for (let i = first; i < head; i = this.text.tokenAfter(i)) {
      const char = this.text.text.charAt((this.#lexemes[i] as Lexeme).start);
      if (char === "(" || char === "[" || char === "{") depth++;
      else if (char === ")" || char === "]" || char === "}") depth--;
      const next = this.text.tokenAfter(i);
      const [comment, ...more] = this.#lexemes.slice(i + 1, next);
      if (depth > 0 || comment === undefined) continue;
      const { end } = this.#lexemes[i] as Lexeme;
      found.push({
        comments: [comment, ...more],
        start: end,
        end: (this.#lexemes[next] as Lexeme).start,
      });
    }
    return found;
  }

  /** The `{` that opens the body of a declaration. */
  #brace(first: number, last: number): number | undefined {
    let depth = 0;
    for (let i = first; i <= last; i++) {
      const lexeme = this.#lexemes[i] as Lexeme;
      if (lexeme.kind !== "token") continue;
      const char = this.text.text.charAt(lexeme.start);
      if (char === "{" && depth === 0) return i;
      if (char === "(" || char === "[" || char === "{") depth++;
      else if (char === ")" || char === "]" || char === "}") depth--;
    }
    return undefined;
  }

  /** Whether the comment is about no element: the heading of a section, or code that was commented out. */
  isAside(block: Block): boolean {
    const lines = block
      .map((comment) => this.text.text.slice(comment.start + 2, comment.end).replace(/\*\/$/, ""))
      .flatMap((comment) => comment.split(/\r?\n/))
      .filter((line) => line.trim() !== "");
    const isDrawn = lines.length <= 3 && lines.some((line) => DRAWN.test(line));
    return isDrawn || (lines.length > 0 && lines.every((line) => CODE.test(line)));
  }

  #lineOf(offset: number): number {
    return this.text.lineAt(offset);
  }

  #endLine(block: Block): number {
    return this.#lineOf((block.at(-1) as Lexeme).end);
  }

  #columnOf(lexeme: Lexeme): number {
    return lexeme.start - this.text.lineStart(this.#lineOf(lexeme.start));
  }

  /** How many line endings are between a block and the token after it. */
  #linesBetween(block: Block, token: number): number {
    return this.#lineOf((this.#lexemes[token] as Lexeme).start) - this.#endLine(block);
  }
}
