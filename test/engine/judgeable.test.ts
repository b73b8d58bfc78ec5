import { describe, expect, it } from "vitest";
import type { SampleRequest } from "../../src/core/policy.ts";
import { judgeableCount } from "../../src/engine/judgeable.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { bestOfN } from "../../strategies/sampling/best-of-n.ts";
import { judge } from "../../verifiers/judge.ts";

const unlimited = { tokens: Infinity, calls: Infinity, dollars: Infinity };
const none = { tokens: 0, calls: 0, dollars: 0 };

describe("a round of samples that will be judged", () => {
  it("is all of them where nothing is limited", () => {
    expect(judgeableCount({ wanted: 64, remaining: unlimited, spent: none, drawn: 0, bound: none })).toBe(64);
  });

  it("begins with as many as fit a cautious bound, with one at least", () => {
    const round = { wanted: 64, spent: none, drawn: 0, bound: { tokens: 500, calls: 2, dollars: 0 } };
    expect(judgeableCount({ ...round, remaining: { ...unlimited, tokens: 1999 } })).toBe(3);
    expect(judgeableCount({ ...round, remaining: { ...unlimited, tokens: 100 } })).toBe(1);
    expect(judgeableCount({ ...round, remaining: { tokens: 1999, calls: 4, dollars: 1 } })).toBe(2);
  });

  it("goes on with as many as fit at what one has cost so far, and ends where not one does", () => {
    const round = { wanted: 64, spent: { tokens: 900, calls: 6, dollars: 0.03 }, drawn: 3, bound: none };
    expect(judgeableCount({ ...round, remaining: { ...unlimited, tokens: 1000 } })).toBe(3);
    expect(judgeableCount({ ...round, remaining: { ...unlimited, tokens: 299 } })).toBe(0);
    expect(judgeableCount({ ...round, remaining: { ...unlimited, dollars: 0.025 } })).toBe(2);
  });

  it("draws one at a time where the bound has no room but the average has", () => {
    const bound = { tokens: 1000, calls: 2, dollars: 0 };
    const round = { wanted: 64, spent: { tokens: 900, calls: 6, dollars: 0 }, drawn: 3, bound };
    expect(judgeableCount({ ...round, remaining: { ...unlimited, tokens: 950 } })).toBe(1);
    expect(judgeableCount({ ...round, remaining: { ...unlimited, tokens: 2100 } })).toBe(2);
  });
});

describe("best-of-n with a judge and less budget than its n", () => {
  const run = (budget: { calls?: number; tokens?: number }) => {
    const say = ({ purpose, seeds }: SampleRequest, index: number) =>
      purpose === "judge" ? "Rating: 7" : `By way ${seeds[index]} the answer is \\boxed{4}.`;
    const policy = scriptedPolicy(new Array(200).fill(say));
    const { definition, options } = { definition: bestOfN, options: bestOfN.options.parse({ n: 64 }) };
    const outcome = { name: "judge", verifier: judge.outcome?.(judge.options.parse({ by: "rating" })) };
    if (outcome.verifier === undefined) throw new Error("judge has an outcome side");
    const verifiers = { outcome: { name: outcome.name, verifier: outcome.verifier } };
    return solve("What is 2 + 2?", { strategy: definition, options, policy, verifiers, budget, maxTokens: 64 });
  };

  it("judges every candidate that it draws, whatever limits it", async () => {
    for (const budget of [{ calls: 10 }, { calls: 11 }, { tokens: 2000 }, { tokens: 5000 }]) {
      const solution = await run(budget);
      expect(solution.candidates.length).toBeGreaterThanOrEqual(4);
      for (const { score } of solution.candidates) expect(score?.value).toBeCloseTo(0.7, 12);
      expect(solution.usage.logical.verifier.calls).toBe(solution.candidates.length);
      expect(solution.stopped).toBe("budget");
    }
  });
});
