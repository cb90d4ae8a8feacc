// Reads the declarations of a TypeScript or JavaScript file that could be mirrors and have no tag.
import type { Node } from "oxc-parser";
import type { Edit } from "../../../../core/edit.js";
import type { UntaggedDeclaration } from "../../code.js";
import { childrenOf, declaredIn } from "../nodes.js";
import { parseCode } from "../parse.js";
import { declarationOf, mirrorsIn } from "./found.js";
import type { File } from "./rows.js";
import { scopeOf } from "./scope.js";
import { type Comment, codeOf, commentsIn } from "./syntax.js";
import { nodeBehind, tagsIn } from "./tags.js";

/** The enums, unions, lists and maps without a tag; none where the file does not parse. */
export function readUntagged(
  path: string,
  text: string,
  exists: (path: string) => boolean,
): UntaggedDeclaration[] {
  const parsed = parseCode(path, text);
  if ("error" in parsed) return [];
  const { program } = parsed;
  const comments = commentsIn(parsed.comments);
  const file: File = { path, text, scope: scopeOf(program), exists };
  const tagged = comments
    .filter((comment) => tagsIn(comment).length > 0)
    .map((comment) => nodeBehind(comment, program, text));
  const untagged: UntaggedDeclaration[] = [];
  const visit = (node: Node): void => {
    const found = isDeclaration(node) ? mirrorsIn(node, file) : [];
    // A switch is no declaration.
    const copies = found.filter(({ members }) => members.kind !== "case");
    if (copies.length === 0) childrenOf(node).forEach(visit);
    if (copies.length === 0 || tagged.includes(node) || tagged.includes(declaredIn(node))) return;
    const doc = docAbove(node.start, text, comments);
    untagged.push(
      ...copies.map((one) => ({
        declaration: declarationOf(one, node, { ...one.head, text: "" }, file, comments),
        tagged: (tag: string) => tagEdit(path, text, node.start, doc, tag),
      })),
    );
  };
  visit(program);
  return untagged;
}

function isDeclaration(node: Node): boolean {
  return /^(VariableDeclaration|TSEnumDeclaration|TSTypeAliasDeclaration|PropertyDefinition|AccessorProperty)$/.test(
    declaredIn(node).type,
  );
}

/** The JSDoc comment directly above a declaration: one that begins its line. */
function docAbove(at: number, text: string, comments: readonly Comment[]): Comment | undefined {
  let start = at;
  for (const comment of comments.filter(({ end }) => end <= at).reverse()) {
    if (text.slice(comment.end, start).trim() !== "") return undefined;
    ({ start } = comment);
    const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
    if (comment.isJsDoc && line.trim() === "") return comment;
  }
  return undefined;
}

/** The edit that puts a tag above a declaration: into its JSDoc comment, or into one of its own. */
function tagEdit(
  path: string,
  text: string,
  start: number,
  doc: Comment | undefined,
  tag: string,
): Edit {
  const eol = /\r?\n/.exec(text)?.[0] ?? "\n";
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const before = text.slice(lineStart, start);
  const indent = /^[ \t]*/.exec(before)?.[0] ?? "";
  if (doc === undefined) {
    const rest = before.trim() === "" ? eol + indent : " ";
    return { path, start, end: start, text: `/** ${tag} */${rest}` };
  }
  const inner = doc.value.slice("*".length);
  if (!inner.includes("\n")) {
    const lines = ["/**", ` * ${inner.trim()}`, " *", ` * ${tag}`, " */"];
    return { path, start: doc.start, end: doc.end, text: lines.join(eol + indent) };
  }
  // Behind the last line of the comment, whose end stands on a line of its own, or not.
  const last = codeOf(doc, text).slice(0, -"*/".length).trimEnd();
  const at = doc.start + last.length;
  const hasTags = /\*[ \t]*@\w/.test(inner);
  const lines = [...(hasTags ? [] : [" *"]), ` * ${tag}`].map((line) => eol + indent + line);
  const isOpen = text.slice(at, doc.end - "*/".length).includes("\n");
  return { path, start: at, end: at, text: lines.join("") + (isOpen ? "" : eol + indent) };
}
