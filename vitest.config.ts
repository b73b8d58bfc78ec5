import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

// With RUMINATE_NO_SKIP a skipped test fails the run: continuous integration installs all that tests can ask for.
const noSkips = process.env.RUMINATE_NO_SKIP === "1";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    env: { RUMINATE_PROFILES: mkdtempSync(join(tmpdir(), "ruminate-profiles-")) },
    reporters: noSkips ? ["default", "./test/fail-on-skip.ts"] : ["default"],
  },
});
