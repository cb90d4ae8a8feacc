// The parts of a syntax tree that could be mirrors.
import type { MethodDefinition, Node, ObjectProperty } from "oxc-parser";
import type { Declaration, Range } from "../../../mirrors/declaration.js";
import { childrenOf, declaredIn } from "../nodes.js";
import {
  enumMembers,
  type File,
  literalMembers,
  type Members,
  switchMembers,
  unionMembers,
  unwrapped,
} from "./rows.js";
import { type Comment, codeOf, rangeOf } from "./syntax.js";
import { Writer } from "./writing.js";

/** Something that could be a mirror. */
export interface Found {
  readonly name: string;
  readonly head: Range;
  readonly members: Members;
}

/** What in a statement or a member of a class could be a mirror. */
export function mirrorsIn(statement: Node, file: File): Found[] {
  const node = declaredIn(statement);
  switch (node.type) {
    case "TSEnumDeclaration":
      return found(node.id.name, node.id, enumMembers(node, file));
    case "TSTypeAliasDeclaration":
      return found(node.id.name, node.id, unionMembers(node.typeAnnotation, file));
    case "VariableDeclaration": {
      const [only, ...others] = node.declarations;
      return only === undefined || others.length > 0 ? [] : named(only.id, only.init, file);
    }
    case "PropertyDefinition":
    case "AccessorProperty":
      return node.computed ? [] : named(node.key, node.value, file);
    case "Property":
      if (node.method || node.kind !== "init") {
        return inFunction(keyOf(node, file), node.value, file);
      }
      return node.computed || node.shorthand ? [] : named(node.key, node.value, file);
    case "ExportDefaultDeclaration": {
      const { declaration } = node;
      return declaration.type === "FunctionDeclaration"
        ? mirrorsIn(declaration, file)
        : inExpression("default", node, declaration, file);
    }
    case "TSExportAssignment":
      return inExpression("default", node, node.expression, file);
    case "ExpressionStatement": {
      const { expression } = node;
      if (expression.type !== "AssignmentExpression" || expression.operator !== "=") return [];
      const { left, right } = expression;
      return inExpression(codeOf(left, file.text), left, right, file);
    }
    case "FunctionDeclaration":
      return inFunction(node.id?.name ?? "default", node, file);
    case "MethodDefinition":
      return inFunction(keyOf(node, file), node.value, file);
    default:
      return [];
  }
}

function named(name: Node, value: Node | null, file: File): Found[] {
  if (value === null || (name.type !== "Identifier" && name.type !== "PrivateIdentifier"))
    return [];
  // Without the type, which belongs to the name.
  const end = (name.type === "Identifier" ? name.typeAnnotation?.start : undefined) ?? name.end;
  const code = file.text.slice(name.start, end).trimEnd();
  return inExpression(code, { start: name.start, end: name.start + code.length }, value, file);
}

function inExpression(name: string, head: Range, expression: Node, file: File): Found[] {
  const inner = unwrapped(expression);
  return isFunction(inner)
    ? inFunction(name, inner, file)
    : found(name, head, literalMembers(expression, file));
}

/** The switches in a function, without those of the functions in it. */
function inFunction(name: string, node: Node, file: File): Found[] {
  return childrenOf(node).flatMap((one): Found[] => {
    if (isFunction(one)) return [];
    const inner = inFunction(name, one, file);
    if (one.type !== "SwitchStatement") return inner;
    const members = switchMembers(one, file);
    const isRead = members.rows.some(({ slots }) => slots[0]?.form.kind !== "other");
    const head = { start: one.start, end: one.start + "switch".length };
    return isRead ? [{ name, head, members }, ...inner] : inner;
  });
}

function isFunction({ type }: Node): boolean {
  return /^(ArrowFunctionExpression|Function(Expression|Declaration))$/.test(type);
}

/** The name of a method as it is written. */
function keyOf({ key, computed }: MethodDefinition | ObjectProperty, { text }: File): string {
  const code = codeOf(key, text);
  return computed ? `[${code}]` : code;
}

function found(name: string, head: Range, members: Members | undefined): Found[] {
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
  const isEnum = declaredIn(node).type === "TSEnumDeclaration";
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
