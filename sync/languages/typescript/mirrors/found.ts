// The parts of a syntax tree that could be mirrors.
import { Node } from "ts-morph";
import type { Declaration, Range } from "../../../mirrors/declaration.js";
import {
  enumMembers,
  type File,
  literalMembers,
  type Members,
  switchMembers,
  unionMembers,
  unwrapped,
} from "./rows.js";
import { type Comment, rangeOf } from "./syntax.js";
import { Writer } from "./writing.js";

/** Something that could be a mirror. */
export interface Found {
  readonly name: string;
  readonly head: Range;
  readonly members: Members;
}

/** What in a statement or a member of a class could be a mirror. */
export function mirrorsIn(node: Node, file: File): Found[] {
  if (Node.isEnumDeclaration(node)) {
    return found(node.getName(), node.getNameNode(), enumMembers(node, file));
  }
  if (Node.isTypeAliasDeclaration(node)) {
    const members = unionMembers(node.getTypeNodeOrThrow(), file);
    return found(node.getName(), node.getNameNode(), members);
  }
  if (Node.isVariableStatement(node)) {
    const [only, ...others] = node.getDeclarations();
    if (only === undefined || others.length > 0) return [];
    return named(only.getNameNode(), only.getInitializer(), file);
  }
  if (Node.isPropertyDeclaration(node) || Node.isPropertyAssignment(node)) {
    return named(node.getNameNode(), node.getInitializer(), file);
  }
  if (Node.isExportAssignment(node)) {
    return inExpression("default", node, node.getExpression(), file);
  }
  if (Node.isExpressionStatement(node)) {
    const assigned = node.getExpression();
    if (!Node.isBinaryExpression(assigned) || assigned.getOperatorToken().getText() !== "=")
      return [];
    const left = assigned.getLeft();
    return inExpression(left.getText(), left, assigned.getRight(), file);
  }
  if (Node.isConstructorDeclaration(node)) return inFunction("constructor", node, file);
  const isFunction =
    Node.isFunctionDeclaration(node) ||
    Node.isMethodDeclaration(node) ||
    Node.isGetAccessorDeclaration(node) ||
    Node.isSetAccessorDeclaration(node);
  return isFunction ? inFunction(node.getName() ?? "default", node, file) : [];
}

function named(name: Node, value: Node | undefined, file: File): Found[] {
  return value !== undefined && (Node.isIdentifier(name) || Node.isPrivateIdentifier(name))
    ? inExpression(name.getText(), name, value, file)
    : [];
}

function inExpression(name: string, head: Node, expression: Node, file: File): Found[] {
  const inner = unwrapped(expression);
  return Node.isFunctionExpression(inner) || Node.isArrowFunction(inner)
    ? inFunction(name, inner, file)
    : found(name, head, literalMembers(expression, file));
}

/** The switches in a function, without those of the functions in it. */
function inFunction(name: string, node: Node, file: File): Found[] {
  const all: Found[] = [];
  node.forEachDescendant((one, traversal) => {
    if (Node.isFunctionLikeDeclaration(one) || Node.isFunctionExpression(one)) traversal.skip();
    if (!Node.isSwitchStatement(one)) return;
    const members = switchMembers(one, file);
    const isRead = members.rows.some(({ slots }) => slots[0]?.form.kind !== "other");
    const start = one.getStart();
    if (isRead) all.push({ name, head: { start, end: start + "switch".length }, members });
  });
  return all;
}

function found(name: string, head: Node, members: Members | undefined): Found[] {
  return members === undefined ? [] : [{ name, head: rangeOf(head), members }];
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
  const isEnum = Node.isEnumDeclaration(node);
  return {
    name,
    path,
    tag,
    head,
    rows: members.rows,
    closed: members.closed,
    firsts: (shortName, number) => firstsOf(members, isEnum, shortName, number),
    isAllowed: (column, one) => writer.isAllowed(column, one),
    write: (slot, written) => writer.write(slot, written),
    insert: (additions) => writer.insert(additions),
    remove: (rows) => writer.remove(rows),
  };
}

/** Two ways in which a declaration without members could begin. */
function firstsOf(members: Members, isEnum: boolean, shortName: string, number: number): string[] {
  const upper = shortName.toUpperCase();
  const lower = shortName.toLowerCase();
  if (isEnum) return [`${upper} = ${number}`, `${upper} = "${lower}"`];
  return members.kind === "comma" ? [`"${lower}"`, `"${upper}"`] : [];
}
