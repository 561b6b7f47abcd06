// How tests run: real databases, files, processes and a browser take their time, and nothing here is timed.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Every command that a test starts finds its modules compiled, from the first on.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "keepage-compiled");

/** The files that take longest; begun first, so that the workers end together. */
const long = ["demo", "run", "interruption", "cli", "site", "hostile"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = long.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? long.length : at;
    };
    return files.toSorted((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    pool: "forks",
    execArgv: ["--single-threaded-gc"],
    maxWorkers: 2,
    // Modules and what they opened serve all files of a process.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    setupFiles: ["test/setup.ts"],
  },
});
