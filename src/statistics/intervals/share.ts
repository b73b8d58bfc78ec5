import { acceptable, midP } from "./binomial.ts";
import { defaultLevel, type Interval } from "./interval.ts";

/**
 * Intervals of shares, and of differences of two shares on the same problems. Everything that shows an interval of
 * values in [0, 1] takes it from here. They are chosen by simulated coverage (docs/statistics.md), never have width 0
 * and never leave [0, 1] or [−1, 1].
 */

/**
 * Weight of "no two values of a cluster differ" in the effective size, in informative clusters, by the number of
 * clusters: few say little about how alike their values are. By simulation.
 */
const caution = { share: (clusters: number) => 0.25 + 1.5 / clusters, difference: () => 0.25 };

type Caution = (clusters: number) => number;

/** Sums and counts by cluster (or block of clusters). sums[c] lies in [0, counts[c]]; empty clusters do not count. */
export interface Clustered {
  readonly sums: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  /** How many clusters there are, where each entry is a block of several. Default: the entries that are not empty. */
  readonly clusters?: number;
  /** Values that are counts of right and wrong hold no more than their number; Infinity for others (the default). */
  readonly trials?: number;
}

interface Spread {
  readonly share: number;
  /** Of the estimate; null for one cluster. */
  readonly variance: number | null;
  /** Clusters of equal size that weigh as much (Kish): at most their number. */
  readonly clusters: number;
  readonly trials?: number;
}

/** The share of all values with its interval; null where nothing was counted. */
export function clusteredShare(values: Clustered, level = defaultLevel): { share: number; interval: Interval } | null {
  const spread = spreadOf(values);
  return spread === null ? null : { share: spread.share, interval: shareFromSpread(spread, level) };
}

/** {@link clusteredShare} of values in [0, 1], one a problem. */
export function shareInterval(
  values: readonly number[],
  clusters: readonly string[],
  level = defaultLevel,
): Interval | null {
  return clusteredShare(gathered(values, clusters), level)?.interval ?? null;
}

/**
 * Of a share that is no mean, with the variance that resampling gave it. `clusters` were resampled.
 */
export const resampledShare = (share: number, variance: number, clusters: number, level = defaultLevel): Interval =>
  shareFromSpread({ share: Math.min(1, Math.max(0, share)), variance, clusters: Math.max(1, clusters) }, level);

/** The share, its clusters and the size that the binomial is to take it for; for the study of what to choose. */
export function effective(values: Clustered, weight: Caution = caution.share) {
  const spread = spreadOf(values);
  return spread === null ? null : { ...spread, n: effectiveSize(spread, weight) };
}

function shareFromSpread(spread: Spread, level: number): Interval {
  const n = effectiveSize(spread, caution.share);
  return {
    ...acceptable(spread.share, n, level),
    level,
    method: `binomial acceptability, clustered, effective n ${Number(n.toPrecision(3))}`,
  };
}

/**
 * Mean of a − b over problems: the sums of what a has more, and of what b has more, are two shares. Their intervals are
 * put together with their correlation (MOVER: Newcombe 1998; Zou 2007). `more` and `less` have the same counts.
 */
function differenceInterval(more: Clustered, less: Clustered, level: number): Interval | null {
  const [up, down] = [spreadOf(more), spreadOf(less)];
  if (up === null || down === null) return null;
  const [sizeUp, sizeDown] = [effectiveSize(up, caution.difference), effectiveSize(down, caution.difference)];
  const [a, b] = [midP(up.share, sizeUp, level), midP(down.share, sizeDown, level)];
  const together = correlation(more, less, up.share, down.share);
  const difference = up.share - down.share;
  const reach = (one: number, other: number) => Math.sqrt(one ** 2 + other ** 2 - 2 * together * one * other);
  return {
    low: Math.max(-1, difference - reach(up.share - a.low, b.high - down.share)),
    high: Math.min(1, difference + reach(a.high - up.share, down.share - b.low)),
    level,
    method: "MOVER of gains and losses",
  };
}

/** Interval of the mean of paired differences in [−1, 1], one a problem; those of a cluster are taken together. */
export function pairedInterval(
  differences: readonly number[],
  clusters: readonly string[],
  level = defaultLevel,
): Interval | null {
  return gainsAndLosses(gathered(differences, clusters), level);
}

/** The same from sums of a − b by cluster. */
export function gainsAndLosses({ sums, ...rest }: Clustered, level = defaultLevel): Interval | null {
  const more = Float64Array.from(sums, (sum) => Math.max(0, sum));
  const less = Float64Array.from(sums, (sum) => Math.max(0, -sum));
  return differenceInterval({ sums: more, ...rest }, { sums: less, ...rest }, level);
}

/**
 * The number of independent yes-or-no values that would be as sure: share · (1 − share) / variance. Where few clusters
 * differ from the rest the variance itself is a guess; the size is then drawn to the number of clusters, and is that
 * number where all are right or all wrong.
 */
function effectiveSize({ share, variance, clusters, trials = Infinity }: Spread, caution: Caution): number {
  const single = share * (1 - share);
  if (variance === null || single < 1e-12) return clusters;
  const informative = 2 * clusters * Math.min(share, 1 - share);
  const weight = caution(clusters);
  const seen = Math.max((variance / single) * (1 - 1 / clusters), 1 / trials);
  const inverse = (informative * seen + weight / clusters) / (informative + weight);
  return Math.max(1, Math.min(1 / inverse, trials));
}

function spreadOf({ sums, counts, clusters, trials }: Clustered): Spread | null {
  let [total, count, squares, blocks] = [0, 0, 0, 0];
  for (let c = 0; c < counts.length; c++) {
    const own = counts[c] ?? 0;
    if (own <= 0) continue;
    total += sums[c] ?? 0;
    count += own;
    squares += own * own;
    blocks++;
  }
  if (count === 0) return null;
  const share = Math.min(1, Math.max(0, total / count));
  let errors = 0;
  for (let c = 0; c < counts.length; c++) errors += ((sums[c] ?? 0) - share * (counts[c] ?? 0)) ** 2;
  const equal = (count * count) / squares;
  return {
    share,
    variance: blocks < 2 ? null : ((blocks / (blocks - 1)) * errors) / (count * count),
    clusters: clusters === undefined ? equal : Math.max(1, (equal / blocks) * clusters),
    trials,
  };
}

function correlation(more: Clustered, less: Clustered, up: number, down: number): number {
  let [both, one, other] = [0, 0, 0];
  for (let c = 0; c < more.counts.length; c++) {
    const a = (more.sums[c] ?? 0) - up * (more.counts[c] ?? 0);
    const b = (less.sums[c] ?? 0) - down * (less.counts[c] ?? 0);
    both += a * b;
    one += a * a;
    other += b * b;
  }
  return one < 1e-18 || other < 1e-18 ? 0 : Math.max(-1, Math.min(1, both / Math.sqrt(one * other)));
}

function gathered(values: readonly number[], clusters: readonly string[]): Clustered {
  const places = new Map<string, number>();
  const sums: number[] = [];
  const counts: number[] = [];
  values.forEach((value, i) => {
    const name = clusters[i] ?? "";
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    sums[place] = (sums[place] ?? 0) + value;
    counts[place] = (counts[place] ?? 0) + 1;
  });
  return { sums, counts };
}
