import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "jsdom",
    pool: "vmThreads",
    include: ["tests/**/*.test.ts"],
    setupFiles: ["tests/pen.ts"],
    silent: "passed-only",
    testTimeout: 60_000,
  },
});
