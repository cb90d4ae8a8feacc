// What a TypeScript or JavaScript file takes from the modules that it imports.
import { type Expression, type Node, parseSync } from "oxc-parser";
import type { Range } from "../../../mirrors/declaration.js";
import { exportName } from "../mirrors/scope.js";
import { childrenOf } from "../nodes.js";

export interface ModuleImport extends Range {
  readonly specifier: string;
  /** Whether it is gone when the program runs. */
  readonly isType: boolean;
  /** What is taken from the module: names, and names in what they lead to. */
  readonly names: readonly (Range & { readonly path: readonly string[] })[];
}

interface Import extends ModuleImport {
  readonly names: { path: readonly string[]; start: number; end: number }[];
}

/** A name in the file that stands for a module or for a part of one. */
interface Local {
  readonly from: Import;
  readonly path: readonly string[];
}

/** Every import of the file: static, dynamic, by `require`, re-exported and in types. */
export function importsIn(
  path: string,
  text: string,
): { imports: ModuleImport[] } | { error: Range & { message: string } } {
  const { program, errors } = parseSync(path, text);
  const error = errors.find(({ severity }) => severity === "Error");
  if (error !== undefined) {
    const [label] = error.labels;
    const at = { start: label?.start ?? 0, end: label?.end ?? 0 };
    return { error: { ...at, message: error.message } };
  }
  const imports: Import[] = [];
  const locals = new Map<string, Local>();
  const declared = new Map<string, number>();
  const start = (source: Node, isType: boolean): Import | undefined => {
    if (source.type !== "Literal" || typeof source.value !== "string") return undefined;
    const { start, end, value } = source;
    const made: Import = { specifier: value, start, end, isType, names: [] };
    imports.push(made);
    return made;
  };
  const take = ({ from, path }: Local, name: string, { start, end }: Node): Local => {
    const taken = [...path, name];
    from.names.push({ path: taken, start, end });
    return { from, path: taken };
  };
  /** Gives the names in a pattern to the parts of what they are taken from. */
  const bind = (pattern: Node, local: Local): void => {
    if (pattern.type === "Identifier") locals.set(pattern.name, local);
    if (pattern.type !== "ObjectPattern") return;
    for (const one of pattern.properties) {
      if (one.type !== "Property" || one.computed || one.key.type !== "Identifier") continue;
      const value = one.value.type === "AssignmentPattern" ? one.value.left : one.value;
      bind(value, take(local, one.key.name, one.key));
    }
  };
  /** What an expression takes from a module, by `require`, `import()`, or a name that stands for it. */
  const localOf = (node: Node): Local | undefined => {
    switch (node.type) {
      case "Identifier":
        return (declared.get(node.name) ?? 0) > 1 ? undefined : locals.get(node.name);
      case "AwaitExpression":
        return localOf(node.argument);
      case "ParenthesizedExpression":
        return localOf(node.expression);
      case "ImportExpression":
      case "CallExpression": {
        const known = opened.get(node);
        if (known !== undefined) return known;
        const source =
          node.type === "ImportExpression"
            ? node.source
            : node.callee.type === "Identifier" && node.callee.name === "require"
              ? node.arguments[0]
              : undefined;
        const from = source === undefined ? undefined : start(source, false);
        const local = from && { from, path: [] };
        if (local !== undefined) opened.set(node, local);
        return local;
      }
      case "MemberExpression": {
        const known = opened.get(node);
        if (known !== undefined) return known;
        const object = localOf(node.object);
        const { property, computed } = node;
        const name =
          !computed && property.type === "Identifier"
            ? property.name
            : property.type === "Literal" && typeof property.value === "string"
              ? property.value
              : undefined;
        if (object === undefined || name === undefined || name === "then") return undefined;
        const local = take(object, name, property);
        opened.set(node, local);
        return local;
      }
      default:
        return undefined;
    }
  };
  const opened = new Map<Node, Local>();
  const visit = (node: Node): void => {
    switch (node.type) {
      case "ImportDeclaration": {
        const from = start(node.source, node.importKind === "type");
        if (from === undefined) return;
        for (const one of node.specifiers) {
          const local = { from, path: [] };
          if (one.type === "ImportNamespaceSpecifier") locals.set(one.local.name, local);
          else if (one.type === "ImportSpecifier")
            locals.set(one.local.name, take(local, exportName(one.imported), one.imported));
          else locals.set(one.local.name, take(local, "default", one.local));
        }
        return;
      }
      case "ExportNamedDeclaration": {
        if (node.source === null) break;
        const from = start(node.source, node.exportKind === "type");
        if (from === undefined) return;
        for (const one of node.specifiers)
          take({ from, path: [] }, exportName(one.local), one.local);
        return;
      }
      case "ExportAllDeclaration":
        start(node.source, node.exportKind === "type");
        return;
      case "TSImportEqualsDeclaration":
        if (node.moduleReference.type === "TSExternalModuleReference") {
          const from = start(node.moduleReference.expression, node.importKind === "type");
          if (from !== undefined) locals.set(node.id.name, { from, path: [] });
          return;
        }
        break;
      case "TSImportType": {
        const from = start(node.source, true);
        let qualifier: Node | null = node.qualifier;
        const parts: Node[] = [];
        while (qualifier?.type === "TSQualifiedName") {
          parts.unshift(qualifier.right);
          qualifier = qualifier.left;
        }
        if (qualifier !== null) parts.unshift(qualifier);
        let local = from && { from, path: [] as readonly string[] };
        for (const part of parts) {
          if (local !== undefined && part.type === "Identifier")
            local = take(local, part.name, part);
        }
        break;
      }
      case "VariableDeclarator": {
        const local = node.init === null ? undefined : localOf(node.init);
        if (local !== undefined) bind(node.id, local);
        break;
      }
      case "CallExpression": {
        // import("...").then((module) => ...)
        const { callee, arguments: given } = node;
        const [handler] = given;
        if (
          callee.type === "MemberExpression" &&
          callee.property.type === "Identifier" &&
          callee.property.name === "then" &&
          (handler?.type === "ArrowFunctionExpression" || handler?.type === "FunctionExpression")
        ) {
          const local = localOf(callee.object);
          const [parameter] = handler.params;
          if (local !== undefined && parameter !== undefined) bind(parameter as Node, local);
        }
        localOf(node);
        break;
      }
      case "ImportExpression":
      case "MemberExpression":
        localOf(node);
        break;
      case "TSQualifiedName": {
        const parts = partsOf(node);
        const [root, ...rest] = parts;
        let local = root === undefined ? undefined : localOf(root);
        for (const part of rest) {
          if (local !== undefined && part.type === "Identifier")
            local = take(local, part.name, part);
        }
        return;
      }
    }
    childrenOf(node).forEach(visit);
  };
  countDeclared(program, declared);
  visit(program);
  return { imports };
}

function partsOf(node: Node): Node[] {
  return node.type === "TSQualifiedName" ? [...partsOf(node.left), node.right] : [node];
}

/** How many times each name is declared: one that a function declares anew may stand for anything. */
function countDeclared(root: Node, counts: Map<string, number>): void {
  const declare = (pattern: Node): void => {
    if (pattern.type === "Identifier") {
      counts.set(pattern.name, (counts.get(pattern.name) ?? 0) + 1);
    } else if (pattern.type === "Property") declare(pattern.value as Expression);
    else if (pattern.type === "AssignmentPattern") declare(pattern.left);
    else if (/Pattern|RestElement|TSParameterProperty/.test(pattern.type))
      childrenOf(pattern).forEach(declare);
  };
  const visit = (node: Node): void => {
    if (/^Import.*Specifier$/.test(node.type)) declare((node as { local: Node } & Node).local);
    if (node.type === "VariableDeclarator") declare(node.id);
    if (node.type === "TSImportEqualsDeclaration") declare(node.id);
    if (node.type === "CatchClause" && node.param !== null) declare(node.param);
    if ("params" in node && Array.isArray(node.params)) (node.params as Node[]).forEach(declare);
    if (
      "id" in node &&
      node.type !== "VariableDeclarator" &&
      node.type !== "TSImportEqualsDeclaration"
    ) {
      const { id } = node as { id: Node | null };
      if (id !== null && id.type === "Identifier") declare(id);
    }
    childrenOf(node).forEach(visit);
  };
  visit(root);
}
