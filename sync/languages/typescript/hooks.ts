// Module hooks that let Node import generated TypeScript, whatever way its imports are written.
import { access, readFile } from "node:fs/promises";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath } from "node:url";
import { transform } from "oxc-transform";

/** Finds the TypeScript file that a relative import means: `./a_pb`, `./a_pb.js` and `./a_pb.ts`. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (/^\.{1,2}\//.test(specifier) && context.parentURL?.startsWith("file:")) {
    const url = new URL(`${specifier.replace(/\.[jt]s$/, "")}.ts`, context.parentURL);
    const exists = await access(url).then(
      () => true,
      () => false,
    );
    if (exists) return { url: url.href, format: "module", shortCircuit: true };
  }
  return next(specifier, context);
};

/** Loads a TypeScript file as the JavaScript that it stands for; throws what is wrong with its syntax. */
export const load: LoadHook = async (url, context, next) => {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const path = fileURLToPath(url);
  const { code, errors } = await transform(path, await readFile(path, "utf8"));
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`);
  return { format: "module", source: code, shortCircuit: true };
};
