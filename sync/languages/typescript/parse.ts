// Parses hand-written code.
import { type ParseResult, parseSync } from "oxc-parser";
import type { Range } from "../../mirrors/declaration.js";

/** Why a file does not parse, and where. */
export type ParseFailure = Range & { readonly message: string };

/** The syntax tree and the comments of a file, or what keeps it from being parsed. */
export function parseCode(
  path: string,
  text: string,
): Pick<ParseResult, "program" | "comments"> | { readonly error: ParseFailure } {
  const { program, comments, errors } = parseSync(path, text);
  const error = errors.find(({ severity }) => severity === "Error");
  if (error === undefined) return { program, comments };
  const [label] = error.labels;
  return { error: { start: label?.start ?? 0, end: label?.end ?? 0, message: error.message } };
}
