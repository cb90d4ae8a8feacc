// What a proto says of where it belongs: its package and its imports, read without compiling it.
import { posix } from "node:path";
import { lexemes } from "./proto-text.js";

export interface ProtoFile {
  /** Relative to the workspace. */
  readonly path: string;
  /** Empty where it names none. */
  readonly package: string;
  /** The files that it imports, by the names that it imports them as. */
  readonly imports: readonly string[];
}

/** The package and the imports that a proto's text names. */
export function readProto(path: string, text: string): ProtoFile {
  const tokens = tokensOf(text);
  const imports: string[] = [];
  let name = "";
  let depth = 0;
  tokens.forEach((token, i) => {
    if (token === "{") depth++;
    if (token === "}") depth--;
    // A statement begins the file, or follows another one.
    if (depth > 0 || (i > 0 && !/^[;}]$/.test(tokens[i - 1] as string))) return;
    if (token === "package") name = tokens[i + 1] ?? "";
    if (token !== "import") return;
    const next = tokens[i + 1] ?? "";
    const imported = /^["']/.test(next) ? next : (tokens[i + 2] ?? "");
    if (/^["']/.test(imported)) imports.push(posix.normalize(imported.slice(1, -1)));
  });
  return { path, package: name, imports };
}

/** The types that the methods in a proto's text take and return, each by the last part of its name. */
export function methodTypes(text: string): string[] {
  const tokens = tokensOf(text);
  const types = new Set<string>();
  // rpc Name ( stream Type ) returns ( stream Type )
  tokens.forEach((token, i) => {
    if (token !== "rpc" || tokens[i + 2] !== "(") return;
    const [first, second] = [i + 3, tokens.indexOf("returns", i) + 2];
    for (const start of [first, second]) {
      const type = tokens[tokens.indexOf(")", start) - 1];
      if (type !== undefined) types.add(lastPart(type));
    }
  });
  return [...types].sort();
}

/** The last part of a name with dots. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function tokensOf(text: string): string[] {
  return lexemes(text)
    .filter((one) => one.kind === "token")
    .map((one) => text.slice(one.start, one.end));
}
