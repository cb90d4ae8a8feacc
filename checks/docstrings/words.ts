// What the text of a docstring says, and fails to say.
import type { Element } from "../../core/elements.js";
import type { Lexeme } from "../../core/proto-text.js";

/** The text of comments as documentation tools show it, without the instructions to linters in it. */
export function docText(comments: readonly Lexeme[], text: string): string {
  return comments
    .flatMap((comment) => contentLines(comment, text))
    .filter((line) => !/^\s*buf:lint:ignore\b/.test(line))
    .join("\n")
    .trim();
}

/** The rules that `buf:lint:ignore` in the comments switches off for the element. */
export function ignoredRules(comments: readonly Lexeme[], text: string): string[] {
  return comments
    .flatMap((comment) => contentLines(comment, text))
    .flatMap((line) => /^\s*buf:lint:ignore\s+([A-Z][A-Z0-9_]*)/.exec(line)?.[1] ?? []);
}

/** The lines of a comment without what makes them one; a space after the slashes stays. */
export function contentLines(comment: Lexeme, text: string): string[] {
  const raw = text.slice(comment.start, comment.end);
  if (comment.kind === "line-comment") return [raw.slice(2).trimEnd()];
  const lines = raw
    .slice(2, -2)
    .replace(/^\*+(?=\s|$)/, "")
    .split(/\r\n|\n|\r/);
  const starred = lines.slice(1).every((line) => /^\s*(\*|$)/.test(line));
  const clean = lines.map((line, i) => {
    const content = i > 0 && starred ? line.replace(/^\s*\*/, "") : line;
    return i === 0 || !starred ? ` ${content.trim()}`.trimEnd() : content.trimEnd();
  });
  while (clean[0]?.trim() === "") clean.shift();
  while (clean.at(-1)?.trim() === "") clean.pop();
  return clean;
}

/** The first word that marks unfinished documentation. */
export function placeholder(text: string): string | undefined {
  if (/^[.\u2026\s-]*$/.test(text)) return text === "" ? undefined : text;
  return /\b(TODO|FIXME|XXX|TBD)\b/.exec(text)?.[0] ?? /^(todo|fixme|tbd|n\/a)\b/i.exec(text)?.[0];
}

/** The first mark of a note that is not for the readers of the API. */
export function internalNote(text: string): string | undefined {
  return /\(--|\bNOTE\(\w+\)|^[ \t]*(INTERNAL(?: ONLY| USE ONLY)?|DO NOT (?:PUBLISH|DOCUMENT)|HACK)\b(?=[:.! ]|$)/m
    .exec(text)?.[0]
    .trim();
}

/** Whether the text tells what to use instead of something deprecated. */
export function namesSuccessor(text: string): boolean {
  return /\b(use|instead|replaced|replaces|replacement|superseded|prefer|migrate|moved|successor|see)\b/i.test(
    text,
  );
}

/** Words that say nothing about the element that they are in the docstring of. */
const EMPTY_WORDS = new Set(
  "a an the this that these those its it is are be of for to in on at by with and or as which will has have contains represents holds specifies defines describes denotes indicates corresponding given value field message enum service method rpc".split(
    " ",
  ),
);

/** Whether the text has no word that is not in the element's name. */
export function restatesName(text: string, element: Element): boolean {
  const name = new Set(wordsOf(element.name.split(".").join("_")));
  const said = wordsOf(text).filter((word) => !EMPTY_WORDS.has(word));
  return text !== "" && said.every((word) => name.has(word));
}

/** The words of a name or a text in lower case, without the s of a plural. */
function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => (word.length > 3 ? word.replace(/s$/, "") : word));
}
