// Builds examples/dist/: every program of the example systems. Packages stay outside, the bindings too,
// so a program runs on the bindings that are generated when it starts.
import { existsSync, readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { defineConfig } from "rolldown";

const programs = readdirSync("examples").flatMap((system) => {
  const bin = join("examples", system, "bin");
  return existsSync(bin) ? readdirSync(bin).map((file) => [system, file] as const) : [];
});

export default defineConfig({
  input: {
    smoke: "examples/smoke.ts",
    ...Object.fromEntries(
      programs.map(([system, file]) => [
        `${system}/${file.replace(/\.ts$/, "")}`,
        join("examples", system, "bin", file),
      ]),
    ),
  },
  external: (id) => !id.startsWith(".") && !isAbsolute(id),
  platform: "node",
  output: { dir: "examples/dist", format: "esm", chunkFileNames: "chunks/[name]-[hash].js" },
});
