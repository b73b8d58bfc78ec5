import { resampleWeights, weightedMean } from "../intervals/bootstrap.ts";
import { at } from "../numeric/arrays.ts";

/** A strategy at one setting: less cost and more accuracy are better. */
export interface CostPoint {
  readonly cost: number;
  readonly accuracy: number;
}

const dominates = (a: CostPoint, b: CostPoint): boolean =>
  a.cost <= b.cost && a.accuracy >= b.accuracy && (a.cost < b.cost || a.accuracy > b.accuracy);

/** onFrontier[i]: no other point is at least as good in both and better in one. Equal points stand or fall together. */
export const frontier = (points: readonly CostPoint[]): boolean[] =>
  points.map((point) => !points.some((other) => dominates(other, point)));

/** A strategy's cost and correctness on every problem; all strategies on the same problems, in the same order. */
export interface CostColumns {
  readonly cost: readonly number[];
  readonly accuracy: readonly number[];
}

/** shares[i]: in what share of problem-bootstrap resamples strategy i stays on the frontier. */
export function frontierShares(
  columns: readonly CostColumns[],
  { seed, replicates = 1_000 }: { readonly seed: string | number; readonly replicates?: number },
): number[] {
  const problems = columns[0]?.cost.length ?? 0;
  const counts = new Float64Array(columns.length);
  for (let r = 0; r < replicates; r++) {
    const weights = resampleWeights(problems, seed, r);
    const points = columns.map(({ cost, accuracy }) => ({
      cost: weightedMean(cost, weights) ?? 0,
      accuracy: weightedMean(accuracy, weights) ?? 0,
    }));
    frontier(points).forEach((on, i) => {
      if (on) counts[i] = at(counts, i) + 1;
    });
  }
  return Array.from(counts, (count) => count / replicates);
}
