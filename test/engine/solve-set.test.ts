import { describe, expect, it } from "vitest";
import { settings, simulatedSet, spend, spendingRules, streamsOf } from "../../bench/allocation-study.ts";
import { arithmetic } from "../../experiments/datasets/arithmetic.ts";
import { BudgetScope } from "../../src/core/budget.ts";
import { ModelCallError } from "../../src/core/errors.ts";
import type { Policy, SampleRequest } from "../../src/core/policy.ts";
import type { Problem } from "../../src/core/problem.ts";
import type { Solution } from "../../src/core/solution.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { tournament } from "../../src/engine/picking/tournament.ts";
import { type SolveSetSetup, solveSet } from "../../src/engine/solve-set.ts";
import { limit } from "../../src/policy/limit.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { bestOfN } from "../../strategies/sampling/best-of-n.ts";
import { selfConsistency } from "../../strategies/sampling/self-consistency.ts";
import { oracles } from "../contract/setting.ts";

const dials = { stepError: 0.05, spread: 1.5 };
const problemsOf = (count: number, seed = "set"): Promise<readonly Problem[]> =>
  Promise.resolve(arithmetic.load({}, parseOptions(arithmetic, { count, minSteps: 2, maxSteps: 8, seed })));
const setup = (parts: Partial<SolveSetSetup> = {}): SolveSetSetup => ({
  strategy: selfConsistency,
  options: { n: 256 },
  policy: simulatedPolicy(dials),
  maxTokens: 320,
  seed: 1,
  ...parts,
});
const questionsOf = (problems: readonly Problem[]) => problems.map(({ question }) => question);

const rightShare = (solutions: readonly (Solution | null)[], problems: readonly Problem[]) =>
  problems.filter((problem, i) => solutions[i]?.answer === problem.reference.answer).length / problems.length;
const drawn = (solutions: readonly (Solution | null)[]) =>
  solutions.reduce((sum, solution) => sum + (solution?.candidates.length ?? 0), 0);

describe("solving a set with one budget", () => {
  it("never passes the budget, and spends it where votes disagree", async () => {
    const problems = await problemsOf(40);
    const within = new BudgetScope("around", {});
    const solutions = await solveSet(questionsOf(problems), setup({ budget: { calls: 400 }, within }));
    expect(drawn(solutions)).toBe(400);
    expect(within.spent.calls).toBe(400);
    const unanimous = solutions.filter((solution) => (solution?.pick?.support ?? 0) === 1);
    expect(unanimous.length).toBeGreaterThan(3);
    for (const solution of unanimous) expect(solution?.candidates.length).toBeLessThanOrEqual(4);
    expect(Math.max(...solutions.map((solution) => solution?.candidates.length ?? 0))).toBeGreaterThan(20);
  });

  it("lets a pick that asks a model ask it, once the votes are settled", async () => {
    const answers = [4, 9, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4].map((answer) => `So it is \\boxed{${answer}}.`);
    const comparing = /Solution A:[\s\S]*boxed\{9\}[\s\S]*Solution B/;
    let asked = 0;
    const script = Array.from({ length: 64 }, () => ({ purpose, messages }: SampleRequest) => {
      if (purpose !== "compare") return answers[asked++ % answers.length] ?? "";
      return comparing.test(messages.at(-1)?.content ?? "") ? "A" : "B";
    });
    const parts = { policy: scriptedPolicy(script), select: tournament(), options: { n: 12 } };
    const [solution] = await solveSet(["What is 2 + 2?"], setup(parts));
    expect([solution?.answer, solution?.reason]).toEqual(["9", "won the knock-out of 2 different answers"]);
  });

  it("gives the same solutions at any concurrency, and others with another seed", async () => {
    const questions = questionsOf(await problemsOf(30));
    const texts = async (concurrency: number, seed: number) => {
      const policy = limit(simulatedPolicy(dials), { concurrency });
      const solutions = await solveSet(questions, setup({ policy, seed, budget: { calls: 300 } }));
      return JSON.stringify(solutions.map((solution) => solution?.candidates.map(({ text }) => text)));
    };
    const one = await texts(1, 1);
    expect(await texts(64, 1)).toBe(one);
    expect(await texts(64, 2)).not.toBe(one);
  });

  it("ends early, with budget left, when every problem is settled", async () => {
    const questions = questionsOf(await problemsOf(10));
    const policy = simulatedPolicy({ stepError: 0 });
    const solutions = await solveSet(questions, setup({ policy, budget: { calls: 1000 } }));
    expect(drawn(solutions)).toBe(40);
    for (const solution of solutions) expect(solution?.stopped).toBe("enough");
  });

  it("weighs votes by scores where the strategy picks by them", async () => {
    const questions = questionsOf(await problemsOf(12));
    const parts = { strategy: bestOfN, options: { n: 64 }, budget: { calls: 120 } };
    const judged = await solveSet(
      questions,
      setup({ ...parts, setupOf: () => ({ verifiers: oracles("outcome") }) } as Partial<SolveSetSetup>),
    );
    const unjudged = await solveSet(questions, setup(parts as Partial<SolveSetSetup>));
    const counts = (solutions: readonly (Solution | null)[]) =>
      solutions.map((solution) => solution?.candidates.length);
    expect(counts(judged)).not.toEqual(counts(unjudged));
  });

  it("goes on without a question whose model fails for good, where that is asked for, and else rejects", async () => {
    const questions = questionsOf(await problemsOf(6));
    const inner = simulatedPolicy(dials);
    const failing: Policy = {
      ...inner,
      sample: async (request, options) => {
        if (request.messages.some(({ content }) => content.includes(questions[2]?.text ?? "?"))) {
          throw new ModelCallError("no such luck", { retryable: false });
        }
        return await inner.sample(request, options);
      },
    };
    const failures: number[] = [];
    const solutions = await solveSet(
      questions,
      setup({ policy: failing, budget: { calls: 60 }, onFailure: (_, i) => failures.push(i) }),
    );
    expect(failures).toEqual([2]);
    expect(solutions.map((solution) => solution === null)).toEqual([false, false, true, false, false, false]);
    await expect(solveSet(questions, setup({ policy: failing, budget: { calls: 60 } }))).rejects.toThrow(
      "no such luck",
    );
  });

  it("rejects with the reason of an abort", async () => {
    const controller = new AbortController();
    let calls = 0;
    const inner = simulatedPolicy(dials);
    const policy: Policy = {
      ...inner,
      sample: async (request, options) => {
        if (++calls === 50) controller.abort(new Error("enough of this"));
        return await inner.sample(request, options);
      },
    };
    const questions = questionsOf(await problemsOf(10));
    await expect(solveSet(questions, setup({ policy, signal: controller.signal }))).rejects.toThrow("enough of this");
  });

  it("refuses two questions of one id, and options that make no sense", async () => {
    const question = { id: "a", text: "1 + 1?", kind: "number" as const };
    await expect(solveSet([question, question], setup())).rejects.toThrow(/ids of their own/);
    await expect(solveSet([question], setup({ allocation: { settled: 2 } }))).rejects.toThrow(/settled/);
  });
});

describe("adaptive allocation on 500 problems of mixed difficulty", () => {
  it("reaches the accuracy of equal numbers at 8,000 samples with at most 60 % of them, the model asked for real", async () => {
    const problems = await problemsOf(500, "must-show");
    const questions = questionsOf(problems);
    const equal = await solveSet(
      questions,
      setup({ budget: { calls: 8000 }, allocation: { rule: "equal", settled: 1 } }),
    );
    const adaptive = await solveSet(questions, setup({ budget: { calls: 4800 } }));
    expect(drawn(equal)).toBe(8000);
    expect(drawn(adaptive)).toBeLessThanOrEqual(4800);
    expect(rightShare(adaptive, problems)).toBeGreaterThanOrEqual(rightShare(equal, problems));
  }, 120_000);

  it("does so on other sets, on average", async () => {
    const dialled = Object.values(settings)[0] ?? {};
    const sums = { equal: 0, adaptive: 0 };
    for (const seed of ["a", "b"]) {
      const streams = streamsOf(await simulatedSet(seed, dialled), seed);
      const equal = spend(streams, spendingRules["equal numbers"] ?? {}, [8000], seed);
      const adaptive = spend(streams, spendingRules.thompson ?? {}, [4800], seed);
      expect(adaptive.spent).toBeLessThanOrEqual(4800);
      sums.equal += equal.accuracy[0] ?? 0;
      sums.adaptive += adaptive.accuracy[0] ?? 0;
    }
    expect(sums.adaptive).toBeGreaterThanOrEqual(sums.equal);
  }, 120_000);
});
