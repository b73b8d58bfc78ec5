import { describe, expect, it } from "vitest";
import type { Run } from "../../src/core/run.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { firstErrorByRollouts, rolloutValue as valueOfPrefix } from "../../src/learned/rollouts.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { simulatedPolicy } from "../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../src/policy/simulated/problem.ts";
import { accuracyOf } from "../../src/policy/simulated/theory.ts";
import { answerOf, runningValues } from "../../src/policy/simulated/word-problem.ts";
import { rolloutValue } from "../../verifiers/rollout-value.ts";
import { withRun } from "./asking.ts";

const dials = { stepError: 0.2, recovery: 0.1 };
const line = (k: number, value: number) => ({ text: `Step ${k}: So, it has 1 + 1 = ${value}.\n\n` });

describe("rollouts", () => {
  it("estimate the true worth of a prefix without bias", async () => {
    const { problem, text } = generateProblem("rollouts", 1, { minSteps: 4, maxSteps: 4 });
    const truth = runningValues(problem);
    const right = String(answerOf(problem));
    for (const slip of [0, 1]) {
      const value = (truth[2] ?? 0) + slip;
      const prefix = Trajectory.of([line(1, truth[1] ?? 0), line(2, value)], false);
      const expected = accuracyOf(problem, dials, { step: 2, value });
      const n = 2000;
      const found = await withRun(
        (run: Run) => valueOfPrefix(run, prefix, { n, temperature: 1, isRight: (answer) => answer === right }),
        { question: { id: "q", text, kind: "number" }, policy: simulatedPolicy(dials) },
      );
      expect(found.completions).toBe(n);
      expect(Math.abs(found.soft - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / n) + 1e-9);
    }
  });

  it("can ask for the answer at once", async () => {
    const policy = scriptedPolicy(["12}.", "13}."], { capabilities: { prefix: "native" } });
    const prefix = Trajectory.of([line(1, 6)], false);
    const rollout = { n: 2, temperature: 1, forced: true, isRight: (answer: string | null) => answer === "12" };
    const found = await withRun((run: Run) => valueOfPrefix(run, prefix, rollout), { policy });
    expect(found.soft).toBe(0.5);
    expect(policy.requests[0]?.prefix).toMatch(/= 6\.\n\nThe answer is \\boxed\{$/);
    expect(policy.requests[0]?.maxTokens).toBe(48);
  });

  it("find the first error in at most ceil(log2(steps)) + 1 rounds, wherever it is", async () => {
    for (let steps = 1; steps <= 17; steps++) {
      for (let error = 0; error <= steps; error++) {
        const path = Trajectory.of(
          Array.from({ length: steps }, (_, t) => ({ text: t < error ? "ok\n\n" : "bad\n\n" })),
        );
        const policy = {
          ...simulatedPolicy(),
          sample: async (request: { n: number; seeds: readonly number[]; prefix?: string }) =>
            request.seeds.map((seed) => ({
              text: request.prefix?.includes("bad") ? "\\boxed{0}" : "\\boxed{1}",
              finish: "stop" as const,
              seed,
              promptTokens: 1,
              cachedPromptTokens: 0,
              completionTokens: 1,
              sharedPrompt: false,
              dollars: 0,
            })),
        };
        // The whole has no answer of its own: it is right where nothing is bad.
        const isRight = (answer: string | null) => answer === "1" || (answer !== "0" && error === steps);
        const found = await withRun((run) => firstErrorByRollouts(run, path, { n: 2, temperature: 1, isRight }), {
          policy,
        });
        expect(found.step).toBe(error === steps ? null : error);
        expect(found.rounds).toBeLessThanOrEqual(Math.ceil(Math.log2(steps)) + 1);
      }
    }
  });
});

describe("rollout-value", () => {
  it("tells a right trajectory from a wrong one by the majority's answer, without the reference", async () => {
    const { problem, text } = generateProblem("rollouts", 5, { minSteps: 4, maxSteps: 4 });
    const truth = runningValues(problem);
    const steps = (slipAt: number) => [
      ...[1, 2, 3, 4].map((k) => line(k, (truth[k] ?? 0) + (k >= slipAt ? 1 : 0))),
      { text: `The answer is \\boxed{${(truth[4] ?? 0) + (slipAt <= 4 ? 1 : 0)}}.` },
    ];
    const scores = await withRun(
      async (run) => {
        const verifier = rolloutValue.process?.(rolloutValue.options.parse({ n: 8, votes: 24 }));
        return (
          (await verifier?.scoreSteps(run.question, [Trajectory.of(steps(9)), Trajectory.of(steps(3))], run)) ?? []
        );
      },
      { question: { id: "q", text, kind: "number" }, policy: simulatedPolicy({ stepError: 0.1 }) },
    );
    const [good, bad] = scores.map((row) => row.map(({ value }) => value ?? -1));
    expect(good?.at(-1)).toBe(1);
    expect(bad?.at(-1)).toBe(0);
    expect(Math.min(...(good ?? []))).toBeGreaterThan(0.5);
    expect(Math.max(...(bad ?? []).slice(2))).toBeLessThan(0.5);
  });
});
