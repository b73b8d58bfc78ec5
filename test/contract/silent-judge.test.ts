import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Verifiers } from "../../src/engine/scoring.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { trySolving, wordProblems } from "./setting.ts";

const [problem] = await wordProblems(1, { seed: "silent judge" });
const policy = simulatedPolicy({ stepError: 0.25, programError: 0.2, planError: 0.2 });

/** A judge whose judgements are all null; how many it made. */
function silentJudge() {
  let asked = 0;
  const nothing = { value: null, reason: "no verdict could be read" };
  const verifiers: Verifiers = {
    outcome: {
      name: "silent",
      verifier: {
        score: async (_, candidates) => {
          asked += candidates.length;
          return candidates.map(() => nothing);
        },
      },
    },
    process: {
      name: "silent",
      verifier: {
        scoreSteps: async (_, paths) => {
          asked += paths.length;
          return paths.map(({ steps }) => steps.map(() => nothing));
        },
      },
    },
  };
  return { verifiers, asked: () => asked };
}

describe.each(builtins().strategies.all.map((strategy) => [strategy.name, strategy] as const))("%s", (_, strategy) => {
  it("has an answer where its judge can judge nothing, and says so in the reason", async () => {
    if (problem === undefined) throw new Error("one problem is made");
    const { verifiers, asked } = silentJudge();
    const solution = await trySolving(strategy, problem, policy, { verifiers });
    const without = await trySolving(strategy, problem, policy);
    expect(solution.answer === null).toBe(without.answer === null);
    if (asked() > 0 && solution.pick !== null) expect(solution.reason).toMatch(/none of \d+ judgements could be made/);
    else expect(solution.reason).not.toContain("judgements");
  });
});
