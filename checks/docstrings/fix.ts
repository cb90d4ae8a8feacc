// Puts an element's comments where its docstring belongs: before it, on lines of their own, with //.
import type { Edit } from "../../core/edit.js";
import type { Lexeme, ProtoText } from "../../core/proto-text.js";
import type { Block, Commented } from "./comments.js";
import { contentLines } from "./words.js";

/**
 * The edits that make one docstring of the element's comments. Every word of them stays, and
 * everything else stays to the byte. Empty where nothing is to be moved or converted.
 */
export function docstringEdits(path: string, text: ProtoText, commented: Commented): Edit[] {
  const { first, leading, detached, inside, behind } = commented;
  const edits: Edit[] = [];
  const edit = (start: number, end: number, replacement: string): void => {
    edits.push({ path, start, end, text: replacement });
  };
  const moved = [...inside.flatMap(({ comments }) => comments), ...behind];
  for (const { comments, start, end } of inside) {
    const space = text.text.slice((comments.at(-1) as Lexeme).end, end);
    const glues = /^[\p{L}\p{N}_.]{2}$/u.test(text.text.charAt(start - 1) + text.text.charAt(end));
    edit(start, end, space === "" && glues ? " " : space);
  }
  for (const comment of behind) removeComment(comment, text, edit);
  for (const [comment] of commented.below) {
    // Without a blank line it would be what tools take for a comment on this element.
    const start = text.offset(text.lineAt(comment.start), 0);
    edit(start, start, text.eol);
  }
  const own = leading ?? (moved.length === 0 ? detached : undefined);
  const line = text.lineAt(first.start);
  const startsLine = text.startsLine(first.start);
  const indent = startsLine ? text.indentation(line) : childIndentation(text, commented);
  if (own?.[0].kind === "block-comment") edit(...converted(own, text, indent));
  const ownEnd = own?.at(-1)?.end;
  const added = moved
    .flatMap((comment) => asLines(comment, text))
    .map((one) => indent + one + text.eol);
  if (commented.aside !== undefined && added.length > 0) added.unshift(text.eol);
  const isOnLine = ownEnd !== undefined && text.lineAt(ownEnd) === line;
  if (isOnLine || (!startsLine && added.length > 0)) {
    // Something else stands before the element on its line, so it gets one of its own.
    edit(
      ownEnd ?? commented.previous?.end ?? first.start,
      first.start,
      `${text.eol}${added.join("")}${indent}`,
    );
  } else if (added.length > 0) {
    edit(text.offset(line, 0), text.offset(line, 0), added.join(""));
  } else if (ownEnd !== undefined && line - text.lineAt(ownEnd) > 1) {
    edit(text.lineStart(text.lineAt(ownEnd) + 1), text.lineStart(line), "");
  }
  return edits;
}

/** A docstring of block comments as line comments, on lines of their own. */
function converted(block: Block, text: ProtoText, indent: string): [number, number, string] {
  const lines = block.flatMap((comment) => asLines(comment, text)).join(text.eol + indent);
  const { start } = block[0];
  const end = (block.at(-1) as Lexeme).end;
  const before = text.text.slice(text.lineStart(text.lineAt(start)), start).trimEnd();
  // Behind a token it would become that one's comment; behind another comment it stays where it is.
  const isBehindToken = !text.startsLine(start) && !before.endsWith("*/");
  return isBehindToken
    ? [text.lineStart(text.lineAt(start)) + before.length, end, text.eol + indent + lines]
    : [start, end, lines];
}

type EditFunction = (start: number, end: number, replacement: string) => void;

/** Removes a comment: with its line where it has one of its own, else with the space before it. */
function removeComment(comment: Lexeme, text: ProtoText, edit: EditFunction): void {
  const lastLine = text.lineAt(comment.end);
  const restOfLine = text.text.slice(comment.end, text.lineStart(lastLine + 1));
  if (text.startsLine(comment.start) && restOfLine.trim() === "") {
    edit(text.offset(text.lineAt(comment.start), 0), text.lineStart(lastLine + 1), "");
    return;
  }
  const before = text.text.slice(0, comment.start);
  const start = text.startsLine(comment.start) ? comment.start : before.trimEnd().length;
  edit(start, comment.end, "");
}

/** A comment as line comments, with nothing before them. */
function asLines(comment: Lexeme, text: ProtoText): string[] {
  if (comment.kind === "line-comment") {
    const raw = text.text.slice(comment.start, comment.end).trimEnd();
    return [raw];
  }
  const lines = contentLines(comment, text.text).map(
    (line) => `//${line === "" || /^\s/.test(line) ? line : ` ${line}`}`,
  );
  return lines.length === 0 ? ["//"] : lines;
}

/** How far an element is to be indented that does not start its line yet. */
function childIndentation(text: ProtoText, { first }: Commented): string {
  const line = text.indentation(text.lineAt(first.start));
  const before = text.lexemes.findLast(({ kind, end }) => kind === "token" && end <= first.start);
  return before !== undefined && text.text.charAt(before.start) === "{" ? `${line}  ` : line;
}
