// The text of a file beside its syntax tree: comments, and where code goes on behind them.
import type { Comment as ParsedComment, Span } from "oxc-parser";
import type { Range } from "../../../mirrors/declaration.js";

export interface Comment extends Range {
  readonly isLine: boolean;
  readonly isJsDoc: boolean;
  /** The text behind `/*` or `//`, without the end. */
  readonly value: string;
}

/** The comments of a file as they were parsed, in their order. */
export function commentsIn(comments: readonly ParsedComment[]): Comment[] {
  return comments.map(({ type, value, start, end }) => {
    const isLine = type === "Line";
    return { start, end, isLine, isJsDoc: !isLine && value.startsWith("*"), value };
  });
}

/** Where the next code stands at or behind that place: something that is neither a space nor a comment. */
export function codeBehind(text: string, at: number): number {
  const between = /(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*/y;
  between.lastIndex = at;
  between.test(text);
  return between.lastIndex;
}

/** Where a node stands. */
export function rangeOf({ start, end }: Span): Range {
  return { start, end };
}

/** A node as it is written. */
export function codeOf({ start, end }: Span, text: string): string {
  return text.slice(start, end);
}
