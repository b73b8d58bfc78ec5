import { Random } from "../../core/random.ts";
import { ascending, at, mean, quantileOfSorted, sum } from "../numeric/arrays.ts";
import { normalCdf, normalQuantile } from "../numeric/normal.ts";
import { requireInteger, requireSome } from "../numeric/require.ts";
import { defaultLevel, type Interval } from "./interval.ts";
import { resampledShare } from "./share.ts";

export interface BootstrapOptions {
  readonly seed: string | number;
  /** Resamples; default 10,000. */
  readonly replicates?: number;
  readonly level?: number;
  readonly method?: "percentile" | "bca";
  /** Is the statistic in [0, 1]? Where all replicates agree its interval is then still one of the clusters' number. */
  readonly share?: boolean;
}

export interface Bootstrap {
  readonly estimate: number;
  /** Standard deviation of the replicates, divisor their number. */
  readonly standardError: number;
  readonly interval: Interval;
  /** Replicates on which the statistic was undefined: left out of the interval, counted here. */
  readonly undefinedReplicates: number;
  /** The statistic on each resample on which it is defined, ascending. */
  readonly replicates: Float64Array;
}

/** How often each of `n` units is drawn in replicate `r`. Keyed by (seed, r): no replicate depends on another. */
export function resampleWeights(n: number, seed: string | number, r: number): Float64Array {
  const random = new Random(`bootstrap/${seed}/${r}`);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    // 32 bits are enough for an index: the bias is below n / 2³².
    const unit = Math.floor((random.bits() * n) / 4294967296);
    weights[unit] = (weights[unit] as number) + 1;
  }
  return weights;
}

/**
 * Problem bootstrap of a whole statistic. The units are what is resampled (problems, or clusters of them, with all
 * their samples kept together); `statistic` gets one weight a unit, its multiplicity in the resample, and returns null
 * where it is undefined.
 *
 * The interval is by percentile (type 7) or BCa (Efron 1987): z0 from the share of replicates below the estimate, ties
 * half, acceleration from the jackknife over units. BCa falls back to the percentile, and `method` says so, where all
 * replicates agree or the jackknife has no spread.
 *
 * Cost: replicates × one evaluation, and one a unit more for BCa.
 * @throws InvalidOptionError without units, or when the statistic is undefined on the data itself or on every
 * replicate.
 */
export function bootstrap(
  units: number,
  statistic: (weights: Float64Array) => number | null,
  { seed, replicates = 10_000, level = defaultLevel, method = "percentile", share = false }: BootstrapOptions,
): Bootstrap {
  requireInteger("bootstrap", "units", units, 1);
  requireInteger("bootstrap", "replicates", replicates, 2);
  const estimate = statistic(new Float64Array(units).fill(1));
  const drawn = Array.from({ length: replicates }, (_, r) => statistic(resampleWeights(units, seed, r)));
  const values = drawn.filter((value) => value !== null);
  requireSome("bootstrap", "replicates on which the statistic is defined", estimate === null ? [] : values);
  const sorted = ascending(values);
  const known = estimate ?? NaN;
  const centre = mean(sorted);
  const standardError = Math.sqrt(sum(sorted.map((value) => (value - centre) ** 2)) / sorted.length);
  const tails = method === "bca" ? bcaTails(units, statistic, known, sorted, level) : null;
  const [low, high] = tails ?? [(1 - level) / 2, (1 + level) / 2];
  const fellBack = method === "bca" && tails === null ? " (BCa undefined)" : "";
  const name = tails === null ? `bootstrap percentile${fellBack}` : "bootstrap BCa";
  const [bottom, top] = [quantileOfSorted(sorted, low), quantileOfSorted(sorted, high)];
  const still = share && top - bottom < 1e-12 && known >= 0 && known <= 1;
  return {
    estimate: known,
    standardError,
    interval: still ? resampledShare(known, 0, units, level) : { low: bottom, high: top, level, method: name },
    undefinedReplicates: drawn.length - values.length,
    replicates: sorted,
  };
}

function bcaTails(
  units: number,
  statistic: (weights: Float64Array) => number | null,
  estimate: number,
  sorted: Float64Array,
  level: number,
): readonly [number, number] | null {
  const below = sorted.filter((value) => value < estimate).length;
  const equal = sorted.filter((value) => value === estimate).length;
  const share = (below + equal / 2) / sorted.length;
  const acceleration = accelerationOf(units, statistic);
  if (share <= 0 || share >= 1 || acceleration === null || at(sorted, 0) === at(sorted, sorted.length - 1)) return null;
  const bias = normalQuantile(share);
  const moved = (tail: number) => {
    const z = bias + normalQuantile(tail);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return [moved((1 - level) / 2), moved((1 + level) / 2)];
}

function accelerationOf(units: number, statistic: (weights: Float64Array) => number | null): number | null {
  if (units < 2) return null;
  const left: number[] = [];
  for (let i = 0; i < units; i++) {
    const weights = new Float64Array(units).fill(1);
    weights[i] = 0;
    const value = statistic(weights);
    if (value === null) return null;
    left.push(value);
  }
  const centre = mean(left);
  const squares = sum(left.map((value) => (centre - value) ** 2));
  return squares === 0 ? null : sum(left.map((value) => (centre - value) ** 3)) / (6 * squares ** 1.5);
}

/** The weighted mean, the commonest statistic to resample; null where the weights sum to 0. */
export function weightedMean(values: readonly number[], weights: ArrayLike<number>): number | null {
  let total = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    total += (values[i] as number) * (weights[i] as number);
    weight += weights[i] as number;
  }
  return weight === 0 ? null : total / weight;
}

/** Bootstrap of the mean over problems; problems of one cluster are drawn together. */
export function bootstrapMean(
  values: readonly number[],
  options: BootstrapOptions & { readonly clusters?: readonly string[] },
): Bootstrap {
  requireSome("bootstrap", "values", values);
  const { members, count } = clusterIndices(values.length, options.clusters);
  const sums = new Float64Array(count);
  const sizes = new Float64Array(count);
  values.forEach((value, i) => {
    const cluster = at(members, i);
    sums[cluster] = at(sums, cluster) + value;
    sizes[cluster] = at(sizes, cluster) + 1;
  });
  const statistic = (weights: Float64Array) => {
    let total = 0;
    let size = 0;
    for (let c = 0; c < count; c++) {
      const weight = weights[c] as number;
      total += weight * (sums[c] as number);
      size += weight * (sizes[c] as number);
    }
    return total / size;
  };
  return bootstrap(count, statistic, options);
}

/** The cluster number of each of `n` items; every item its own cluster where none are given. */
export function clusterIndices(n: number, clusters?: readonly string[]): { members: Int32Array; count: number } {
  if (clusters === undefined) return { members: Int32Array.from({ length: n }, (_, i) => i), count: n };
  const numbers = new Map<string, number>();
  const members = Int32Array.from(clusters, (cluster) => {
    const known = numbers.get(cluster);
    if (known !== undefined) return known;
    numbers.set(cluster, numbers.size);
    return numbers.size - 1;
  });
  return { members, count: numbers.size };
}
