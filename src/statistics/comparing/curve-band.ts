import { resampleWeights, weightedMean } from "../intervals/bootstrap.ts";
import { defaultLevel } from "../intervals/interval.ts";
import { standardError } from "../intervals/mean.ts";
import { ascending, at, mean, quantileOfSorted } from "../numeric/arrays.ts";
import { requireSome } from "../numeric/require.ts";

export interface BandPoint {
  readonly value: number;
  /** Pointwise percentile band. */
  readonly low: number;
  readonly high: number;
  /** Simultaneous band: the whole true curve lies inside with the stated confidence. */
  readonly simultaneousLow: number;
  readonly simultaneousHigh: number;
}

/**
 * Bands of a mean curve from one curve a problem: curves[p][x]. Problems are resampled and the whole curve recomputed; pointwise by
 * percentile, simultaneous by the supremum over x of the studentised distance. To claim "A above B everywhere", give differences of
 * curves and ask for simultaneousLow > 0 throughout. A point at which no problem differs has a band of no width.
 */
export function curveBand(
  curves: readonly (readonly number[])[],
  {
    seed,
    replicates = 2_000,
    level = defaultLevel,
  }: { readonly seed: string | number; readonly replicates?: number; readonly level?: number },
): BandPoint[] {
  requireSome("curve-band", "curves", curves);
  const columns = (curves[0] ?? []).map((_, x) => curves.map((curve) => at(curve, x)));
  const centres = columns.map(mean);
  const errors = columns.map((column) => standardError(column) ?? 0);
  const drawn = columns.map(() => new Float64Array(replicates));
  const suprema = new Float64Array(replicates);
  for (let r = 0; r < replicates; r++) {
    const weights = resampleWeights(curves.length, seed, r);
    columns.forEach((column, x) => {
      const value = weightedMean(column, weights) ?? 0;
      const row = drawn[x];
      if (row !== undefined) row[r] = value;
      const error = at(errors, x);
      if (error > 1e-12) suprema[r] = Math.max(at(suprema, r), Math.abs(value - at(centres, x)) / error);
    });
  }
  const reach = quantileOfSorted(ascending(suprema), level);
  return centres.map((value, x) => {
    const sorted = ascending(drawn[x] ?? []);
    const half = reach * at(errors, x);
    return {
      value,
      low: quantileOfSorted(sorted, (1 - level) / 2),
      high: quantileOfSorted(sorted, (1 + level) / 2),
      simultaneousLow: value - half,
      simultaneousHigh: value + half,
    };
  });
}
