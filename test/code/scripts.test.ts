import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { judgeProgram } from "../../src/code/judging.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import { missingCompiler } from "../../src/sandbox/compiled.ts";
import { withLanguages } from "../../src/sandbox/index.ts";
import { needsAll } from "../needs.ts";
import { quickLanguages, sweepLanguage, triedLanguages } from "./scripts/sweep.ts";
import { tasks } from "./scripts/tasks.ts";
import { scriptTricks } from "./scripts/tricks.ts";
import { sweepTricks } from "./tricks/sweep.ts";
import { sampled } from "./tricks/trick.ts";

/** Python is no matter of these tests: nothing is set up for it. */
const none: Sandbox = { id: "none", run: () => expect.unreachable("another language"), dispose: async () => {} };
const sandbox = withLanguages(none);
// Each language has a sandbox of its own, and a judgement leaves one of two cores idle for half of its time.
vi.setConfig({ maxConcurrency: 2 });
afterAll(() => sandbox.dispose());
afterEach(() => vi.unstubAllEnvs());

const counts = tasks.filter(({ name }) => name === "counts");

describe.concurrent.each(quickLanguages)("judging %s", (language) => {
  // All tasks and tricks are taken by `npm run conformance -- judge`.
  it("takes right answers, no wrong one and no trick", {
    ...needsAll(missingCompiler(language)),
    timeout: 300_000,
  }, async () => {
    expect((await sweepLanguage(sandbox, language, counts)).faults).toEqual([]);
    const { accepted, undecided } = await sweepTricks(sandbox, sampled(scriptTricks(language), 1), 1, 10_000);
    expect([...accepted, ...undecided]).toEqual([]);
  });
});

describe("scripting languages", () => {
  it("are undecided where their interpreter is missing, with the package to install", async () => {
    vi.stubEnv("RUMINATE_HIDE_TOOLS", "all");
    const bare = withLanguages(none);
    for (const language of triedLanguages) {
      const task = scriptTricks(language)[0] ?? expect.unreachable("there are tricks");
      const { verdict, detail } = await judgeProgram(bare, language, task);
      expect([language, verdict, detail]).toEqual([
        language,
        "environment",
        expect.stringMatching(/Install it with: /),
      ]);
    }
  });

  it("hold twenty tasks and tricks of each kind", () => {
    expect(tasks).toHaveLength(20);
    for (const language of triedLanguages) expect(scriptTricks(language).length).toBeGreaterThanOrEqual(10);
  });
});
