// The lines of a file that are the hook's: between two marks, so that they can be taken out to the byte.
import { trouble } from "../../core/trouble.js";

/** The lines of one workspace's hook in a file. */
interface Range {
  readonly start: number;
  readonly end: number;
  /** Whether the file was made for them. */
  readonly isFileOwn: boolean;
}

/** How a workspace's lines begin and end. */
interface Marks {
  readonly begin: string;
  readonly beginOfFile: string;
  readonly end: string;
}

function marksOf(folder: string): Marks {
  const name = `lockstep hook for ${folder}`;
  return {
    begin: `# >>> ${name} ("lockstep hook uninstall" takes it out) >>>`,
    beginOfFile: `# >>> ${name} ("lockstep hook uninstall" takes this file away) >>>`,
    end: `# <<< ${name} <<<`,
  };
}

/** Whose hooks the text has: that of the workspace in `folder`, those of others, or neither. */
export function markedFor(text: string, folder: string): "this" | "others" | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  if (lines.includes(marksOf(folder).end)) return "this";
  return lines.some((line) => line.startsWith("# <<< lockstep hook for ")) ? "others" : undefined;
}

/** A file that has nothing but the hook. `head` is what stands before it. */
export function fileWith(head: string, lines: readonly string[], folder: string): string {
  const { beginOfFile, end } = marksOf(folder);
  return `${head}${[beginOfFile, ...lines, end].join("\n")}\n`;
}

/**
 * The text with the hook of the workspace in `folder`: where there is one already, in its place, else at that
 * offset, which begins a line or ends the text. Throws trouble where an earlier one has no end.
 */
export function withLines(
  text: string,
  at: number,
  lines: readonly string[],
  folder: string,
  shown: string,
): string {
  const { begin, beginOfFile, end } = marksOf(folder);
  const indent = /^ */.exec(lines[0] ?? "")?.[0] ?? "";
  const known = rangeIn(text, folder, shown);
  const first = known?.isFileOwn ? beginOfFile : begin;
  const block = [indent + first, ...lines, indent + end].join("\n");
  if (known !== undefined) {
    const newline = text[known.end - 1] === "\n" ? "\n" : "";
    return `${text.slice(0, known.start)}${block}${newline}${text.slice(known.end)}`;
  }
  const isUnended = at === text.length && at > 0 && text[at - 1] !== "\n";
  return isUnended ? `${text}\n${block}` : `${text.slice(0, at)}${block}\n${text.slice(at)}`;
}

/**
 * The text as it was without the workspace's hook: undefined where it has none, "gone" where the file was made
 * for it and has nothing else. Throws trouble where the hook's lines have no end.
 */
export function withoutLines(
  text: string,
  head: string,
  folder: string,
  shown: string,
): string | "gone" | undefined {
  const known = rangeIn(text, folder, shown);
  if (known === undefined) return undefined;
  const isUnended = text[known.end - 1] !== "\n";
  const before = text.slice(0, isUnended ? Math.max(known.start - 1, 0) : known.start);
  const rest = before + text.slice(known.end);
  return known.isFileOwn && rest === head ? "gone" : rest;
}

function rangeIn(text: string, folder: string, shown: string): Range | undefined {
  const marks = marksOf(folder);
  let start: number | undefined;
  let isFileOwn = false;
  for (let at = 0, line = 1; at < text.length; line++) {
    const newline = text.indexOf("\n", at);
    const next = newline === -1 ? text.length : newline + 1;
    const content = text.slice(at, next).trim();
    const begins = content === marks.begin || content === marks.beginOfFile;
    if (begins || (content === marks.end && start === undefined)) {
      if (start !== undefined || !begins) {
        const message = `${shown} has one mark of Lockstep's hook without the other.`;
        const help = "Take out by hand the lines that are the hook's, and run again.";
        throw trouble("HOOK_BROKEN", { message, help }, { where: { path: shown, line } });
      }
      start = at;
      isFileOwn = content === marks.beginOfFile;
    } else if (content === marks.end) {
      return { start: start as number, end: next, isFileOwn };
    }
    at = next;
  }
  if (start === undefined) return undefined;
  const line = text.slice(0, start).split("\n").length;
  const message = `${shown} has the beginning of Lockstep's hook and not its end.`;
  const help = "Take out by hand the lines that are the hook's, and run again.";
  throw trouble("HOOK_BROKEN", { message, help }, { where: { path: shown, line } });
}
