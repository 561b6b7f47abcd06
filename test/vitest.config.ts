// How tests run: real databases, files, processes and a browser take their time, and nothing here is timed.
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    pool: "forks",
    maxWorkers: 2,
    // Modules and what they opened serve all files of a process.
    isolate: false,
    setupFiles: ["test/setup.ts"],
  },
});
