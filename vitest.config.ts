// The tests run real programs in temporary workspaces, so each is given time; none measures it.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/package"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
