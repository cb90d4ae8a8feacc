// The tests of the packed package. They install it and several versions of Node from the registry, so they
// are no part of `just test`.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/package/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
