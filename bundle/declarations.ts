// Writes the type declarations of what the package exports into dist/types/: those of scripts/api.ts, and of
// every file that they import.
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { isolatedDeclarationSync } from "oxc-transform";
import type { Plugin } from "rolldown";

const ENTRY = "scripts/api.ts";
const IMPORTED = /(?:from|import\() ?"([^"]+)"/g;

/** Emits the declarations. The build fails where they need a type that is not written out, or a package. */
export const declarations: Plugin = {
  name: "declarations",
  generateBundle() {
    const files = new Set([ENTRY]);
    for (const file of files) {
      const { code, errors } = isolatedDeclarationSync(file, readFileSync(file, "utf8"));
      if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
      for (const [, specifier = ""] of code.matchAll(IMPORTED)) {
        if (!specifier.startsWith("."))
          throw new Error(`${file}: the types of the package would need ${specifier}`);
        files.add(posix.join(posix.dirname(file), specifier.replace(/\.js$/, ".ts")));
      }
      const fileName = `types/${file.replace(/\.ts$/, ".d.ts")}`;
      this.emitFile({ type: "asset", fileName, source: code });
    }
  },
};
