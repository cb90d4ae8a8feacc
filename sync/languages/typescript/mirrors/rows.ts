// The members of a declaration: of an enum, a union, a list, a map or a switch, with their places.
import type {
  Expression,
  Node,
  SwitchCase,
  SwitchStatement,
  TSEnumDeclaration,
  TSType,
} from "oxc-parser";
import type { Form, Range, Row, Slot } from "../../../mirrors/declaration.js";
import { type Origin, originOf, originOfEntity, resolveSource, type Scope } from "./scope.js";

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

const inside = ({ start, end }: Range): Range => ({ start: start + 1, end: end - 1 });

/** The members of an enum. */
export function enumMembers({ body }: TSEnumDeclaration, file: File): Members {
  let next: number | undefined = 0;
  const rows = body.members.map((member): CodeRow => {
    const { id, initializer } = member;
    const name = keySlot(id, false, file);
    const form: Form =
      initializer === null
        ? next === undefined
          ? { kind: "other" }
          : { kind: "implicit", value: next }
        : formOf(initializer, file);
    next = form.kind === "number" || form.kind === "implicit" ? form.value + 1 : undefined;
    const end = { start: name.end, end: name.end };
    const value =
      initializer === null
        ? { ...end, code: "", form, quote: "" as const, isPlainKey: false }
        : slotOf(initializer, file);
    return { start: member.start, end: member.end, slots: [name, value] };
  });
  return { kind: "comma", rows, room: inside(body), closed: undefined };
}

/** The members of a union of literals; undefined for a type that is none. */
export function unionMembers(type: TSType, file: File): Members | undefined {
  const types = type.type === "TSUnionType" ? type.types : [type];
  const rows = types.map((one) => ({
    start: one.start,
    end: one.end,
    slots: [typeSlot(one, file)],
  }));
  if (rows.every(({ slots }) => slots[0]?.form.kind === "other")) return undefined;
  return { kind: "pipe", rows, room: type, closed: undefined };
}

/** The members of a list or a map, whatever is around its literal; undefined for another expression. */
export function literalMembers(expression: Expression, file: File): Members | undefined {
  const literal = unwrapped(expression);
  if (literal.type === "ObjectExpression") {
    const rows = literal.properties.map((one): CodeRow => {
      const { start, end } = one;
      if (one.type !== "Property" || one.kind !== "init" || one.method) {
        return { start, end, slots: [opaque(one, file)] };
      }
      return { start, end, slots: [keySlot(one.key, one.computed, file), slotOf(one.value, file)] };
    });
    return { kind: "comma", rows, room: inside(literal), closed: undefined };
  }
  if (literal.type === "ArrayExpression") {
    const rows = literal.elements.flatMap((one): CodeRow[] => {
      if (one === null) return [];
      const { start, end } = one;
      if (one.type === "SpreadElement") return [{ start, end, slots: [opaque(one, file)] }];
      const pair = unwrapped(one);
      const parts = pair.type === "ArrayExpression" ? pair.elements : [one];
      const slots = parts.map((part) =>
        part === null || part.type === "SpreadElement" ? opaque(one, file) : slotOf(part, file),
      );
      return [{ start, end, slots }];
    });
    return { kind: "comma", rows, room: inside(literal), closed: undefined };
  }
  return undefined;
}

/** The expression inside `as const`, `satisfies`, `Object.freeze(...)`, `new Map(...)` and the like. */
export function unwrapped(expression: Expression): Expression {
  switch (expression.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
    case "TSNonNullExpression":
    case "ParenthesizedExpression":
      return unwrapped(expression.expression);
    case "NewExpression":
    case "CallExpression": {
      const { callee, arguments: given } = expression;
      const [first] = given;
      const name =
        callee.type === "Identifier"
          ? `new ${callee.name}`
          : callee.type === "MemberExpression" &&
              callee.object.type === "Identifier" &&
              callee.property.type === "Identifier"
            ? `${callee.object.name}.${callee.property.name}`
            : "";
      const isAround =
        /^(new (Map|Set|ReadonlyMap|ReadonlySet)|Object\.(freeze|entries|fromEntries))$/;
      return first !== undefined && first.type !== "SpreadElement" && isAround.test(name)
        ? unwrapped(first)
        : expression;
    }
    default:
      return expression;
  }
}

/** The cases of a switch, each with what it results in where it does nothing else. */
export function switchMembers(statement: SwitchStatement, file: File): Members {
  const cases = statement.cases.filter(({ test }) => test !== null);
  const rows = cases.map((one): CodeRow => {
    const result = resultOf(one);
    const test = slotOf(one.test as Expression, file);
    const slots = result === undefined ? [test] : [test, slotOf(result, file)];
    return { start: one.start, end: one.end, slots };
  });
  return {
    kind: "case",
    rows,
    room: { start: file.text.indexOf("{", statement.discriminant.end) + 1, end: statement.end - 1 },
    closed: rows.every(({ slots }) => slots.length === 2)
      ? undefined
      : "its cases do more than to return or assign one value",
  };
}

/** What a case returns, or assigns before it breaks off; undefined where it does anything else. */
function resultOf({ consequent }: SwitchCase): Expression | undefined {
  const [only] = consequent;
  const body = only?.type === "BlockStatement" && consequent.length === 1 ? only.body : consequent;
  const [first, second, third] = body;
  if (first?.type === "ReturnStatement" && second === undefined) return first.argument ?? undefined;
  return first?.type === "ExpressionStatement" &&
    first.expression.type === "AssignmentExpression" &&
    first.expression.operator === "=" &&
    second?.type === "BreakStatement" &&
    third === undefined
    ? first.expression.right
    : undefined;
}

function keySlot(key: Node, computed: boolean, file: File): CodeSlot {
  if (!computed && key.type === "Identifier") {
    const { start, end, name } = key;
    return {
      start,
      end,
      code: name,
      form: { kind: "name", text: name },
      quote: "",
      isPlainKey: true,
    };
  }
  return { ...slotOf(key as Expression, file), isPlainKey: !computed };
}

function slotOf(expression: Expression, file: File): CodeSlot {
  const inner = unwrapped(expression);
  const { start, end } = inner;
  const code = file.text.slice(start, end);
  const quote = /^["'`]/.test(code) ? (code.charAt(0) as Quote) : "";
  return { start, end, code, form: formOf(inner, file), quote, isPlainKey: false };
}

function opaque({ start, end }: Range, file: File): CodeSlot {
  const code = file.text.slice(start, end);
  return { start, end, code, form: { kind: "other" }, quote: "", isPlainKey: false };
}

function formOf(expression: Expression, file: File): Form {
  const value = literalValue(expression);
  if (typeof value === "string") return { kind: "name", text: value };
  if (typeof value === "number") return { kind: "number", value };
  if (expression.type !== "MemberExpression") return { kind: "other" };
  const qualifier = file.text.slice(expression.object.start, expression.object.end);
  return reference(originOf(expression, file.scope), qualifier, file);
}

function typeSlot(type: TSType, file: File): CodeSlot {
  if (type.type === "TSParenthesizedType") return typeSlot(type.typeAnnotation, file);
  if (type.type === "TSLiteralType") return slotOf(type.literal as Expression, file);
  if (type.type !== "TSTypeReference" || type.typeName.type !== "TSQualifiedName") {
    return opaque(type, file);
  }
  const { left } = type.typeName;
  const origin = originOfEntity(type.typeName, file.scope);
  const form = reference(origin, file.text.slice(left.start, left.end), file);
  return { ...opaque(type, file), form };
}

/** A text or a number that stands there literally. */
function literalValue(expression: Expression): string | number | undefined {
  if (expression.type === "Literal") {
    const { value } = expression;
    return typeof value === "string" || typeof value === "number" ? value : undefined;
  }
  if (expression.type === "TemplateLiteral" && expression.expressions.length === 0) {
    return expression.quasis[0]?.value.cooked ?? undefined;
  }
  if (expression.type === "UnaryExpression" && expression.operator === "-") {
    const value = literalValue(expression.argument);
    return typeof value === "number" ? -value : undefined;
  }
  return undefined;
}

function reference(origin: Origin | undefined, qualifier: string, file: File): Form {
  const [name, member] = origin?.names.slice(-2) ?? [];
  if (origin === undefined || name === undefined || member === undefined) return { kind: "other" };
  const { module } = origin;
  const path = module === undefined ? file.path : resolveSource(file.path, module, file.exists);
  return { kind: "reference", qualifier, member, name, path };
}
