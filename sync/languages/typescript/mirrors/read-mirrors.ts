// Reads the declarations of a TypeScript or JavaScript file that say which enum they mirror.
import { type Comment, type Node, parseSync } from "oxc-parser";
import type { Declaration, MirrorFile, Range } from "../../../mirrors/declaration.js";
import { declarationOf, mirrorsIn } from "./found.js";
import type { File } from "./rows.js";
import { scopeOf } from "./scope.js";
import { nextToken, nodeAt, tagsIn } from "./tags.js";

/** The tagged declarations of a file, and the tags that stand on nothing that could be a mirror. */
export function readMirrors(
  path: string,
  text: string,
  exists: (path: string) => boolean,
): MirrorFile {
  const { program, comments, errors } = parseSync(path, text);
  const error = errors.find(({ severity }) => severity === "Error");
  if (error !== undefined) {
    const [label] = error.labels;
    const at = { start: label?.start ?? 0, end: label?.end ?? 0 };
    return { path, error: { ...at, message: error.message }, declarations: [], unsupported: [] };
  }
  const file: File = { path, text, scope: scopeOf(program), exists };
  const declarations: Declaration[] = [];
  const unsupported: (Range & { what: string })[] = [];
  for (const comment of comments) {
    for (const tag of tagsIn(comment)) {
      const node = comment.value.startsWith("*")
        ? nodeAt(program, nextToken(text, comment, comments))
        : undefined;
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
function whatIs(node: Node | undefined, { type, value }: Comment): string {
  if (type === "Line" || !value.startsWith("*")) return "a comment that is no JSDoc comment";
  switch (node?.type) {
    case undefined:
      return "nothing";
    case "FunctionDeclaration":
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
