// Where code uses a member of a mirror, as the types tell it.
import { lstatSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Node as ParsedNode, Program } from "oxc-parser";
import { Node, Project, type SourceFile, ts } from "ts-morph";
import type { CodeFiles } from "../../../../core/code-files.js";
import type { Sources } from "../../../../core/sources.js";
import { workspacePath } from "../../../../core/workspace.js";
import type { Declaration, Slot } from "../../../mirrors/declaration.js";
import type { References, Use } from "../../code.js";
import type { Resolver } from "../consumers/resolver.js";
import { childrenOf } from "../nodes.js";
import { parseCode } from "../parse.js";
import { type Origin, originOf, scopeOf, sourceAt } from "./scope.js";
import { IDENTIFIER } from "./writing.js";

/** Reads files as they are asked about, with all that they import from the workspace. */
export class TypeScriptReferences implements References {
  readonly #project: Project;
  readonly #loaded = new Set<string>();
  readonly #parsed = new Map<string, Program | undefined>();

  constructor(
    private readonly code: CodeFiles,
    private readonly paths: readonly string[],
    private readonly sources: Sources,
    private readonly resolver: Resolver,
  ) {
    this.#project = new Project({
      useInMemoryFileSystem: true,
      compilerOptions: {
        allowJs: true,
        jsx: ts.JsxEmit.Preserve,
        lib: ["lib.es2023.d.ts"],
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ESNext,
        types: [],
      },
      resolutionHost: () => ({
        resolveModuleNames: (names, from) =>
          names.map((name) => {
            const path = this.#resolve(from.slice(1), name);
            return path === undefined ? undefined : { resolvedFileName: `/${path}` };
          }),
      }),
    });
  }

  async of(declaration: Declaration, slot: Slot, to: string | undefined): Promise<Use[]> {
    if (slot.form.kind !== "name") return [];
    const { text } = slot.form;
    const { path, name } = declaration;
    const has = (one: string, part: string): boolean =>
      this.code.bytes(one)?.includes(part) === true;
    const mentioning = this.paths.filter((one) => has(one, text) || has(one, name));
    const links = mentioning.filter((one) => lstatSync(join(this.code.root, one)).isSymbolicLink());
    for (const one of [path, ...mentioning]) if (!links.includes(one)) await this.#load(one);
    const uses = this.#typed(path, slot, to);
    const word = new RegExp(`(?<![\\w$])${text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?![\\w$])`);
    for (const one of mentioning) {
      const source = this.#project.getSourceFile(`/${one}`);
      if (source === undefined || !word.test(source.getFullText())) continue;
      uses.push(...this.#untyped(one, source, text, name, uses));
    }
    uses.push(...links.flatMap((one) => this.#outside(one, word)));
    const isKey = declaration.rows.some(({ slots }) => slots[0] === slot);
    return isKey && to !== undefined ? [...uses, ...this.#askedWithTexts(declaration)] : uses;
  }

  /** What the language service would rename. */
  #typed(path: string, { start, end, code }: Slot, to: string | undefined): Use[] {
    const service = this.#project.getLanguageService().compilerObject;
    const at = /^["'`]/.test(code) ? start + 1 : start;
    if (!service.getRenameInfo(`/${path}`, at, {}).canRename) return [];
    const options = { providePrefixAndSuffixTextForRename: true };
    const found = service.findRenameLocations(`/${path}`, at, false, false, options) ?? [];
    return found
      .map((one) => this.#use(one, to))
      .filter((use) => use.path !== path || use.start < start || use.end > end);
  }

  #use(
    { fileName, textSpan, prefixText = "", suffixText = "" }: ts.RenameLocation,
    to: string | undefined,
  ): Use {
    const source = this.#project.getSourceFileOrThrow(fileName);
    const quote = /["'`]/.exec(source.getFullText().charAt(textSpan.start - 1))?.[0] ?? "";
    const start = textSpan.start - quote.length;
    const end = textSpan.start + textSpan.length + quote.length;
    const isWritable =
      to !== undefined && (quote === "" ? IDENTIFIER.test(to) : !/["'`\\\n$]/.test(to));
    const text = isWritable ? prefixText + quote + to + quote + suffixText : undefined;
    return { path: fileName.slice(1), start, end, text };
  }

  /** Accesses by that name to what has no type and may be the mirror; or where the file does not parse. */
  #untyped(
    path: string,
    source: SourceFile,
    text: string,
    mirror: string,
    typed: readonly Use[],
  ): Use[] {
    const use = (start: number, end: number): Use => ({ path, start, end, text: undefined });
    const [error] = this.#project.getProgram().getSyntacticDiagnostics(source);
    if (error !== undefined) return [use(error.getStart(), error.getStart() + error.getLength())];
    const uses: Use[] = [];
    source.forEachDescendant((node) => {
      if (!Node.isPropertyAccessExpression(node) || node.getName() !== text) return;
      const name = node.getNameNode();
      const isKnown = typed.some((one) => one.path === path && one.start === name.getStart());
      const object = node.getExpression();
      if (isKnown || !object.getType().isAny() || !this.#mayBe(mirror, object, path)) return;
      uses.push(use(name.getStart(), name.getEnd()));
    });
    return uses;
  }

  /** Whether something without a type may be that mirror: it is none of the bindings or of a package. */
  #mayBe(mirror: string, object: Node, path: string): boolean {
    const origin = this.#origin(object, path);
    if (origin?.module !== undefined) {
      const isOwn = this.resolver.candidates(path, origin.module).length > 0;
      return isOwn && this.resolver.resolve(path, origin.module) === undefined;
    }
    let root = object;
    while (Node.isPropertyAccessExpression(root)) root = root.getExpression();
    const isGlobal = Node.isIdentifier(root) && root.getDefinitionNodes().length === 0;
    return !isGlobal || origin?.names.at(-1) === mirror;
  }

  /** What leads to an object; undefined where it is no name, and in a file that oxc-parser does not take. */
  #origin(object: Node, path: string): Origin | undefined {
    if (!this.#parsed.has(path)) {
      const parsed = parseCode(path, object.getSourceFile().getFullText());
      this.#parsed.set(path, "error" in parsed ? undefined : parsed.program);
    }
    const program = this.#parsed.get(path);
    const [start, end] = [object.getStart(), object.getEnd()];
    let node: ParsedNode | undefined = program;
    while (node !== undefined && (node.start !== start || node.end !== end)) {
      node = childrenOf(node).find((one) => one.start <= start && end <= one.end);
    }
    return program && node && originOf(node, scopeOf(program));
  }

  /** Where a link leads to a file that is read under no name of its own, and mentions the member. */
  #outside(path: string, word: RegExp): Use[] {
    const { root } = this.code;
    const target = workspacePath(realpathSync(root), realpathSync(join(root, path)));
    const at = this.code.has(target)
      ? undefined
      : word.exec(this.code.bytes(path)?.toString() ?? "");
    return at ? [{ path, start: at.index, end: at.index, text: undefined }] : [];
  }

  /** Where the mirror is asked with some text, by `MIRROR[text]` or `MIRROR.get(text)`. */
  #askedWithTexts({ path, name, head }: Declaration): Use[] {
    const declared = this.#project.getSourceFileOrThrow(`/${path}`).getDescendantAtPos(head.start);
    if (!Node.isIdentifier(declared) || declared.getText() !== name) return [];
    return declared.findReferencesAsNodes().flatMap((reference) => {
      const named = reference.getParent();
      const object =
        Node.isPropertyAccessExpression(named) && named.getNameNode() === reference
          ? named
          : reference;
      const around = object.getParent();
      const call = around?.getParent();
      const given =
        Node.isElementAccessExpression(around) && around.getExpression() === object
          ? [around.getArgumentExpression()]
          : Node.isPropertyAccessExpression(around) && Node.isCallExpression(call)
            ? call.getExpression() === around
              ? call.getArguments()
              : []
            : [];
      const isText = given.some((one) => {
        const type = one?.getType();
        return type?.isString() === true || type?.isAny() === true;
      });
      if (!isText) return [];
      const file = object.getSourceFile().getFilePath().slice(1);
      return [{ path: file, start: object.getStart(), end: object.getEnd(), text: undefined }];
    });
  }

  async #load(path: string): Promise<void> {
    if (this.#loaded.has(path)) return;
    this.#loaded.add(path);
    const text = await this.sources.read(path);
    if (text === undefined) return;
    this.#project.createSourceFile(`/${path}`, withoutMark(text));
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      const imported = this.#resolve(path, fileName);
      if (imported !== undefined) await this.#load(imported);
    }
  }

  /** The source file of the workspace that an import leads to. */
  #resolve(from: string, specifier: string): string | undefined {
    for (const path of this.resolver.candidates(from, specifier)) {
      const source = sourceAt(path, (one) => this.code.has(one));
      if (source !== undefined) return source;
    }
    return undefined;
  }
}

/** With a space for a byte-order mark, which would be taken away, and all offsets be one less. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, " ");
}
