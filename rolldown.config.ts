// Builds dist/: each program that Node starts, bundled so that it loads fast.
import { defineConfig, type Plugin } from "rolldown";

/**
 * protoplugin loads the whole TypeScript compiler at start-up, to transpile for plugins that generate
 * only TypeScript. protoc-gen-lockstep generates every target itself and never gets there.
 */
const withoutTranspiler: Plugin = {
  name: "without-transpiler",
  load(id) {
    if (!/protoplugin[\\/]dist[\\/]esm[\\/]transpile\.js$/.test(id)) return null;
    return 'export function transpile() { throw new Error("protoc-gen-lockstep generates every target itself"); }';
  },
};

export default defineConfig({
  input: {
    lockstep: "scripts/lockstep.ts",
    "protoc-gen-lockstep": "scripts/protoc-gen-lockstep.ts",
    probe: "sync/languages/typescript/probe.ts",
    "typescript-hooks": "sync/languages/typescript/hooks.ts",
  },
  // Native binaries and programs stay in their packages.
  external: ["oxc-parser", "oxc-transform", /^@bufbuild\/(buf|protoc-gen-es)/],
  platform: "node",
  plugins: [withoutTranspiler],
  output: { dir: "dist", format: "esm", chunkFileNames: "chunks/[name]-[hash].js", cleanDir: true },
});
