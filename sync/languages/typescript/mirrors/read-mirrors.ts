// Reads the declarations of a TypeScript or JavaScript file that say which enum they mirror.
import type { Node } from "oxc-parser";
import type { Declaration, MirrorFile, Range } from "../../../mirrors/declaration.js";
import { declaredIn } from "../nodes.js";
import { parseCode } from "../parse.js";
import { declarationOf, mirrorsIn } from "./found.js";
import type { File } from "./rows.js";
import { scopeOf } from "./scope.js";
import { type Comment, commentsIn } from "./syntax.js";
import { nodeBehind, tagsIn } from "./tags.js";

/** The tagged declarations of a file, and the tags that stand on nothing that could be a mirror. */
export function readMirrors(
  path: string,
  text: string,
  exists: (path: string) => boolean,
): MirrorFile {
  const parsed = parseCode(path, text);
  if ("error" in parsed) {
    return { path, error: parsed.error, declarations: [], unsupported: [] };
  }
  const { program } = parsed;
  const comments = commentsIn(parsed.comments);
  const file: File = { path, text, scope: scopeOf(program), exists };
  const declarations: Declaration[] = [];
  const unsupported: (Range & { what: string })[] = [];
  for (const comment of comments) {
    for (const tag of tagsIn(comment)) {
      const node = comment.isJsDoc ? nodeBehind(comment, program, text) : undefined;
      const found = node === undefined ? [] : mirrorsIn(node, file);
      if (found.length === 0) unsupported.push({ ...tag, what: whatIs(node, comment) });
      declarations.push(
        ...found.map((one) => declarationOf(one, node as Node, tag, file, comments)),
      );
    }
  }
  return { path, error: undefined, declarations, unsupported };
}

/** What stands where a mirror was expected. */
function whatIs(node: Node | undefined, { isJsDoc }: Comment): string {
  if (!isJsDoc) return "a comment that is no JSDoc comment";
  if (node === undefined) return "nothing";
  switch (declaredIn(node).type) {
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "MethodDefinition":
      return "a function without a switch";
    case "VariableDeclaration":
    case "PropertyDefinition":
      return "something else than a literal list or map";
    case "TSTypeAliasDeclaration":
      return "a type that is not a union of literals";
    default:
      return "something else";
  }
}
