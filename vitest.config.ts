// The tests run real programs in temporary workspaces, so each is given time; none measures it.
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Source maps that lead nowhere, of packages that are inlined.
  logLevel: "error",
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/package"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // GitHub's own parser imports JSON as only a bundler takes it.
    server: { deps: { inline: [/@actions\/(languageservice|workflow-parser)/] } },
    // Most of a test is other processes: a worker per core keeps all of them busy.
    maxWorkers: "100%",
    // No file changes what another one imports, so that a worker loads the sources once, not for each file.
    isolate: false,
    restoreMocks: true,
  },
});
