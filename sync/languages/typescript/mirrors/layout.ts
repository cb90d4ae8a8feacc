// How the members of a declaration lie in its text: on lines of their own or in one line, with what
// comments, commas and blank lines.
import type { Range } from "../../../mirrors/declaration.js";
import type { Members } from "./rows.js";
import type { Comment } from "./syntax.js";

export interface Layout {
  readonly eol: string;
  /** Whether each member begins a line. */
  readonly ownLines: boolean;
  /** Whether a blank line is between any two. */
  readonly blankLines: boolean;
  /** The comments on lines of their own directly above each member. */
  readonly above: readonly (readonly Comment[])[];
  /** The start of a member: of its line's text, with the `|` before it. */
  startOf(index: number): number;
  /** Behind a member: its comma, and the comments that stand behind it on its line. */
  behind(index: number): { readonly end: number; readonly comma: boolean };
}

/** Reads the layout of members in the text of their file. */
export function layoutOf(text: string, comments: readonly Comment[], members: Members): Layout {
  const { rows, kind, room } = members;
  const eol = /\r?\n/.exec(text)?.[0] ?? "\n";
  const lineStart = (at: number): number => text.lastIndexOf("\n", at - 1) + 1;
  const startOf = (index: number): number => {
    const { start } = rows[index] as Range;
    const pipe = /\|\s*$/.exec(text.slice(lineStart(start), start));
    return kind === "pipe" && pipe !== null ? lineStart(start) + pipe.index : start;
  };
  const beginsLine = (at: number): boolean => text.slice(lineStart(at), at).trim() === "";
  const ownLines =
    rows.length > 0 &&
    rows.every((_, i) => beginsLine(startOf(i)) || (i === 0 && kind === "pipe" && rows.length > 1));
  const above = rows.map((_, i) => {
    const found: Comment[] = [];
    let start = startOf(i);
    for (const comment of comments.filter(({ end }) => end <= start).reverse()) {
      const gap = text.slice(comment.end, start);
      const isBelow = /^[ \t]*\r?\n[ \t]*$/.test(gap) && beginsLine(comment.start);
      if (!isBelow || comment.start < room.start) break;
      found.unshift(comment);
      start = comment.start;
    }
    return found;
  });
  const behind = (index: number): { end: number; comma: boolean } => {
    let { end } = rows[index] as Range;
    let comma = false;
    for (let at = end; ; ) {
      at += (/^[ \t]*/.exec(text.slice(at)) as RegExpExecArray)[0].length;
      const comment = comments.find(({ start }) => start === at);
      if (comment !== undefined && !text.slice(comment.start, comment.end).includes("\n")) {
        // A comment before the next member on the same line is that one's.
        if (/^[ \t]*(,?[ \t]*)(\r?\n|$|\/\/)/.test(text.slice(comment.end)) || comment.isLine) {
          at = comment.end;
          end = at;
          continue;
        }
      } else if (text.charAt(at) === "," && kind === "comma" && !comma) {
        comma = true;
        at += 1;
        end = at;
        continue;
      }
      return { end, comma };
    }
  };
  const gaps = rows.slice(1).map((_, i) => {
    const from = behind(i).end;
    return text.slice(from, above[i + 1]?.[0]?.start ?? startOf(i + 1));
  });
  return {
    eol,
    ownLines,
    blankLines: gaps.length > 0 && gaps.every((gap) => /\n[ \t]*\r?\n/.test(gap)),
    above,
    startOf,
    behind,
  };
}
