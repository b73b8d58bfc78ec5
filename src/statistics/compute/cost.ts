import { ascending, mean, quantileOfSorted } from "../numeric/arrays.ts";

export interface CostSummary {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly max: number;
  readonly total: number;
  readonly n: number;
}

/** The distribution of a cost over trials: a mean alone hides the tail. Null for no trials. */
export function costSummary(costs: readonly number[]): CostSummary | null {
  if (costs.length === 0) return null;
  const sorted = ascending(costs);
  const average = mean(costs);
  return {
    mean: average,
    p50: quantileOfSorted(sorted, 0.5),
    p90: quantileOfSorted(sorted, 0.9),
    p95: quantileOfSorted(sorted, 0.95),
    max: quantileOfSorted(sorted, 1),
    total: average * costs.length,
    n: costs.length,
  };
}
