// What the names at the top of a file stand for: imports, require, aliases of other names.
import { posix } from "node:path";
import type { ImportDeclarationSpecifier, Node, ObjectPattern, Program } from "oxc-parser";
import { declaredIn, exportName, memberName } from "../nodes.js";

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
  for (const statement of program.body.map(declaredIn)) {
    if (statement.type === "ImportDeclaration") {
      const module = statement.source.value;
      for (const one of statement.specifiers)
        scope.set(one.local.name, { module, names: named(one) });
    } else if (statement.type === "TSImportEqualsDeclaration") {
      const origin = originOf(statement.moduleReference, scope);
      if (origin !== undefined) scope.set(statement.id.name, origin);
    } else if (statement.type === "VariableDeclaration") {
      for (const { id, init } of statement.declarations) {
        const origin = init === null ? undefined : originOf(init, scope);
        if (origin === undefined) continue;
        if (id.type === "Identifier") scope.set(id.name, origin);
        else if (id.type === "ObjectPattern") addPattern(id, origin, scope);
      }
    }
  }
  return scope;
}

/** What a name in an import takes from the module. */
function named(specifier: ImportDeclarationSpecifier): string[] {
  if (specifier.type === "ImportNamespaceSpecifier") return [];
  return [specifier.type === "ImportSpecifier" ? exportName(specifier.imported) : "default"];
}

function addPattern(pattern: ObjectPattern, origin: Origin, scope: Map<string, Origin>): void {
  for (const one of pattern.properties) {
    if (one.type !== "Property" || one.key.type !== "Identifier" || one.computed) continue;
    const local = one.value.type === "AssignmentPattern" ? one.value.left : one.value;
    if (local.type !== "Identifier") continue;
    scope.set(local.name, { ...origin, names: [...origin.names, one.key.name] });
  }
}

/** Where an expression of names, or a name in a type, leads to; undefined for anything else. */
export function originOf(node: Node, scope: Scope): Origin | undefined {
  switch (node.type) {
    case "Identifier":
      return scope.get(node.name) ?? { module: undefined, names: [node.name] };
    case "MemberExpression": {
      const name = memberName(node);
      return name === undefined ? undefined : within(originOf(node.object, scope), name);
    }
    case "TSQualifiedName":
      return within(originOf(node.left, scope), node.right.name);
    case "AwaitExpression":
      return originOf(node.argument, scope);
    case "ChainExpression":
    case "ParenthesizedExpression":
      return originOf(node.expression, scope);
    case "TSExternalModuleReference":
      return moduleOrigin(node.expression);
    case "ImportExpression":
      return moduleOrigin(node.source);
    case "CallExpression": {
      const { callee, arguments: given } = node;
      return callee.type === "Identifier" && callee.name === "require"
        ? moduleOrigin(given[0])
        : undefined;
    }
    default:
      return undefined;
  }
}

function within(origin: Origin | undefined, name: string): Origin | undefined {
  return origin && { ...origin, names: [...origin.names, name] };
}

function moduleOrigin(specifier: Node | undefined): Origin | undefined {
  return specifier?.type === "Literal" && typeof specifier.value === "string"
    ? { module: specifier.value, names: [] }
    : undefined;
}

/** The source file that a relative import in `from` means; undefined where there is none. */
export function resolveSource(
  from: string,
  specifier: string,
  exists: (path: string) => boolean,
): string | undefined {
  return /^\.{1,2}(\/|$)/.test(specifier)
    ? sourceAt(posix.join(posix.dirname(from), specifier), exists)
    : undefined;
}

/** The source file that an import of that path means; undefined where there is none. */
export function sourceAt(path: string, exists: (path: string) => boolean): string | undefined {
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
