// Hand-written TypeScript and JavaScript, as Lockstep sees it.
import type { CodeLanguage } from "../code.js";
import { Exports } from "./consumers/exports.js";
import { importsIn } from "./consumers/imports-in.js";
import { resolverOf } from "./consumers/resolver.js";

const ENDINGS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

export const typescriptCode: CodeLanguage = {
  endings: ENDINGS,
  // Loaded here, because ts-morph takes its time, and most runs read no mirror.
  async readMirrors(path, text, exists) {
    const { readMirrors } = await import("./mirrors/read-mirrors.js");
    return readMirrors(path, text, exists);
  },
  async readUntagged(path, text, exists) {
    const { readUntagged } = await import("./mirrors/read-untagged.js");
    return readUntagged(path, text, exists);
  },
  async openReferences(code, sources, generated) {
    const { TypeScriptReferences } = await import("./mirrors/references.js");
    const paths = code.paths.filter((path) => ENDINGS.some((ending) => path.endsWith(ending)));
    const resolver = resolverOf(code.root, code.paths, generated);
    return new TypeScriptReferences(code, paths, sources, resolver);
  },
  openConsumers(root, paths, indexes, comparisons) {
    const resolver = resolverOf(
      root,
      paths,
      comparisons.map(({ folder }) => folder),
    );
    const imports = importOf(resolver.needles);
    const exported = new Exports(root, indexes, comparisons);
    return {
      needles: resolver.needles,
      mayImport: (text) => imports.test(text),
      read(path, text) {
        const read = importsIn(path, text);
        if ("error" in read) return { imports: 0, broken: [{ kind: "syntax", ...read.error }] };
        const own = read.imports.flatMap((one) => {
          const target = resolver.resolve(path, one.specifier);
          return target === undefined ? [] : [{ one, target }];
        });
        const isScript = /\.[cm]?jsx?$/.test(path);
        return {
          imports: own.length,
          broken: own.flatMap(({ one, target }) => exported.judge(target, one, isScript)),
        };
      },
    };
  },
};

/** Matches an import, in whatever form, of a module whose name has one of those texts in it. */
function importOf(needles: readonly string[]): RegExp {
  const either = needles.map((one) => one.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
  const comment = "/\\*(?:[^*]|\\*(?!/))*\\*/\\s*";
  return new RegExp(
    `\\b(?:from|import|require)\\s*\\(?\\s*(?:${comment})*["'\`][^"'\`\\n]*(?:${either})`,
  );
}
