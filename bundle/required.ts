// Loads ts-morph with `require`. It is CommonJS, and for an `import` of such a package Node first reads all of its
// 9 MB for the names that it exports, which takes as long as loading it.
import { createRequire } from "node:module";
import type { Plugin } from "rolldown";

const NAME = "ts-morph";
const ID = `\0${NAME}`;

export const requiredTsMorph: Plugin = {
  name: "required-ts-morph",
  resolveId: (id) => (id === NAME ? ID : undefined),
  load(id) {
    if (id !== ID) return undefined;
    const names = Object.keys(createRequire(import.meta.url)(NAME)).filter(
      (name) => name !== "default",
    );
    return [
      'import { createRequire } from "node:module";',
      `const { ${names.join(", ")} } = createRequire(import.meta.url)("${NAME}");`,
      `export { ${names.join(", ")} };`,
    ].join("\n");
  },
};
