// Reads the declarations of a TypeScript or JavaScript file that could be mirrors and have no tag.
import type { Comment, Node } from "oxc-parser";
import type { Edit } from "../../../../core/edit.js";
import type { UntaggedDeclaration } from "../../code.js";
import { childrenOf } from "../nodes.js";
import { parseCode } from "../parse.js";
import { declarationOf, mirrorsIn } from "./found.js";
import type { File } from "./rows.js";
import { scopeOf } from "./scope.js";
import { nextToken, tagsIn } from "./tags.js";

/** Where declarations stand that may be tagged: a switch is no declaration. */
const PLACES =
  /^(ExportNamedDeclaration|VariableDeclaration|TSEnumDeclaration|TSTypeAliasDeclaration|PropertyDefinition)$/;

/** The enums, unions, lists and maps without a tag; none where the file does not parse. */
export function readUntagged(
  path: string,
  text: string,
  exists: (path: string) => boolean,
): UntaggedDeclaration[] {
  const parsed = parseCode(path, text);
  if ("error" in parsed) return [];
  const { program, comments } = parsed;
  const file: File = { path, text, scope: scopeOf(program), exists };
  const untagged: UntaggedDeclaration[] = [];
  const visit = (node: Node): void => {
    if (PLACES.test(node.type)) {
      const above = comments.filter((one) => nextToken(text, one, comments) === node.start);
      const found = mirrorsIn(node, file).filter(({ members }) => members.kind !== "case");
      if (!above.some((comment) => tagsIn(comment).length > 0)) {
        untagged.push(
          ...found.map((one) => ({
            declaration: declarationOf(one, node, { ...one.head, text: "" }, file, comments),
            tagged: (tag: string) => tagEdit(path, text, node.start, above.at(-1), tag),
          })),
        );
      }
      if (found.length > 0) return;
    }
    childrenOf(node).forEach(visit);
  };
  visit(program);
  return untagged;
}

/** The edit that puts a tag above a declaration: into its JSDoc comment, or into one of its own. */
function tagEdit(
  path: string,
  text: string,
  start: number,
  comment: Comment | undefined,
  tag: string,
): Edit {
  const eol = /\r?\n/.exec(text)?.[0] ?? "\n";
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const before = text.slice(lineStart, start);
  const indent = /^[ \t]*/.exec(before)?.[0] ?? "";
  if (comment?.type !== "Block" || !comment.value.startsWith("*")) {
    const rest = before.trim() === "" ? eol + indent : " ";
    return { path, start, end: start, text: `/** ${tag} */${rest}` };
  }
  const { value, end } = comment;
  if (!value.includes("\n")) {
    const own = value.slice(1).trim();
    const lines = ["/**", ` * ${own}`, " *", ` * ${tag}`, " */"];
    return { path, start: comment.start, end, text: lines.join(eol + indent) };
  }
  // Behind the last line of the comment, whose end stands on a line of its own, or not.
  const last = text.slice(comment.start, end - 2).trimEnd();
  const at = comment.start + last.length;
  const hasTags = /\*[ \t]*@\w/.test(value);
  const lines = [...(hasTags ? [] : [" *"]), ` * ${tag}`].map((line) => eol + indent + line);
  const isOpen = text.slice(at, end - 2).includes("\n");
  return { path, start: at, end: at, text: lines.join("") + (isOpen ? "" : eol + indent) };
}
