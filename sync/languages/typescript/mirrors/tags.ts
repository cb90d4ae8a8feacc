// The tags in a file's comments, and the code that they stand on.
import { Node, type SourceFile } from "ts-morph";
import type { Range } from "../../../mirrors/declaration.js";
import type { Comment } from "./syntax.js";

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

/** The outermost statement or member that begins behind a comment; undefined where nothing does. */
export function nodeBehind({ end }: Comment, source: SourceFile): Node | undefined {
  let node = source.getDescendantAtPos(end);
  while (node !== undefined && node.getStart() < end) node = node.getNextSibling();
  for (let parent = node?.getParent(); parent !== undefined; parent = parent.getParent()) {
    if (Node.isSourceFile(parent) || parent.getStart() !== node?.getStart()) break;
    node = parent;
  }
  return node;
}
