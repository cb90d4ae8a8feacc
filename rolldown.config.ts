// Builds dist/: each program that Node starts, bundled so that it loads fast.
import { defineConfig } from "rolldown";
import { declarations } from "./bundle/declarations.js";
import { licenses } from "./bundle/licenses.js";
import { fasterProtoplugin } from "./bundle/protoplugin.js";
import { requiredTsMorph } from "./bundle/required.js";

export default defineConfig({
  input: {
    api: "scripts/api.ts",
    lockstep: "scripts/lockstep.ts",
    "protoc-gen-es": "scripts/protoc-gen-es.ts",
    "protoc-gen-lockstep": "scripts/protoc-gen-lockstep.ts",
    "plugin-worker": "sync/plugin-worker.ts",
    probe: "sync/languages/typescript/probe.ts",
    "typescript-hooks": "sync/languages/typescript/hooks.ts",
  },
  // Native binaries and programs stay in their packages; ts-morph, with its compiler, does by its plugin.
  external: ["oxc-parser", "oxc-transform", /^@bufbuild\/buf(-|$)/],
  platform: "node",
  plugins: [declarations, requiredTsMorph, fasterProtoplugin, licenses],
  output: { dir: "dist", format: "esm", chunkFileNames: "chunks/[name]-[hash].js", cleanDir: true },
});
