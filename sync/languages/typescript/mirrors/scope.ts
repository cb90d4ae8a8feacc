// What the names at the top of a file stand for: imports, require, aliases of other names.
import { posix } from "node:path";
import type { Expression, ModuleExportName, ObjectPattern, Program, TSTypeName } from "oxc-parser";

/** Something by the names that lead to it: from a module, or from the file itself. */
export interface Origin {
  /** The specifier of the module; undefined for what the file itself declares. */
  readonly module: string | undefined;
  readonly names: readonly string[];
}

export type Scope = ReadonlyMap<string, Origin>;

/** The names that a file imports or gives to parts of what it imports. */
export function scopeOf(program: Program): Scope {
  const scope = new Map<string, Origin>();
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration") {
      const module = statement.source.value;
      for (const one of statement.specifiers) {
        const names =
          one.type === "ImportSpecifier"
            ? [exportName(one.imported)]
            : one.type === "ImportDefaultSpecifier"
              ? ["default"]
              : [];
        scope.set(one.local.name, { module, names });
      }
    } else if (statement.type === "TSImportEqualsDeclaration") {
      const { moduleReference: from, id } = statement;
      const origin =
        from.type === "TSExternalModuleReference"
          ? { module: from.expression.value, names: [] }
          : originOfEntity(from as TSTypeName, scope);
      if (origin !== undefined) scope.set(id.name, origin);
    } else {
      const declared =
        statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
      if (declared?.type !== "VariableDeclaration") continue;
      for (const { id, init } of declared.declarations) {
        const origin = init === null ? undefined : originOf(init, scope);
        if (origin === undefined) continue;
        if (id.type === "Identifier") scope.set(id.name, origin);
        else if (id.type === "ObjectPattern") addPattern(id, origin, scope);
      }
    }
  }
  return scope;
}

function addPattern(pattern: ObjectPattern, origin: Origin, scope: Map<string, Origin>): void {
  for (const one of pattern.properties) {
    if (one.type !== "Property" || one.computed || one.key.type !== "Identifier") continue;
    if (one.value.type !== "Identifier") continue;
    scope.set(one.value.name, { ...origin, names: [...origin.names, one.key.name] });
  }
}

/** Where an expression of names leads to; undefined for any other expression. */
export function originOf(expression: Expression, scope: Scope): Origin | undefined {
  switch (expression.type) {
    case "Identifier":
      return scope.get(expression.name) ?? { module: undefined, names: [expression.name] };
    case "MemberExpression": {
      const name = memberOf(expression);
      const object =
        expression.object.type === "Super" ? undefined : originOf(expression.object, scope);
      if (name === undefined || object === undefined) return undefined;
      return { ...object, names: [...object.names, name] };
    }
    case "AwaitExpression":
    case "ParenthesizedExpression":
      return originOf(
        expression.type === "AwaitExpression" ? expression.argument : expression.expression,
        scope,
      );
    case "ImportExpression":
      return moduleOrigin(expression.source);
    case "CallExpression": {
      const { callee, arguments: given } = expression;
      const [first] = given;
      const isRequire = callee.type === "Identifier" && callee.name === "require";
      return isRequire && first !== undefined ? moduleOrigin(first) : undefined;
    }
    default:
      return undefined;
  }
}

function moduleOrigin(source: { type: string; value?: unknown }): Origin | undefined {
  return source.type === "Literal" && typeof source.value === "string"
    ? { module: source.value, names: [] }
    : undefined;
}

/** Where a name in a type leads to. */
export function originOfEntity(name: TSTypeName, scope: Scope): Origin | undefined {
  if (name.type === "Identifier") {
    return scope.get(name.name) ?? { module: undefined, names: [name.name] };
  }
  if (name.type !== "TSQualifiedName") return undefined;
  const left = originOfEntity(name.left, scope);
  return left && { ...left, names: [...left.names, name.right.name] };
}

function memberOf(expression: Expression & { type: "MemberExpression" }): string | undefined {
  const { property, computed } = expression;
  if (!computed && property.type === "Identifier") return property.name;
  return computed && property.type === "Literal" && typeof property.value === "string"
    ? property.value
    : undefined;
}

/** The name in an import or export, which may be written as a string. */
export function exportName(name: ModuleExportName): string {
  return name.type === "Literal" ? name.value : name.name;
}

/** The source file that a relative import in `from` means; undefined where there is none. */
export function resolveSource(
  from: string,
  specifier: string,
  exists: (path: string) => boolean,
): string | undefined {
  if (!/^\.{1,2}(\/|$)/.test(specifier)) return undefined;
  const path = posix.join(posix.dirname(from), specifier);
  const base = path.replace(/\.([cm]?)js$/, "");
  const kind = /\.([cm])js$/.exec(path)?.[1] ?? "";
  const candidates = [path];
  if (base !== path) candidates.push(`${base}.${kind}ts`, `${base}.tsx`, `${base}.jsx`);
  for (const stem of [path, posix.join(path, "index")]) {
    candidates.push(
      ...[".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"].map((e) => stem + e),
    );
  }
  return candidates.find(exists);
}
