// The members of a declaration: of an enum, a union, a list, a map or a switch, with their places.
import type {
  CallExpression,
  NewExpression,
  Node,
  Span,
  SwitchCase,
  SwitchStatement,
  TSEnumDeclaration,
  TSType,
} from "oxc-parser";
import type { Form, Range, Row, Slot } from "../../../mirrors/declaration.js";
import { memberName } from "../nodes.js";
import { originOf, resolveSource, type Scope } from "./scope.js";
import { codeBehind, codeOf, rangeOf } from "./syntax.js";

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
function inside({ start, end }: Span): Range {
  return { start: start + 1, end: end - 1 };
}

/** The members of an enum. */
export function enumMembers({ body }: TSEnumDeclaration, file: File): Members {
  let next: number | undefined = 0;
  const rows = body.members.map((member): CodeRow => {
    const name = keySlot(member.id, member.computed, file);
    const value =
      member.initializer === null ? counted(name.end, next) : slotOf(member.initializer, file);
    const { form } = value;
    next = form.kind === "number" || form.kind === "implicit" ? form.value + 1 : undefined;
    return { ...rangeOf(member), slots: [name, value] };
  });
  return { kind: "comma", rows, room: inside(body), closed: undefined };
}

/** The number of a member that has none written. */
function counted(at: number, value: number | undefined): CodeSlot {
  const form: Form = value === undefined ? { kind: "other" } : { kind: "implicit", value };
  return { start: at, end: at, code: "", form, quote: "", isPlainKey: false };
}

/** The members of a union of literals; undefined for a type that is none. */
export function unionMembers(type: TSType, file: File): Members | undefined {
  const types = type.type === "TSUnionType" ? type.types : [type];
  const rows = types.map((one) => ({ ...rangeOf(one), slots: [typeSlot(one, file)] }));
  if (rows.every(({ slots }) => slots[0]?.form.kind === "other")) return undefined;
  return { kind: "pipe", rows, room: rangeOf(type), closed: undefined };
}

/** The members of a list or a map, whatever is around its literal; undefined for another expression. */
export function literalMembers(expression: Node, file: File): Members | undefined {
  const literal = unwrapped(expression);
  if (literal.type === "ObjectExpression") {
    const rows = literal.properties.map((one): CodeRow => {
      const isEntry = one.type === "Property" && !one.method && one.kind === "init";
      if (!isEntry) return { ...rangeOf(one), slots: [opaque(one, file)] };
      const { key, computed, value } = one;
      return { ...rangeOf(one), slots: [keySlot(key, computed, file), slotOf(value, file)] };
    });
    return { kind: "comma", rows, room: inside(literal), closed: undefined };
  }
  if (literal.type === "ArrayExpression") {
    const rows = literal.elements.flatMap((one): CodeRow[] => {
      if (one === null) return [];
      if (one.type === "SpreadElement") return [{ ...rangeOf(one), slots: [opaque(one, file)] }];
      const pair = unwrapped(one);
      const parts = pair.type === "ArrayExpression" ? pair.elements : [one];
      const slots = parts.map((part) => (part === null ? opaque(one, file) : slotOf(part, file)));
      return [{ ...rangeOf(one), slots }];
    });
    return { kind: "comma", rows, room: inside(literal), closed: undefined };
  }
  return undefined;
}

/** The expression inside `as const`, `satisfies`, `Object.freeze(...)`, `new Map(...)` and the like. */
export function unwrapped(expression: Node): Node {
  switch (expression.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
    case "TSNonNullExpression":
    case "ParenthesizedExpression":
    case "ChainExpression":
      return unwrapped(expression.expression);
    case "NewExpression":
    case "CallExpression": {
      const [first] = expression.arguments;
      return isWrapper(expression) && first !== undefined && first.type !== "SpreadElement"
        ? unwrapped(first)
        : expression;
    }
    default:
      return expression;
  }
}

/** Whether what is called gives its first argument back, as another kind of list or map. */
function isWrapper({ type, callee }: NewExpression | CallExpression): boolean {
  if (type === "NewExpression") {
    return callee.type === "Identifier" && /^(Map|Set)$/.test(callee.name);
  }
  return (
    callee.type === "MemberExpression" &&
    callee.object.type === "Identifier" &&
    callee.object.name === "Object" &&
    /^(freeze|entries|fromEntries)$/.test(memberName(callee) ?? "")
  );
}

/** The cases of a switch, each with what it results in where it does nothing else. */
export function switchMembers(statement: SwitchStatement, file: File): Members {
  const rows = statement.cases.flatMap((one): CodeRow[] => {
    if (one.test === null) return [];
    const result = resultOf(one);
    const test = slotOf(one.test, file);
    const slots = result === undefined ? [test] : [test, slotOf(result, file)];
    return [{ ...rangeOf(one), slots }];
  });
  // Behind the condition come its `)` and the `{`.
  const close = codeBehind(file.text, statement.discriminant.end);
  const start = codeBehind(file.text, close + 1) + 1;
  return {
    kind: "case",
    rows,
    room: { start, end: statement.end - 1 },
    closed: rows.every(({ slots }) => slots.length === 2)
      ? undefined
      : "its cases do more than to return or assign one value",
  };
}

/** What a case returns, or assigns before it breaks off; undefined where it does anything else. */
function resultOf({ consequent }: SwitchCase): Node | undefined {
  const [only, ...others] = consequent;
  const body = only?.type === "BlockStatement" && others.length === 0 ? only.body : consequent;
  const [first, second, third] = body;
  if (first?.type === "ReturnStatement" && second === undefined) return first.argument ?? undefined;
  const assigned = first?.type === "ExpressionStatement" ? first.expression : undefined;
  return assigned?.type === "AssignmentExpression" &&
    assigned.operator === "=" &&
    second?.type === "BreakStatement" &&
    third === undefined
    ? assigned.right
    : undefined;
}

function keySlot(key: Node, computed: boolean, file: File): CodeSlot {
  if (computed) return slotOf(key, file);
  if (key.type !== "Identifier") return { ...slotOf(key, file), isPlainKey: true };
  const name = codeOf(key, file.text);
  const form = { kind: "name", text: name } as const;
  return { ...rangeOf(key), code: name, form, quote: "", isPlainKey: true };
}

function slotOf(expression: Node, file: File): CodeSlot {
  const inner = unwrapped(expression);
  const code = codeOf(inner, file.text);
  const quote = /^["'`]/.test(code) ? (code.charAt(0) as Quote) : "";
  return { ...rangeOf(inner), code, form: formOf(inner, file), quote, isPlainKey: false };
}

function opaque(node: Node, { text }: File): CodeSlot {
  const form = { kind: "other" } as const;
  return { ...rangeOf(node), code: codeOf(node, text), form, quote: "", isPlainKey: false };
}

function formOf(expression: Node, file: File): Form {
  const value = literalValue(expression);
  if (typeof value === "string") return { kind: "name", text: value };
  if (typeof value === "number") return { kind: "number", value };
  return expression.type === "MemberExpression"
    ? reference(expression, expression.object, file)
    : { kind: "other" };
}

function typeSlot(type: TSType, file: File): CodeSlot {
  if (type.type === "TSParenthesizedType") return typeSlot(type.typeAnnotation, file);
  if (type.type === "TSLiteralType") return slotOf(type.literal, file);
  const name = type.type === "TSTypeReference" ? type.typeName : undefined;
  return name?.type === "TSQualifiedName"
    ? { ...opaque(type, file), form: reference(name, name.left, file) }
    : opaque(type, file);
}

/** A text or a number that stands there literally. */
function literalValue(expression: Node): string | number | undefined {
  if (expression.type === "TemplateLiteral") {
    const [only, ...others] = expression.quasis;
    return others.length === 0 ? (only?.value.cooked ?? undefined) : undefined;
  }
  if (expression.type === "Literal") {
    const { value } = expression;
    return typeof value === "string" || typeof value === "number" ? value : undefined;
  }
  if (expression.type !== "UnaryExpression" || expression.operator !== "-") return undefined;
  const value = literalValue(expression.argument);
  return typeof value === "number" ? -value : undefined;
}

/** What the code before a member and the member refer to. */
function reference(node: Node, qualifier: Node, file: File): Form {
  const origin = originOf(node, file.scope);
  const [name, member] = origin?.names.slice(-2) ?? [];
  if (origin === undefined || name === undefined || member === undefined) return { kind: "other" };
  const { module } = origin;
  const path = module === undefined ? file.path : resolveSource(file.path, module, file.exists);
  return { kind: "reference", qualifier: codeOf(qualifier, file.text), member, name, path };
}
