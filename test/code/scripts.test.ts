import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { judgeProgram } from "../../src/code/judging.ts";
import { missingCompiler } from "../../src/sandbox/compiled.ts";
import { createSandbox, withLanguages } from "../../src/sandbox/index.ts";
import { needsAll } from "../needs.ts";
import { quickLanguages, sweepLanguage, triedLanguages } from "./scripts/sweep.ts";
import { tasks } from "./scripts/tasks.ts";
import { scriptTricks } from "./scripts/tricks.ts";
import { sweepTricks } from "./tricks/sweep.ts";
import { sampled } from "./tricks/trick.ts";

const sandbox = withLanguages(createSandbox("wasi", { workers: 1 }));
afterAll(() => sandbox.dispose());
afterEach(() => vi.unstubAllEnvs());

const counts = tasks.filter(({ name }) => name === "counts");

describe.each(quickLanguages)("judging %s", (language) => {
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
    const bare = withLanguages({ ...sandbox, run: () => expect.unreachable("another language") });
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
