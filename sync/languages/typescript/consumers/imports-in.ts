// What a TypeScript or JavaScript file takes from the modules that it imports.
import type { Node, TSImportType, TSTypeName } from "oxc-parser";
import type { Range } from "../../../mirrors/declaration.js";
import { childrenOf, exportName, memberName } from "../nodes.js";
import { type ParseFailure, parseCode } from "../parse.js";
import { declaredNames } from "./declared-names.js";

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
): { readonly imports: readonly ModuleImport[] } | { readonly error: ParseFailure } {
  const parsed = parseCode(path, text);
  if ("error" in parsed) return parsed;
  const reader = new Reader(declaredNames(parsed.program));
  reader.visit(parsed.program);
  return { imports: reader.imports };
}

/** Goes through a file from its start, and notes what is taken from where. */
class Reader {
  readonly imports: Import[] = [];
  readonly #locals = new Map<string, Local>();
  /** What expressions were found to stand for, so that each is noted once. */
  readonly #opened = new Map<Node, Local | undefined>();

  constructor(private readonly declared: ReadonlyMap<string, number>) {}

  visit(node: Node): void {
    if (!this.#note(node)) for (const child of childrenOf(node)) this.visit(child);
  }

  /** Notes what a node takes; whether nothing is left to be seen in it. */
  #note(node: Node): boolean {
    switch (node.type) {
      case "ImportDeclaration": {
        const local = this.#open(node.source, node.importKind === "type");
        for (const one of local === undefined ? [] : node.specifiers) {
          const name =
            one.type === "ImportSpecifier"
              ? exportName(one.imported)
              : one.type === "ImportDefaultSpecifier"
                ? "default"
                : undefined;
          const at = one.type === "ImportSpecifier" ? one.imported : one.local;
          const taken = name === undefined ? local : this.#take(local, name, at);
          if (taken !== undefined) this.#locals.set(one.local.name, taken);
        }
        return true;
      }
      case "ExportNamedDeclaration": {
        if (node.source === null) return false;
        const local = this.#open(node.source, node.exportKind === "type");
        for (const one of node.specifiers) this.#take(local, exportName(one.local), one.local);
        return true;
      }
      case "ExportAllDeclaration":
        this.#open(node.source, node.exportKind === "type");
        return true;
      case "TSImportEqualsDeclaration": {
        const { moduleReference: from, id } = node;
        if (from.type !== "TSExternalModuleReference") return false;
        const local = this.#open(from.expression, node.importKind === "type");
        if (local !== undefined) this.#locals.set(id.name, local);
        return true;
      }
      case "TSImportType":
        this.#importType(node);
        return false;
      case "TSQualifiedName": {
        const [root, ...rest] = partsOf(node);
        this.#takeAll(root && this.#localOf(root), rest);
        return true;
      }
      case "VariableDeclarator": {
        const local = node.init === null ? undefined : this.#localOf(node.init);
        if (local !== undefined) this.#bind(node.id, local);
        return false;
      }
      case "CallExpression": {
        // import("...").then((module) => ...)
        const { callee, arguments: given } = node;
        const [handler] = given;
        const isThen =
          callee.type === "MemberExpression" &&
          callee.property.type === "Identifier" &&
          callee.property.name === "then";
        if (
          isThen &&
          (handler?.type === "ArrowFunctionExpression" || handler?.type === "FunctionExpression")
        ) {
          const local = this.#localOf(callee.object);
          const [parameter] = handler.params;
          if (local !== undefined && parameter !== undefined) this.#bind(parameter, local);
        }
        this.#localOf(node);
        return false;
      }
      case "ImportExpression":
      case "MemberExpression":
        this.#localOf(node);
        return false;
      default:
        return false;
    }
  }

  #open(source: Node, isType: boolean): Local | undefined {
    if (source.type !== "Literal" || typeof source.value !== "string") return undefined;
    const { start, end, value } = source;
    const from: Import = { specifier: value, start, end, isType, names: [] };
    this.imports.push(from);
    return { from, path: [] };
  }

  #take(local: Local | undefined, name: string, { start, end }: Node): Local | undefined {
    if (local === undefined) return undefined;
    const path = [...local.path, name];
    local.from.names.push({ path, start, end });
    return { from: local.from, path };
  }

  #takeAll(local: Local | undefined, names: readonly Node[]): void {
    let at = local;
    for (const name of names) if (name.type === "Identifier") at = this.#take(at, name.name, name);
  }

  #importType({ source, qualifier }: TSImportType): void {
    const local = this.#open(source, true);
    if (qualifier !== null) this.#takeAll(local, partsOf(qualifier as TSTypeName));
  }

  /** Gives the names in a pattern to the parts of what they are taken from. */
  #bind(pattern: Node, local: Local): void {
    if (pattern.type === "Identifier") this.#locals.set(pattern.name, local);
    if (pattern.type !== "ObjectPattern") return;
    for (const one of pattern.properties) {
      if (one.type !== "Property" || one.computed || one.key.type !== "Identifier") continue;
      const value = one.value.type === "AssignmentPattern" ? one.value.left : one.value;
      const taken = this.#take(local, one.key.name, one.key);
      if (taken !== undefined) this.#bind(value, taken);
    }
  }

  /** What an expression takes from a module, by `require`, `import()`, or a name that stands for it. */
  #localOf(node: Node): Local | undefined {
    if (this.#opened.has(node)) return this.#opened.get(node);
    const local = this.#read(node);
    this.#opened.set(node, local);
    return local;
  }

  #read(node: Node): Local | undefined {
    switch (node.type) {
      case "Identifier":
        // A name that is declared anew somewhere may stand for anything there.
        return (this.declared.get(node.name) ?? 0) > 1 ? undefined : this.#locals.get(node.name);
      case "AwaitExpression":
        return this.#localOf(node.argument);
      case "ParenthesizedExpression":
        return this.#localOf(node.expression);
      case "ImportExpression":
        return this.#open(node.source, false);
      case "CallExpression": {
        const { callee, arguments: given } = node;
        const [source] = given;
        return callee.type === "Identifier" && callee.name === "require" && source !== undefined
          ? this.#open(source, false)
          : undefined;
      }
      case "MemberExpression": {
        const name = memberName(node);
        const local = this.#localOf(node.object);
        return name === undefined || name === "then"
          ? undefined
          : this.#take(local, name, node.property);
      }
      default:
        return undefined;
    }
  }
}

function partsOf(name: Node): Node[] {
  return name.type === "TSQualifiedName" ? [...partsOf(name.left), name.right] : [name];
}
