// Reads the declarations of a TypeScript or JavaScript file that could be mirrors and have no tag.
import { Node } from "ts-morph";
import type { Edit } from "../../../../core/edit.js";
import type { Range } from "../../../mirrors/declaration.js";
import type { UntaggedDeclaration } from "../../code.js";
import { declarationOf, mirrorsIn } from "./found.js";
import type { File } from "./rows.js";
import { scopeOf } from "./scope.js";
import { commentsIn, parseMirrors } from "./syntax.js";
import { tagsIn } from "./tags.js";

/** The enums, unions, lists and maps without a tag; none where the file does not parse. */
export function readUntagged(
  path: string,
  text: string,
  exists: (path: string) => boolean,
): UntaggedDeclaration[] {
  const parsed = parseMirrors(path, text);
  if ("error" in parsed) return [];
  const { source } = parsed;
  const comments = commentsIn(source);
  const file: File = { path, text, scope: scopeOf(source), exists };
  const untagged: UntaggedDeclaration[] = [];
  source.forEachDescendant((node, traversal) => {
    const isPlace =
      Node.isVariableStatement(node) ||
      Node.isEnumDeclaration(node) ||
      Node.isTypeAliasDeclaration(node) ||
      Node.isPropertyDeclaration(node);
    if (!isPlace) return;
    // A switch is no declaration.
    const found = mirrorsIn(node, file).filter(({ members }) => members.kind !== "case");
    if (found.length > 0) traversal.skip();
    const start = node.getStart();
    const above = comments.filter((one) => node.getPos() <= one.start && one.end <= start);
    if (above.some((comment) => tagsIn(comment).length > 0)) return;
    const docs = node.getJsDocs().at(-1);
    const doc = docs && { start: docs.getStart(), end: docs.getEnd(), text: docs.getText() };
    untagged.push(
      ...found.map((one) => ({
        declaration: declarationOf(one, node, { ...one.head, text: "" }, file, comments),
        tagged: (tag: string) => tagEdit(path, text, start, doc, tag),
      })),
    );
  });
  return untagged;
}

/** The edit that puts a tag above a declaration: into its JSDoc comment, or into one of its own. */
function tagEdit(
  path: string,
  text: string,
  start: number,
  doc: (Range & { readonly text: string }) | undefined,
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
  const inner = doc.text.slice("/**".length, -"*/".length);
  if (!inner.includes("\n")) {
    const lines = ["/**", ` * ${inner.trim()}`, " *", ` * ${tag}`, " */"];
    return { path, start: doc.start, end: doc.end, text: lines.join(eol + indent) };
  }
  // Behind the last line of the comment, whose end stands on a line of its own, or not.
  const last = doc.text.slice(0, -"*/".length).trimEnd();
  const at = doc.start + last.length;
  const hasTags = /\*[ \t]*@\w/.test(inner);
  const lines = [...(hasTags ? [] : [" *"]), ` * ${tag}`].map((line) => eol + indent + line);
  const isOpen = text.slice(at, doc.end - "*/".length).includes("\n");
  return { path, start: at, end: at, text: lines.join("") + (isOpen ? "" : eol + indent) };
}
