// The members of a declaration: of an enum, a union, a list, a map or a switch, with their places.
import {
  type CaseClause,
  type EnumDeclaration,
  Node,
  type SwitchStatement,
  SyntaxKind,
  type TypeNode,
} from "ts-morph";
import type { Form, Range, Row, Slot } from "../../../mirrors/declaration.js";
import { originOf, resolveSource, type Scope } from "./scope.js";
import { rangeOf } from "./syntax.js";

/** How a name in a place is written: as an identifier, or in quotes. */
export type Quote = "" | '"' | "'" | "`";

export interface CodeSlot extends Slot {
  readonly quote: Quote;
  /** Whether it is a key that is written without brackets around it. */
  readonly isPlainKey: boolean;
}

export interface CodeRow extends Row {
  readonly slots: readonly CodeSlot[];
}

/** How members are set apart, and where they may stand. */
export interface Members {
  readonly kind: "comma" | "pipe" | "case";
  readonly rows: readonly CodeRow[];
  /** The room for members, between the brackets. */
  readonly room: Range;
  /** Why no member can be added; undefined where one can. */
  readonly closed: string | undefined;
}

/** What reading a file's members needs to know of the file. */
export interface File {
  readonly path: string;
  readonly text: string;
  readonly scope: Scope;
  readonly exists: (path: string) => boolean;
}

/** What stands between the brackets of a literal. */
function inside(node: Node): Range {
  return { start: node.getStart() + 1, end: node.getEnd() - 1 };
}

/** The members of an enum. */
export function enumMembers(declaration: EnumDeclaration, file: File): Members {
  let next: number | undefined = 0;
  const rows = declaration.getMembers().map((member): CodeRow => {
    const initializer = member.getInitializer();
    const name = keySlot(member.getNameNode(), file);
    const form: Form =
      initializer === undefined
        ? next === undefined
          ? { kind: "other" }
          : { kind: "implicit", value: next }
        : formOf(initializer, file);
    next = form.kind === "number" || form.kind === "implicit" ? form.value + 1 : undefined;
    const end = { start: name.end, end: name.end };
    const value =
      initializer === undefined
        ? { ...end, code: "", form, quote: "" as const, isPlainKey: false }
        : slotOf(initializer, file);
    return { ...rangeOf(member), slots: [name, value] };
  });
  const start = declaration.getFirstChildByKindOrThrow(SyntaxKind.OpenBraceToken).getEnd();
  return { kind: "comma", rows, room: { start, end: declaration.getEnd() - 1 }, closed: undefined };
}

/** The members of a union of literals; undefined for a type that is none. */
export function unionMembers(type: TypeNode, file: File): Members | undefined {
  const types = Node.isUnionTypeNode(type) ? type.getTypeNodes() : [type];
  const rows = types.map((one) => ({ ...rangeOf(one), slots: [typeSlot(one, file)] }));
  if (rows.every(({ slots }) => slots[0]?.form.kind === "other")) return undefined;
  return { kind: "pipe", rows, room: rangeOf(type), closed: undefined };
}

/** The members of a list or a map, whatever is around its literal; undefined for another expression. */
export function literalMembers(expression: Node, file: File): Members | undefined {
  const literal = unwrapped(expression);
  if (Node.isObjectLiteralExpression(literal)) {
    const rows = literal.getProperties().map((one): CodeRow => {
      if (!Node.isPropertyAssignment(one) && !Node.isShorthandPropertyAssignment(one)) {
        return { ...rangeOf(one), slots: [opaque(one)] };
      }
      const name = one.getNameNode();
      const value = Node.isPropertyAssignment(one) ? one.getInitializerOrThrow() : name;
      return { ...rangeOf(one), slots: [keySlot(name, file), slotOf(value, file)] };
    });
    return { kind: "comma", rows, room: inside(literal), closed: undefined };
  }
  if (Node.isArrayLiteralExpression(literal)) {
    const rows = literal.getElements().flatMap((one): CodeRow[] => {
      if (Node.isOmittedExpression(one)) return [];
      if (Node.isSpreadElement(one)) return [{ ...rangeOf(one), slots: [opaque(one)] }];
      const pair = unwrapped(one);
      const parts = Node.isArrayLiteralExpression(pair) ? pair.getElements() : [one];
      return [{ ...rangeOf(one), slots: parts.map((part) => slotOf(part, file)) }];
    });
    return { kind: "comma", rows, room: inside(literal), closed: undefined };
  }
  return undefined;
}

/** The expression inside `as const`, `satisfies`, `Object.freeze(...)`, `new Map(...)` and the like. */
export function unwrapped(expression: Node): Node {
  const isAround =
    Node.isAsExpression(expression) ||
    Node.isSatisfiesExpression(expression) ||
    Node.isTypeAssertion(expression) ||
    Node.isNonNullExpression(expression) ||
    Node.isParenthesizedExpression(expression);
  if (isAround) return unwrapped(expression.getExpression());
  const isNew = Node.isNewExpression(expression);
  if (!isNew && !Node.isCallExpression(expression)) return expression;
  const [first] = expression.getArguments();
  const callee = (isNew ? "new " : "") + expression.getExpression().getText();
  return first !== undefined &&
    !Node.isSpreadElement(first) &&
    /^(new (Map|Set)|Object\.(freeze|entries|fromEntries))$/.test(callee)
    ? unwrapped(first)
    : expression;
}

/** The cases of a switch, each with what it results in where it does nothing else. */
export function switchMembers(statement: SwitchStatement, file: File): Members {
  const block = statement.getCaseBlock();
  const rows = block.getClauses().flatMap((one): CodeRow[] => {
    if (!Node.isCaseClause(one)) return [];
    const result = resultOf(one);
    const test = slotOf(one.getExpression(), file);
    const slots = result === undefined ? [test] : [test, slotOf(result, file)];
    return [{ ...rangeOf(one), slots }];
  });
  return {
    kind: "case",
    rows,
    room: inside(block),
    closed: rows.every(({ slots }) => slots.length === 2)
      ? undefined
      : "its cases do more than to return or assign one value",
  };
}

/** What a case returns, or assigns before it breaks off; undefined where it does anything else. */
function resultOf(clause: CaseClause): Node | undefined {
  const statements = clause.getStatements();
  const [only] = statements;
  const body = Node.isBlock(only) && statements.length === 1 ? only.getStatements() : statements;
  const [first, second, third] = body;
  if (Node.isReturnStatement(first) && second === undefined) return first.getExpression();
  const assigned = Node.isExpressionStatement(first) ? first.getExpression() : undefined;
  return Node.isBinaryExpression(assigned) &&
    assigned.getOperatorToken().getKind() === SyntaxKind.EqualsToken &&
    Node.isBreakStatement(second) &&
    third === undefined
    ? assigned.getRight()
    : undefined;
}

function keySlot(key: Node, file: File): CodeSlot {
  if (Node.isComputedPropertyName(key)) return slotOf(key.getExpression(), file);
  if (!Node.isIdentifier(key)) return { ...slotOf(key, file), isPlainKey: true };
  const name = key.getText();
  const form = { kind: "name", text: name } as const;
  return { ...rangeOf(key), code: name, form, quote: "", isPlainKey: true };
}

function slotOf(expression: Node, file: File): CodeSlot {
  const inner = unwrapped(expression);
  const code = inner.getText();
  const quote = /^["'`]/.test(code) ? (code.charAt(0) as Quote) : "";
  return { ...rangeOf(inner), code, form: formOf(inner, file), quote, isPlainKey: false };
}

function opaque(node: Node): CodeSlot {
  const form = { kind: "other" } as const;
  return { ...rangeOf(node), code: node.getText(), form, quote: "", isPlainKey: false };
}

function formOf(expression: Node, file: File): Form {
  const value = literalValue(expression);
  if (typeof value === "string") return { kind: "name", text: value };
  if (typeof value === "number") return { kind: "number", value };
  return Node.isPropertyAccessExpression(expression) || Node.isElementAccessExpression(expression)
    ? reference(expression, expression.getExpression(), file)
    : { kind: "other" };
}

function typeSlot(type: TypeNode, file: File): CodeSlot {
  if (Node.isParenthesizedTypeNode(type)) return typeSlot(type.getTypeNode(), file);
  if (Node.isLiteralTypeNode(type)) return slotOf(type.getLiteral(), file);
  const name = Node.isTypeReference(type) ? type.getTypeName() : undefined;
  return Node.isQualifiedName(name)
    ? { ...opaque(type), form: reference(name, name.getLeft(), file) }
    : opaque(type);
}

/** A text or a number that stands there literally. */
function literalValue(expression: Node): string | number | undefined {
  const isLiteral =
    Node.isStringLiteral(expression) ||
    Node.isNoSubstitutionTemplateLiteral(expression) ||
    Node.isNumericLiteral(expression);
  if (isLiteral) return expression.getLiteralValue();
  if (!Node.isPrefixUnaryExpression(expression)) return undefined;
  const value = literalValue(expression.getOperand());
  return expression.getOperatorToken() === SyntaxKind.MinusToken && typeof value === "number"
    ? -value
    : undefined;
}

/** What the code before a member and the member refer to. */
function reference(node: Node, qualifier: Node, file: File): Form {
  const origin = originOf(node, file.scope);
  const [name, member] = origin?.names.slice(-2) ?? [];
  if (origin === undefined || name === undefined || member === undefined) return { kind: "other" };
  const { module } = origin;
  const path = module === undefined ? file.path : resolveSource(file.path, module, file.exists);
  return { kind: "reference", qualifier: qualifier.getText(), member, name, path };
}
