// Tests say what holds, not how fast: a slow or busy machine must not fail them.
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
