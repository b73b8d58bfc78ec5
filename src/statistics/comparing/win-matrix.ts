import { resampleWeights, weightedMean } from "../intervals/bootstrap.ts";
import { at } from "../numeric/arrays.ts";

/**
 * win[i][j]: the share of problem-bootstrap resamples in which strategy i scores above j, ties half; ½ on the diagonal. `scores[s][p]` is
 * strategy s on problem p, all on the same problems.
 */
export function winMatrix(
  scores: readonly (readonly number[])[],
  { seed, replicates = 2_000 }: { readonly seed: string | number; readonly replicates?: number },
): number[][] {
  const wins = scores.map(() => new Float64Array(scores.length));
  for (let r = 0; r < replicates; r++) {
    const weights = resampleWeights(scores[0]?.length ?? 0, seed, r);
    const means = scores.map((row) => weightedMean(row, weights) ?? 0);
    wins.forEach((row, i) => {
      for (let j = 0; j < row.length; j++) row[j] = at(row, j) + (Math.sign(at(means, i) - at(means, j)) + 1) / 2;
    });
  }
  return wins.map((row) => Array.from(row, (count) => count / replicates));
}
