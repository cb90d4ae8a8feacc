// The parts of a syntax tree that could be mirrors.
import type { Comment, Expression, Node } from "oxc-parser";
import type { Declaration, Range } from "../../../mirrors/declaration.js";
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
import { Writer } from "./writing.js";

/** Something that could be a mirror. */
export interface Found {
  readonly name: string;
  readonly head: Range;
  readonly members: Members;
}

/** What in a statement or a member of a class could be a mirror. */
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
      return inFunction(node.id?.name ?? "default", node, file);
    default:
      return [];
  }
}

function inExpression(name: string, head: Range, expression: Expression, file: File): Found[] {
  const inner = unwrapped(expression);
  return ["FunctionExpression", "ArrowFunctionExpression"].includes(inner.type)
    ? inFunction(name, inner, file)
    : found(name, head, literalMembers(expression, file));
}

/** The switches in a function, without those of the functions in it. */
function inFunction(name: string, node: Node, file: File): Found[] {
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
  return all;
}

function found(name: string, head: Range, members: Members | undefined): Found[] {
  return members === undefined
    ? []
    : [{ name, head: { start: head.start, end: head.end }, members }];
}

function isExpression(node: Node): node is Expression & Node {
  return /Expression$|^(Identifier|Literal)$/.test(node.type);
}

/** Something that could be a mirror, with its tag, as a declaration. */
export function declarationOf(
  { name, head, members }: Found,
  node: Node,
  tag: Declaration["tag"],
  { path, text }: File,
  comments: readonly Comment[],
): Declaration {
  const writer = new Writer(path, text, comments, members);
  return {
    name,
    path,
    tag,
    head,
    rows: members.rows,
    closed: members.closed,
    firsts: (shortName, number) => firstsOf(members, node, shortName, number),
    isAllowed: (column, one) => writer.isAllowed(column, one),
    write: (slot, written) => writer.write(slot, written),
    insert: (additions) => writer.insert(additions),
    remove: (rows) => writer.remove(rows),
  };
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
