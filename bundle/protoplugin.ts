// What the bundles change in @bufbuild/protoplugin, and in @bufbuild/protobuf below it, which protoc-gen-es and
// protoc-gen-lockstep are written on: they start without a TypeScript compiler, and what they cost grows with the
// size of a file, not with its square. Nothing of it changes what they generate; tests/protoc-gen-es.test.ts compares.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "rolldown";
import { sourceDigest } from "../core/own-plugins.js";

interface Change {
  /** The SHA-256 of the source that the change was made for. */
  readonly sha256: string;
  /** Text that is in it once, and what replaces it; all of it where there is no `from`. */
  readonly edits: readonly { readonly from?: string; readonly to: string }[];
}

const memos = JSON.stringify(
  fileURLToPath(new URL("../sync/protoplugin-memos.ts", import.meta.url)),
);

/** By the module's path in @bufbuild. */
const CHANGES: Readonly<Record<string, Change>> = {
  // Every reference to a type computes the names of all types in its file, and one to a well-known type
  // searches all files to generate.
  "protoplugin/dist/esm/names.js": {
    sha256: "93e3b967ebefbe30c3e63eef0d1402ebe54f29c1bb9d900c6aa3c51642d74cb8",
    edits: [
      {
        from: "function allNames(file) {",
        to: `import { hasFile, oncePerFile } from ${memos};
const allNames = oncePerFile(computeNames);
function computeNames(file) {`,
      },
      {
        from: "filesToGenerate.find((f) => f.name === file.name)",
        to: "hasFile(filesToGenerate, file.name)",
      },
    ],
  },
  // Every comment is searched for among all locations of its file.
  "protoplugin/dist/esm/source-code-info.js": {
    sha256: "c81ace8a7b29d09faf99da97f5640f0a356eedf91b6e8782d49c8e5c695e3443",
    edits: [
      {
        from: `    for (const location of sourceCodeInfo.location) {
        if (location.path.length !== sourcePath.length) {
            continue;
        }
        if (location.path.some((value, index) => sourcePath[index] !== value)) {
            continue;
        }
`,
        to: `    const location = firstLocation(sourceCodeInfo, sourcePath);
    if (location !== undefined) {
`,
      },
      { from: "/**\n * Find comments.\n */", to: `import { firstLocation } from ${memos};` },
    ],
  },
  // Loads the TypeScript compiler, for plugins that generate only TypeScript. These two generate every
  // target themselves and never get there.
  "protoplugin/dist/esm/transpile.js": {
    sha256: "ad55830579c4a1842440d41875a046891bc3968ec56af1ea8d4775e33ef27fc0",
    edits: [{ to: 'export function transpile() { throw new Error("not bundled"); }' }],
  },
  // What is embedded of a file has no comments, which are copied first and then left out.
  "protobuf/dist/esm/codegenv2/embed.js": {
    sha256: "ff8a37b2bb8113ae3e6414150d1b7e67cf505a49c3c1853bf1eecd61070c4ff7",
    edits: [
      {
        from: "clone(FileDescriptorProtoSchema, file)",
        to: "clone(FileDescriptorProtoSchema, { ...file, sourceCodeInfo: undefined })",
      },
    ],
  },
};

const made = new Set<string>();

/** Makes those changes. The build fails where a module is not the one that they were made for. */
export const fasterProtoplugin: Plugin = {
  name: "faster-protoplugin",
  transform(code, id) {
    const [, path = ""] = /@bufbuild[\\/](.+)$/.exec(id) ?? [];
    const name = path.replaceAll("\\", "/");
    if (/^protoc-gen-es\/dist\/cjs\/.*\.js$/.test(name)) return asModule(code);
    const change = CHANGES[name];
    if (change === undefined) return null;
    if (createHash("sha256").update(code).digest("hex") !== change.sha256)
      throw new Error(`${id} has changed: see whether bundle/protoplugin.ts still suits it`);
    made.add(name);
    return change.edits.reduce((text, { from = text, to }) => {
      if (text.split(from).length !== 2) throw new Error(`${id} does not have once: ${from}`);
      return text.replace(from, () => to);
    }, code);
  },
  buildEnd(error) {
    const missing = Object.keys(CHANGES).filter((name) => !made.has(name));
    if (error === undefined && missing.length > 0)
      throw new Error(`@bufbuild has no ${missing.join(", ")}: see bundle/protoplugin.ts`);
  },
  // What a workspace's own protoc-gen-es must be for the bundled one to run in its place.
  generateBundle() {
    const installed = createRequire(import.meta.url).resolve(
      "@bufbuild/protoc-gen-es/package.json",
    );
    const source = sourceDigest(dirname(installed));
    this.emitFile({ type: "asset", fileName: "protoc-gen-es.sha256", source });
  },
};

/**
 * That CommonJS, as TypeScript writes it, as an ECMAScript module. What requires @bufbuild/protobuf would bring all of
 * it, a second time or wrapped so that every program evaluates all of it.
 */
function asModule(code: string): string {
  const imported = code.replace(
    /^const (\w+) = require\("([^"]+)"\);$/gm,
    'import * as $1 from "$2";',
  );
  if (imported.includes("require(")) throw new Error("protoc-gen-es requires in another way");
  const names = new Set([...code.matchAll(/\bexports\.(\w+)/g)].map(([, name]) => name as string));
  return [
    imported.replace(
      'Object.defineProperty(exports, "__esModule", { value: true });',
      "const exports = {};",
    ),
    `const { ${[...names].map((name) => `${name}: exported_${name}`).join(", ")} } = exports;`,
    `export { ${[...names].map((name) => `exported_${name} as ${name}`).join(", ")} };`,
  ].join("\n");
}
