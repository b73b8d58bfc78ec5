import { arithmetic } from "../../experiments/datasets/arithmetic.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Problem } from "../../src/core/problem.ts";
import type { Solution } from "../../src/core/solution.ts";
import { parseOptions, type Strategy } from "../../src/core/strategy.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import type { Verifiers } from "../../src/engine/scoring.ts";
import { type SolveSetup, solve } from "../../src/engine/solve.ts";
import { oracle } from "../../verifiers/oracle.ts";
import { simulated } from "../../verifiers/simulated.ts";
import { tinyPython } from "../fakes/tiny-python.ts";
import { smallOptions } from "./small-options.ts";

export const rewardKinds = ["none", "outcome", "process", "both"] as const;
export type RewardKind = (typeof rewardKinds)[number];

/**
 * Oracle verifiers of these kinds; they cost nothing. `asked` counts the candidates and trajectories that they were
 * given.
 */
export function oracles(kind: RewardKind): Verifiers & { readonly asked: () => number } {
  const options = oracle.options.parse({});
  let asked = 0;
  const outcome = oracle.outcome?.(options);
  const process = oracle.process?.(options);
  if (outcome === undefined || process === undefined) throw new Error("the oracle judges both ways");
  const counted = {
    outcome: {
      name: "oracle",
      verifier: {
        score: (question: Parameters<typeof outcome.score>[0], all: readonly Candidate[], run: never) => {
          asked += all.length;
          return outcome.score(question, all, run);
        },
      },
    },
    process: {
      name: "oracle",
      verifier: {
        scoreSteps: (question: Parameters<typeof process.scoreSteps>[0], all: readonly Trajectory[], run: never) => {
          asked += all.length;
          return process.scoreSteps(question, all, run);
        },
      },
    },
  };
  return {
    asked: () => asked,
    ...(kind === "outcome" || kind === "both" ? { outcome: counted.outcome } : {}),
    ...(kind === "process" || kind === "both" ? { process: counted.process } : {}),
  };
}

/** Noisy verifiers of these kinds that charge for every judgement as many tokens as it reads. */
export function charging(kind: RewardKind): Verifiers {
  const options = parseOptions(simulated, {});
  const [outcome, process] = [simulated.outcome?.(options), simulated.process?.(options)];
  return {
    ...((kind === "outcome" || kind === "both") && outcome && { outcome: { name: "simulated", verifier: outcome } }),
    ...((kind === "process" || kind === "both") && process && { process: { name: "simulated", verifier: process } }),
  };
}

export const wordProblems = (count: number, options: Readonly<Record<string, unknown>> = {}): Promise<Problem[]> =>
  arithmetic.load({}, parseOptions(arithmetic, { count, minSteps: 3, maxSteps: 3, ...options })) as Promise<Problem[]>;

/** Solves one problem under a strategy's small configuration. */
export function trySolving(
  strategy: Strategy,
  problem: Problem,
  policy: Policy,
  rest: Partial<SolveSetup> = {},
): Promise<Solution> {
  return solve(problem.question, {
    strategy,
    options: smallOptions[strategy.name] ?? {},
    policy,
    sandbox: tinyPython(),
    seed: 1,
    maxTokens: 256,
    ...rest,
  });
}

/** As a server gives it: nobody knows its tokenizer, and its template adds to every prompt. */
export const withTemplate = (policy: Policy): Policy => ({
  ...policy,
  id: "templated",
  countPromptTokens: undefined,
  sample: async (request, options) =>
    (await policy.sample(request, options)).map((sample) => ({ ...sample, promptTokens: sample.promptTokens + 25 })),
});
