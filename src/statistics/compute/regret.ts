import { requireNumber } from "../numeric/require.ts";
import { type StepCurve, valueAt } from "./anytime.ts";

/** Success rate when made to answer after `tokens` tokens. */
export interface ProgressPoint {
  readonly tokens: number;
  readonly success: number;
}

/**
 * MRT's normalised regret against an oracle that is right from the first token (Qu et al. 2025, arXiv:2503.07572, and its notebook):
 * 1 − area under success over tokens from (0, 0) to `budget`, by trapezoids, divided by `budget`. The curve is flat past its last point
 * and interpolated linearly at the budget. Lower is better, in [0, 1]. Points ascend in tokens.
 */
export function normalisedRegret(points: readonly ProgressPoint[], budget: number): number {
  requireNumber("normalised-regret", "budget", budget, Number.MIN_VALUE);
  let area = 0;
  let last: ProgressPoint = { tokens: 0, success: 0 };
  for (const point of points) {
    if (last.tokens >= budget) break;
    const end = Math.min(point.tokens, budget);
    const slope = point.tokens === last.tokens ? 0 : (point.success - last.success) / (point.tokens - last.tokens);
    const success = last.success + slope * (end - last.tokens);
    area += ((last.success + success) / 2) * (end - last.tokens);
    last = end < point.tokens ? { tokens: end, success } : point;
  }
  area += Math.max(0, budget - last.tokens) * last.success;
  return 1 - area / budget;
}

/** The same for a pick that is in force until the next: the area is under the step curve, nothing picked yet counting as 0. */
export function stepRegret(curve: StepCurve, budget: number): number {
  requireNumber("step-regret", "budget", budget, Number.MIN_VALUE);
  let area = 0;
  let from = 0;
  let value = valueAt(curve, 0);
  for (const point of curve) {
    if (point.cost <= 0) continue;
    if (point.cost >= budget) break;
    area += value * (point.cost - from);
    from = point.cost;
    value = point.value;
  }
  return 1 - (area + value * (budget - from)) / budget;
}

/** MRT's cumulative regret over episodes, Σ_j (1 − success_j): how much success was forgone by thinking on. */
export const cumulativeRegret = (success: readonly number[]): number =>
  success.reduce((sum, rate) => sum + 1 - rate, 0);
