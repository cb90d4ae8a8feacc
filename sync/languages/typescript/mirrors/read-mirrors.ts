// Reads the declarations of a TypeScript or JavaScript file that say which enum they mirror.
import { type Comment, type Expression, type Node, parseSync } from "oxc-parser";
import type { Declaration, MirrorFile, Range } from "../../../mirrors/declaration.js";
import { childrenOf } from "../nodes.js";
import {
  enumMembers,
  type File,
  literalMembers,
  type Members,
  switchMembers,
  unionMembers,
  unwrapped,
} from "./rows.js";
import { scopeOf } from "./scope.js";
import { Writer } from "./writing.js";

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
      for (const { name, head, members } of found) {
        const writer = new Writer(path, text, comments, members);
        declarations.push({
          name,
          path,
          tag,
          head,
          rows: members.rows,
          closed: members.closed,
          firsts: (shortName, number) => firstsOf(members, node as Node, shortName, number),
          isAllowed: (column, one) => writer.isAllowed(column, one),
          write: (slot, written) => writer.write(slot, written),
          insert: (additions) => writer.insert(additions),
          remove: (row) => writer.remove(row as Members["rows"][number]),
        });
      }
    }
  }
  return { path, error: undefined, declarations, unsupported };
}

/** The tags in a comment: at the start of a line, or before something with a dot. */
function tagsIn({ value, start }: Comment): (Range & { text: string })[] {
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
function nextToken(text: string, { end }: Comment, comments: readonly Comment[]): number {
  for (let at = end; ; ) {
    at += (/^\s*/.exec(text.slice(at)) as RegExpExecArray)[0].length;
    const comment = comments.find(({ start }) => start === at);
    if (comment === undefined) return at;
    at = comment.end;
  }
}

/** The outermost statement or member that begins there. */
function nodeAt(root: Node, at: number): Node | undefined {
  for (const child of childrenOf(root)) {
    if (child.start === at) return child;
    if (child.start < at && at < child.end) return nodeAt(child, at);
  }
  return undefined;
}

interface Found {
  readonly name: string;
  readonly head: Range;
  readonly members: Members;
}

/** What in a statement or a member of a class mirrors something. */
export function mirrorsIn(node: Node, file: File): Found[] {
  switch (node.type) {
    case "ExportNamedDeclaration":
      return node.declaration === null ? [] : mirrorsIn(node.declaration, file);
    case "ExportDefaultDeclaration":
      return isExpression(node.declaration)
        ? inExpression("default", node, node.declaration, file)
        : mirrorsIn(node.declaration as Node, file);
    case "TSEnumDeclaration":
      return [{ name: node.id.name, head: node.id, members: enumMembers(node, file) }];
    case "TSTypeAliasDeclaration":
      return found(node.id.name, node.id, unionMembers(node.typeAnnotation, file));
    case "VariableDeclaration": {
      const [only, ...others] = node.declarations;
      if (only === undefined || others.length > 0 || only.init === null) return [];
      if (only.id.type !== "Identifier") return [];
      const { name, start } = only.id;
      return inExpression(name, { start, end: start + name.length }, only.init, file);
    }
    case "PropertyDefinition":
    case "MethodDefinition":
      return node.key.type === "Identifier" || node.key.type === "PrivateIdentifier"
        ? node.value === null
          ? []
          : inExpression(node.key.name, node.key, node.value as Expression, file)
        : [];
    case "Property":
      return node.key.type === "Identifier"
        ? inExpression(node.key.name, node.key, node.value as Expression, file)
        : [];
    case "ExpressionStatement":
      return node.expression.type === "AssignmentExpression"
        ? inExpression(
            file.text.slice(node.expression.left.start, node.expression.left.end),
            node.expression.left,
            node.expression.right,
            file,
          )
        : [];
    case "FunctionDeclaration":
      return inFunction(node.id?.name ?? "default", node.id ?? node, node, file);
    default:
      return [];
  }
}

function inExpression(name: string, head: Range, expression: Expression, file: File): Found[] {
  const inner = unwrapped(expression);
  return ["FunctionExpression", "ArrowFunctionExpression"].includes(inner.type)
    ? inFunction(name, head, inner, file)
    : found(name, head, literalMembers(expression, file));
}

/** The switches in a function, without those of the functions in it. */
function inFunction(name: string, head: Range, node: Node, file: File): Found[] {
  const all: Found[] = [];
  const visit = (one: Node): void => {
    if (one.type === "SwitchStatement") {
      const members = switchMembers(one, file);
      const isRead = members.rows.some(({ slots }) => slots[0]?.form.kind !== "other");
      if (isRead)
        all.push({ name, head: { start: one.start, end: one.start + "switch".length }, members });
    }
    if (!/Function/.test(one.type)) childrenOf(one).forEach(visit);
  };
  childrenOf(node).forEach(visit);
  return all.length === 0
    ? []
    : all.map((one) =>
        all.length === 1 ? { ...one, head: one.head } : { ...one, head: one.head ?? head },
      );
}

function found(name: string, head: Range, members: Members | undefined): Found[] {
  return members === undefined
    ? []
    : [{ name, head: { start: head.start, end: head.end }, members }];
}

function isExpression(node: Node): node is Expression & Node {
  return /Expression$|^(Identifier|Literal)$/.test(node.type);
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

/** Two ways in which a declaration without members could begin. */
function firstsOf(members: Members, node: Node, shortName: string, number: number): string[] {
  const upper = shortName.toUpperCase();
  const lower = shortName.toLowerCase();
  const declared = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  if (declared?.type === "TSEnumDeclaration")
    return [`${upper} = ${number}`, `${upper} = "${lower}"`];
  return members.kind === "comma" ? [`"${lower}"`, `"${upper}"`] : [];
}
