// Text of any origin in GitHub's and GitLab's Markdown: shown as it is, doing nothing.
import { cut, oneLine } from "./evidence.js";

/** Set after what would mention, link or become an emoji: an entity that is not seen. */
const BREAK = "&#8203;";

/** The text within a line of prose or a cell of a table, in at most that many characters. */
export function prose(text: string, most = Number.POSITIVE_INFINITY): string {
  return (
    cut(oneLine(text), most)
      .replace(/[\\`*[\]<>|~&$]/g, "\\$&")
      // Between letters it means nothing, and names keep their look.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
      // A mention, an issue, an issue by another name, an emoji.
      .replace(/@(?=\w)|#(?=\d)|(?<=\bGH-)(?=\d)|:(?=[\w+-]+:)/gi, `$&${BREAK}`)
  );
}

/** A name or a place as code. As prose where it has a `|`, which no code in a table can have surely. */
export function code(text: string): string {
  const line = oneLine(text);
  if (line.trim() === "" || line.includes("|")) return prose(line);
  const ticks = "`".repeat(longestRun(line) + 1);
  const pad = /^`|`$|^ .* $/.test(line) ? " " : "";
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

/** Those lines as a block of code. */
export function codeBlock(lines: readonly string[]): string[] {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return [`${fence}text`, ...lines, fence];
}

/** A table; the cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...rows.map(row)];
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
