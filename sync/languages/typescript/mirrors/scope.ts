// What the names at the top of a file stand for: imports, require, aliases of other names.
import { posix } from "node:path";
import { Node, type ObjectBindingPattern, type SourceFile } from "ts-morph";

/** Something by the names that lead to it: from a module, or from the file itself. */
export interface Origin {
  /** The specifier of the module; undefined for what the file itself declares. */
  readonly module: string | undefined;
  readonly names: readonly string[];
}

export type Scope = ReadonlyMap<string, Origin>;

/** The names that a file imports or gives to parts of what it imports. */
export function scopeOf(source: SourceFile): Scope {
  const scope = new Map<string, Origin>();
  for (const statement of source.getStatements()) {
    if (Node.isImportDeclaration(statement)) {
      const module = statement.getModuleSpecifierValue();
      const add = (local: string | undefined, names: string[]): void => {
        if (local !== undefined) scope.set(local, { module, names });
      };
      add(statement.getDefaultImport()?.getText(), ["default"]);
      add(statement.getNamespaceImport()?.getText(), []);
      for (const one of statement.getNamedImports()) {
        add(one.getAliasNode()?.getText() ?? one.getName(), [one.getName()]);
      }
    } else if (Node.isImportEqualsDeclaration(statement)) {
      const from = statement.getModuleReference();
      const origin = Node.isExternalModuleReference(from)
        ? moduleOrigin(from.getExpression())
        : originOf(from, scope);
      if (origin !== undefined) scope.set(statement.getName(), origin);
    } else if (Node.isVariableStatement(statement)) {
      for (const declared of statement.getDeclarations()) {
        const init = declared.getInitializer();
        const origin = init && originOf(init, scope);
        if (origin === undefined) continue;
        const name = declared.getNameNode();
        if (Node.isIdentifier(name)) scope.set(name.getText(), origin);
        else if (Node.isObjectBindingPattern(name)) addPattern(name, origin, scope);
      }
    }
  }
  return scope;
}

function addPattern(
  pattern: ObjectBindingPattern,
  origin: Origin,
  scope: Map<string, Origin>,
): void {
  for (const one of pattern.getElements()) {
    const local = one.getNameNode();
    const taken = one.getPropertyNameNode() ?? local;
    if (!Node.isIdentifier(local) || !Node.isIdentifier(taken)) continue;
    if (one.getDotDotDotToken() !== undefined) continue;
    scope.set(local.getText(), { ...origin, names: [...origin.names, taken.getText()] });
  }
}

/** Where an expression of names, or a name in a type, leads to; undefined for anything else. */
export function originOf(node: Node, scope: Scope): Origin | undefined {
  if (Node.isIdentifier(node)) {
    return scope.get(node.getText()) ?? { module: undefined, names: [node.getText()] };
  }
  if (Node.isPropertyAccessExpression(node)) {
    return within(originOf(node.getExpression(), scope), node.getName());
  }
  if (Node.isElementAccessExpression(node)) {
    const name = node.getArgumentExpression();
    if (!Node.isStringLiteral(name)) return undefined;
    return within(originOf(node.getExpression(), scope), name.getLiteralValue());
  }
  if (Node.isQualifiedName(node)) {
    return within(originOf(node.getLeft(), scope), node.getRight().getText());
  }
  if (Node.isAwaitExpression(node) || Node.isParenthesizedExpression(node)) {
    return originOf(node.getExpression(), scope);
  }
  if (!Node.isCallExpression(node)) return undefined;
  const isImport = /^(import|require)$/.test(node.getExpression().getText());
  return isImport ? moduleOrigin(node.getArguments()[0]) : undefined;
}

function within(origin: Origin | undefined, name: string): Origin | undefined {
  return origin && { ...origin, names: [...origin.names, name] };
}

function moduleOrigin(specifier: Node | undefined): Origin | undefined {
  return Node.isStringLiteral(specifier)
    ? { module: specifier.getLiteralValue(), names: [] }
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
