// Parses hand-written code.
import { type ParseResult, type ParserOptions, parseSync } from "oxc-parser";
import type { Range } from "../../mirrors/declaration.js";

/** Why a file does not parse, and where. */
export type ParseFailure = Range & { readonly message: string };

export type Parsed = Pick<ParseResult, "program" | "comments">;

/**
 * The syntax tree and the comments of a file, or what keeps it from being parsed. Offsets are in UTF-16 units,
 * and count a byte-order mark.
 */
export function parseCode(path: string, text: string): Parsed | { readonly error: ParseFailure } {
  let failure: ParseFailure | undefined;
  for (const options of optionsFor(path)) {
    const parsed = parseSync(path, text, options);
    const error = parsed.errors.find(({ severity }) => severity === "Error");
    if (error === undefined) return parsed;
    const [label] = error.labels;
    failure ??= { start: label?.start ?? 0, end: label?.end ?? 0, message: error.message };
  }
  return { error: failure as ParseFailure };
}

/**
 * What a file may be, by its name; the first is likeliest. JavaScript may have JSX in it whatever it is called, as
 * TypeScript has it, and a CommonJS module may return at its top.
 */
function optionsFor(path: string): ParserOptions[] {
  switch (/\.[cm]?js$/.exec(path)?.[0]) {
    case ".js":
      return [
        { lang: "jsx", sourceType: "unambiguous" },
        { lang: "jsx", sourceType: "commonjs" },
      ];
    case ".mjs":
      return [{ lang: "jsx", sourceType: "module" }];
    case ".cjs":
      return [{ lang: "jsx", sourceType: "commonjs" }];
    default:
      return [{}];
  }
}
