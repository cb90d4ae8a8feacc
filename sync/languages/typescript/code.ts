// Hand-written TypeScript and JavaScript, as Lockstep sees it.
import type { CodeLanguage } from "../code.js";
import { Exports } from "./consumers/exports.js";
import { importsIn } from "./consumers/imports-in.js";
import { resolverOf } from "./consumers/resolver.js";
import { readMirrors } from "./mirrors/read-mirrors.js";
import { readUntagged } from "./mirrors/read-untagged.js";

const ENDINGS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

export const typescriptCode: CodeLanguage = {
  endings: ENDINGS,
  readMirrors,
  readUntagged,
  // Loaded here, because TypeScript's compiler takes its time, and few runs look for the uses of a member.
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
      mayImport: (path, text) =>
        [...text.matchAll(imports)].some(
          ([, specifier = ""]) => resolver.resolve(path, specifier) !== undefined,
        ),
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

/** Matches an import, in whatever form, and captures the name of the module where it has one of those texts in it. */
function importOf(needles: readonly string[]): RegExp {
  const either = needles.map((one) => one.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
  const comment = "/\\*(?:[^*]|\\*(?!/))*\\*/\\s*";
  // The name is looked ahead at: a quote that ends a text would else take the import behind it along.
  const name = `(?=([^"'\`\\n]*(?:${either})[^"'\`\\n]*))`;
  return new RegExp(`\\b(?:from|import|require)\\s*\\(?\\s*(?:${comment})*["'\`]${name}`, "g");
}
