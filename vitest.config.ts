import { defineConfig } from "vitest/config";

// @ts-expect-error: a plain script without types
import { swiftShaderEnvironment } from "./tools/browser/find-chromium.js";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/temporary-folder.ts",
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default"],
    // A GPU in software, where Chromium brings one: for the tests in test/devices.
    env: swiftShaderEnvironment(),
  },
});
