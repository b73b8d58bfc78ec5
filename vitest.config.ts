import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The slowest files, slowest first: begun last, each would leave the other workers without work at the end. */
const slow = [
  "contract/wiring",
  "strategies/grid",
  "sandbox/pool",
  "report/figures",
  "strategies/correction-signals",
  "runs/resume",
  "sandbox/compiled-escapes",
  "sandbox/escapes",
  "runs/exactness",
  "runs/memory",
  "search/mcts",
  "verifier-study/evaluate",
  "answer/equal",
  "runs/sets",
].map((name) => `/test/${name}.test.ts`);

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = slow.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? slow.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** Files here start processes, listen on ports, replace modules, set the environment or measure memory: each alone. */
const apart = ["cli", "docs", "faces", "policy", "queue", "runs", "sandbox", "serve", "setup", "viewer"].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    setupFiles: ["./test/no-network.ts"],
    env: { RUMINATE_PROFILES: mkdtempSync(join(tmpdir(), "ruminate-profiles-")) },
    sequence: { sequencer: SlowFirst },
    reporters: ["default", "./test/skipped.ts"],
    projects: [
      { extends: true, test: { name: "apart", include: apart } },
      { extends: true, test: { name: "together", include: ["test/**/*.test.ts"], exclude: apart, isolate: false } },
    ],
  },
});
