import { resampleWeights } from "../../statistics/intervals/bootstrap.ts";
import { ascending, quantileOfSorted } from "../../statistics/numeric/arrays.ts";

/**
 * Clusters are gathered in at most this many blocks, which are what is resampled. Up to so many clusters each is its
 * own block; beyond, blocks of several clusters give the same bands at a cost that no longer grows.
 */
export const blockCount = 512;

export const blockOf = (cluster: number): number => cluster % blockCount;

const replicates = 1_000;
const level = 0.95;

/** Multiplicities of the blocks in each resample, drawn once and shared by all statistics, so that arms stay paired. */
export class Resamples {
  readonly blocks: number;
  readonly weights: readonly Float64Array[];

  /** @param clusters how many clusters there are in all. */
  constructor(clusters: number) {
    this.blocks = Math.min(clusters, blockCount);
    this.weights = Array.from({ length: this.blocks === 0 ? 0 : replicates }, (_, r) =>
      resampleWeights(this.blocks, "report", r),
    );
  }

  /** Σ weight · sums[block] for each replicate. */
  totals(sums: ArrayLike<number>): Float64Array {
    return Float64Array.from(this.weights, (weights) => {
      let total = 0;
      for (let block = 0; block < this.blocks; block++) total += (weights[block] ?? 0) * (sums[block] ?? 0);
      return total;
    });
  }
}

export interface Banded {
  readonly value: number;
  /** 95 % percentile band over resampled problems. */
  readonly low: number;
  readonly high: number;
}

/** The ratio Σ sums / Σ counts with its band; null where nothing was counted. */
export function banded(sums: ArrayLike<number>, counts: Float64Array, resamples: Resamples): Banded | null {
  return bandedBy(sums, total(counts), resamples.totals(counts), resamples);
}

/** {@link banded} with the denominators given: one set serves a whole curve. */
export function bandedBy(
  sums: ArrayLike<number>,
  count: number,
  drawnCounts: Float64Array,
  resamples: Resamples,
): Banded | null {
  if (count === 0) return null;
  const drawn = resamples.totals(sums);
  const ratios: number[] = [];
  for (let r = 0; r < drawn.length; r++) {
    const denominator = drawnCounts[r] ?? 0;
    if (denominator > 0) ratios.push((drawn[r] ?? 0) / denominator);
  }
  return percentileBand(total(sums) / count, ratios);
}

/** A value with the percentile band of what it was in resamples. */
export function percentileBand(value: number, replicates: readonly number[]): Banded {
  const sorted = ascending(replicates);
  return {
    value,
    low: quantileOfSorted(sorted, (1 - level) / 2),
    high: quantileOfSorted(sorted, (1 + level) / 2),
  };
}

export function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}
