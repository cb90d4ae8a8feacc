// The tags in a file's comments, and the code that they stand on.
import type { Node, Program } from "oxc-parser";
import type { Range } from "../../../mirrors/declaration.js";
import { childrenOf } from "../nodes.js";
import { type Comment, codeBehind } from "./syntax.js";

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
export function nodeBehind({ end }: Range, program: Program, text: string): Node | undefined {
  const at = codeBehind(text, end);
  let around: Node | undefined = program;
  for (;;) {
    around = childrenOf(around).find((one) => one.start <= at && at < one.end);
    if (around === undefined || around.start === at) return around;
  }
}
