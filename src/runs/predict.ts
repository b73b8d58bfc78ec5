import type { Catalogue } from "../core/catalogue.ts";
import type { Problem } from "../core/problem.ts";
import { type Arm, armsOf } from "./plan.ts";
import type { Experiment } from "./schema.ts";
import type { ArmSummary } from "./summary.ts";

/** What an arm will do at most, and, where an earlier run of the folder measured it, what it is likely to. */
export interface Prediction {
  readonly arm: string;
  readonly trials: number;
  /** Policy completions at most, all trials together. */
  readonly calls: number;
  /** Prompt and completion tokens at most; the arm's budget caps them. */
  readonly tokens: number;
  /** From trials measured before; null where there are none. */
  readonly likelyTokens: number | null;
  readonly likelySeconds: number | null;
  readonly likelyDollars: number | null;
}

/** System text and chat template around a question, in tokens: an allowance. */
const promptOverhead = 48;
const charactersPerToken = 3.5;

/**
 * Predicts an experiment from `cost()` of its strategies, before any model is opened. Upper bounds hold where a prompt
 * is paid for with every call and every answer is as long as allowed; samples that strategies share are counted for
 * each.
 */
export function predict(
  experiment: Experiment,
  catalogue: Catalogue,
  problems: readonly Problem[],
  measured: readonly ArmSummary[] = [],
): Prediction[] {
  const trials = problems.length * experiment.seeds.length;
  const questions = problems.reduce(
    (sum, { question }) => sum + Math.ceil(question.text.length / charactersPerToken),
    0,
  );
  const meanQuestion = problems.length === 0 ? 0 : questions / problems.length;
  return armsOf(experiment, catalogue).map((arm) => {
    const before = measured.find((one) => one.arm === arm.label && one.n > 0);
    const likely = (perTrial: number | undefined) => (perTrial === undefined ? null : perTrial * trials);
    return {
      arm: arm.label,
      trials,
      ...most(arm, experiment.maxTokens, meanQuestion, trials),
      likelyTokens: likely(before?.tokensPerTrial),
      likelySeconds: likely(before?.wallSecondsPerTrial ?? before?.secondsPerTrial),
      likelyDollars: likely(before && (before.usage.policy.dollars + before.usage.verifier.dollars) / before.n),
    };
  });
}

function most(arm: Arm, maxTokens: number, question: number, trials: number): { calls: number; tokens: number } {
  const { budget, strategy, options } = arm;
  const cost = strategy.cost(options);
  const calls = Math.min(cost.calls + (cost.again ?? 0), budget.calls ?? Infinity);
  const tokens = Math.min(calls * (question + promptOverhead + maxTokens), budget.tokens ?? Infinity);
  return { calls: calls * trials, tokens: Math.round(tokens * trials) };
}
