import { type Score, sigmoid } from "../core/score.ts";
import { logOdds } from "./calibration.ts";

/**
 * How several verifiers' scores of one thing become one: their `mean` by weight, the `min` or `max`, or the `product`
 * of experts, the weighted mean of their log-odds (Hinton 2002, with weights that add up to 1, so that agreeing experts
 * do not grow surer than they are).
 */
export const combinations = ["mean", "min", "max", "product"] as const;
export type Combination = (typeof combinations)[number];

export interface CombiningSettings {
  readonly how: Combination;
  /** Non-negative, one per verifier. */
  readonly weights: readonly number[];
  /** Fewer judged scores than this give null. */
  readonly atLeast: number;
  /** Scores that lie further apart than this give null: the verifiers do not agree. */
  readonly apart: number;
}

/**
 * One score; null where too few verifiers judged or they lie too far apart. Verifiers that could not judge are left
 * out.
 */
export function combine(scores: readonly Score[], { how, weights, atLeast, apart }: CombiningSettings): Score {
  const known = scores.flatMap(({ value }, i) => (value === null ? [] : [{ value, weight: weights[i] ?? 1 }]));
  if (known.length < atLeast)
    return { value: null, reason: `${known.length} of ${scores.length} verifiers could judge` };
  const values = known.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high - low > apart) {
    return { value: null, reason: `the verifiers disagree: ${values.map((value) => value.toFixed(2)).join(", ")}` };
  }
  const reason = `${how} of ${values.map((value) => value.toFixed(3)).join(", ")}`;
  if (how === "min") return { value: low, reason };
  if (how === "max") return { value: high, reason };
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) return { value: null, reason: "the weights of the verifiers that judged add up to 0" };
  const meanOf = (map: (value: number) => number) =>
    known.reduce((sum, { value, weight }) => sum + weight * map(value), 0) / total;
  if (how === "mean")
    return {
      value: Math.min(
        1,
        meanOf((value) => value),
      ),
      reason,
    };
  return { value: sigmoid(meanOf(logOdds)), reason };
}

/** A weight from a measured area under the curve: 0 for a coin, 1 for one that never errs. */
export const weightOfAuc = (auc: number): number => Math.max(0, 2 * auc - 1);
