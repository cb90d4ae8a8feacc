// The tags in a file's comments, and the code that they stand on.
import type { Comment, Node } from "oxc-parser";
import type { Range } from "../../../mirrors/declaration.js";
import { childrenOf } from "../nodes.js";

/** The tags in a comment: at the start of a line, or before something with a dot. */
export function tagsIn({ value, start }: Comment): (Range & { text: string })[] {
  const pattern = /(^[ \t]*\*?[ \t]*|\s)@proto(?![\w-])([^\n]*)/gm;
  return [...value.matchAll(pattern)].flatMap((match) => {
    const [all, before = "", rest = ""] = match;
    const isLeading =
      /^[ \t]*\*?[ \t]*$/.test(before) &&
      (match.index === 0 || value.charAt(match.index - 1) === "\n");
    if (!isLeading && !/^\s+\w+(\.\w+)+/.test(rest)) return [];
    // Behind `/*` or `//`.
    const from = start + 2 + match.index + before.length;
    const text = rest.trimEnd();
    return [
      { start: from, end: from + all.length - before.length - (rest.length - text.length), text },
    ];
  });
}

/** Where the code behind a comment begins. */
export function nextToken(text: string, { end }: Comment, comments: readonly Comment[]): number {
  for (let at = end; ; ) {
    at += (/^\s*/.exec(text.slice(at)) as RegExpExecArray)[0].length;
    const comment = comments.find(({ start }) => start === at);
    if (comment === undefined) return at;
    at = comment.end;
  }
}

/** The outermost statement or member that begins there. */
export function nodeAt(root: Node, at: number): Node | undefined {
  for (const child of childrenOf(root)) {
    if (child.start === at) return child;
    if (child.start < at && at < child.end) return nodeAt(child, at);
  }
  return undefined;
}
