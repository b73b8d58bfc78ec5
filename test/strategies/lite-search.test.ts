import { describe, expect, it } from "vitest";
import { solve } from "../../src/engine/solve.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { budgetOf } from "../../strategies/search/lite-search/choosing.ts";
import { liteSearch } from "../../strategies/search/lite-search.ts";
import { oracles, wordProblems } from "../contract/setting.ts";

describe("the budget of a node", () => {
  const given = { most: 10, expected: 0.9 };

  it("is the least number of children among which one is likely right, divided by the depth", () => {
    // 1 - 0.5^4 is the first above 0.9.
    expect(budgetOf(0.5, 1, null, given)).toBe(4);
    expect(budgetOf(0.95, 1, null, given)).toBe(2);
    expect(budgetOf(0.1, 1, null, given)).toBe(10);
    expect(budgetOf(0.1, 4, null, given)).toBe(2); // 2.5, to the even neighbour
    expect(budgetOf(0, 1, 0.9, given)).toBe(0);
  });

  it("is mixed with the value of the greedy solution, less so at depth", () => {
    // (0.2 + 0.8) / 2 = 0.5; (0.2 + 0.8 / 3) / (4 / 3) = 0.35, for which it takes 6.
    expect(budgetOf(0.2, 1, 0.8, given)).toBe(4);
    expect(budgetOf(0.2, 3, 0.8, given)).toBe(2);
    expect(budgetOf(0.2, 1, 0.2, given)).toBe(10);
  });
});

describe("lite-search", () => {
  it("draws a greedy solution first, then the first step of a node greedily and the others not", async () => {
    const [problem] = await wordProblems(1, { seed: "lite" });
    if (problem === undefined) throw new Error("there is a problem");
    const temperatures: number[] = [];
    const policy = simulatedPolicy({ stepError: 0.3 });
    const watched: typeof policy = {
      ...policy,
      sample: async (request, options) => {
        temperatures.push(...request.seeds.map(() => request.temperature));
        return await policy.sample(request, options);
      },
    };
    const solution = await solve(problem.question, {
      ...{ strategy: liteSearch, options: { split: "blank-line" }, policy: watched, verifiers: oracles("process") },
    });
    expect(temperatures.slice(0, 3)).toEqual([0, 0, 0.6]);
    expect(solution.answer).toBe(problem.reference.answer);
  });
});
