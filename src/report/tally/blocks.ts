import { unseenShare } from "../../statistics/comparing/paired.ts";
import { resampleWeights } from "../../statistics/intervals/bootstrap.ts";
import { clusteredShare, gainsAndLosses, resampledShare } from "../../statistics/intervals/share.ts";
import { ascending, quantileOfSorted, variance } from "../../statistics/numeric/arrays.ts";

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
  readonly clusters: number;
  readonly weights: readonly Float64Array[];

  /** @param clusters how many clusters there are in all. */
  constructor(clusters: number) {
    this.clusters = clusters;
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
  /** 95 %, clustered. */
  readonly low: number;
  readonly high: number;
}

/**
 * The share Σ sums / Σ counts of values in [0, `top`] with its band; null where nothing was counted, or a value is not
 * known.
 */
export function banded(
  sums: ArrayLike<number>,
  counts: ArrayLike<number>,
  resamples: Resamples,
  { top = 1, binary = false }: { readonly top?: number; readonly binary?: boolean } = {},
): Banded | null {
  if (Number.isNaN(total(sums))) return null;
  const scaled = top === 1 ? sums : Float64Array.from(sums, (sum) => sum / top);
  const trials = binary ? total(counts) : undefined;
  const found = clusteredShare({ sums: scaled, counts, clusters: clustersOf(counts, resamples), trials });
  if (found === null) return null;
  return { value: top * found.share, low: top * found.interval.low, high: top * found.interval.high };
}

/** Mean difference Σ sums / Σ counts, of differences in [−1, 1], with its band. */
export function bandedDifference(
  sums: ArrayLike<number>,
  counts: ArrayLike<number>,
  resamples: Resamples,
): Banded | null {
  const interval = gainsAndLosses({ sums, counts, clusters: clustersOf(counts, resamples) });
  return interval === null ? null : { value: total(sums) / total(counts), low: interval.low, high: interval.high };
}

/** Of a share that is no mean: its band from what it was in resamples. */
export function resampledBand(value: number, replicates: readonly number[], { clusters }: Resamples): Banded {
  const { low, high } = resampledShare(value, variance(replicates) ?? 0, clusters);
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}

/**
 * Of a difference that is no mean: the percentiles of what it was in resamples, at least as wide as what may be there
 * and was not seen.
 */
export function resampledDifference(value: number, replicates: readonly number[], { clusters }: Resamples): Banded {
  const sorted = ascending(replicates);
  const unseen = unseenShare(Math.max(1, clusters), level);
  return {
    value,
    low: Math.max(-1, Math.min(quantileOfSorted(sorted, (1 - level) / 2), value - unseen)),
    high: Math.min(1, Math.max(quantileOfSorted(sorted, (1 + level) / 2), value + unseen)),
  };
}

/** Clusters that have something: all of them, or as many as the share of the blocks says. */
function clustersOf(counts: ArrayLike<number>, { blocks, clusters }: Resamples): number {
  let used = 0;
  for (let block = 0; block < counts.length; block++) if ((counts[block] ?? 0) > 0) used++;
  return blocks === 0 ? 1 : (used / blocks) * clusters;
}

export function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}
