// Parses a file with mirrors, by TypeScript's own parser.
import { type Node, Project, type SourceFile, ts } from "ts-morph";
import type { Range } from "../../../mirrors/declaration.js";
import type { ParseFailure } from "../parse.js";

export interface Comment extends Range {
  readonly isLine: boolean;
  readonly isJsDoc: boolean;
  /** The text behind `/*` or `//`, without the end. */
  readonly value: string;
}

/** A file's syntax tree, or what keeps it from being parsed. Imports are not followed. */
export function parseMirrors(
  path: string,
  text: string,
): { readonly source: SourceFile } | { readonly error: ParseFailure } {
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    compilerOptions: { allowJs: true, noLib: true, noResolve: true, types: [] },
  });
  const source = project.createSourceFile(`/${path}`, withoutMark(text));
  const [error] = project.getProgram().getSyntacticDiagnostics(source);
  if (error === undefined) return { source };
  const start = error.getStart();
  const message = ts.flattenDiagnosticMessageText(error.compilerObject.messageText, " ");
  return { error: { start, end: start + error.getLength(), message } };
}

/** With a space for a byte-order mark, which would be taken away, and all offsets be one less. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, " ");
}

/** Where a node stands, without the comments before it. */
export function rangeOf(node: Node): Range {
  return { start: node.getStart(), end: node.getEnd() };
}

/** All comments of a file, in their order. */
export function commentsIn(source: SourceFile): Comment[] {
  const text = source.getFullText();
  const found = new Map<number, Comment>();
  const visit = (node: ts.Node): void => {
    // What looks like a comment there is text.
    if (node.kind === ts.SyntaxKind.JsxText || ts.isJSDoc(node)) return;
    const ranges = [
      ...(ts.getTrailingCommentRanges(text, node.pos) ?? []),
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
    ];
    for (const { pos: start, end, kind } of ranges) {
      const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia;
      const value = text.slice(start + 2, isLine ? end : end - 2);
      found.set(start, { start, end, isLine, isJsDoc: !isLine && value.startsWith("*"), value });
    }
    node.getChildren(source.compilerNode).forEach(visit);
  };
  visit(source.compilerNode);
  return [...found.values()].sort((a, b) => a.start - b.start);
}
