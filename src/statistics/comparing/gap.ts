import type { UnitValue } from "../../core/metric.ts";
import { Random } from "../../core/random.ts";
import { defaultLevel, type Interval } from "../intervals/interval.ts";
import { clusteredInterval } from "../intervals/mean.ts";
import { shareInterval } from "../intervals/share.ts";
import { groupBy, mean, sum } from "../numeric/arrays.ts";
import { pairedDifference, pairUp } from "./paired.ts";
import { pairedPermutation } from "./permutation.ts";

/** How much more one part of the problems has than another, under the same strategy. */
export interface Gap {
  readonly difference: number;
  readonly interval: Interval | null;
  /** Two-sided, of a permutation test; null where it cannot be made. */
  readonly pValue: number | null;
  /** Are variants of the same problem (or group) set against each other? Else the parts are independent samples. */
  readonly paired: boolean;
  /** Groups or problems that both have where paired, else those of both together. */
  readonly clusters: number;
}

interface GapOptions {
  readonly share: boolean;
  readonly seed: string | number;
  readonly level?: number;
}

/**
 * a − b. Where both parts have units in two clusters or more it is paired: the mean over these clusters of the
 * difference within, with the interval and the sign-permutation test of {@link pairedPermutation}. Else it is the
 * difference of means over units, its interval put together from both (MOVER, Newcombe 1998), its p value from 10,000
 * permutations of the clusters' labels. Null without a unit on either side.
 */
export function gapBetween(a: readonly UnitValue[], b: readonly UnitValue[], options: GapOptions): Gap | null {
  if (a.length === 0 || b.length === 0) return null;
  const { pairs } = pairUp(byCluster(a), byCluster(b));
  if (pairs.length < 2) return unpaired(a, b, options);
  const { level = defaultLevel, share, seed } = options;
  const { difference, interval } = pairedDifference(pairs, { level, bounded: share });
  const { pValue } = pairedPermutation(
    pairs.map((pair) => pair.a - pair.b),
    { seed },
  );
  return { difference, interval, pValue, paired: true, clusters: pairs.length };
}

const byCluster = (units: readonly UnitValue[]): UnitValue[] =>
  [...groupBy(units, ({ cluster }) => cluster)].map(([unit, members]) => ({
    ...{ unit, cluster: unit },
    value: mean(members.map(({ value }) => value)),
  }));

function unpaired(a: readonly UnitValue[], b: readonly UnitValue[], { share, seed, level }: GapOptions): Gap {
  const side = (units: readonly UnitValue[]) => {
    const [values, clusters] = [units.map(({ value }) => value), units.map(({ cluster }) => cluster)];
    return { value: mean(values), interval: (share ? shareInterval : clusteredInterval)(values, clusters, level) };
  };
  const [one, other] = [side(a), side(b)];
  const difference = one.value - other.value;
  const [sumsA, sumsB] = [sumsOf(a), sumsOf(b)];
  const pValue = sumsA.length < 2 || sumsB.length < 2 ? null : labelPermutation(sumsA, sumsB, seed);
  return { difference, interval: put(one, other), pValue, paired: false, clusters: sumsA.length + sumsB.length };
}

interface Side {
  readonly value: number;
  readonly interval: Interval | null;
}

function put(a: Side, b: Side): Interval | null {
  if (a.interval === null || b.interval === null) return null;
  const difference = a.value - b.value;
  return {
    low: difference - Math.hypot(a.value - a.interval.low, b.interval.high - b.value),
    high: difference + Math.hypot(a.interval.high - a.value, b.value - b.interval.low),
    level: a.interval.level,
    method: "MOVER of two samples",
  };
}

type ClusterSum = readonly [sum: number, count: number];

const sumsOf = (units: readonly UnitValue[]): ClusterSum[] =>
  [...groupBy(units, ({ cluster }) => cluster).values()].map((members) => [
    sum(members.map(({ value }) => value)),
    members.length,
  ]);

const draws = 10_000;

/** Share of random assignments of the clusters to the two parts whose means differ as much, with one for the own. */
function labelPermutation(a: readonly ClusterSum[], b: readonly ClusterSum[], seed: string | number): number {
  const all = [...a, ...b];
  const [total, count] = [sum(all.map(([one]) => one)), sum(all.map(([, n]) => n))];
  const apart = () => {
    let [own, n] = [0, 0];
    for (let i = 0; i < a.length; i++) {
      own += all[i]?.[0] ?? 0;
      n += all[i]?.[1] ?? 0;
    }
    return Math.abs(own / n - (total - own) / (count - n));
  };
  const seen = apart() - 1e-9;
  const random = new Random(`gap/${seed}`);
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < a.length; i++) {
      const j = i + random.integer(all.length - i);
      [all[i], all[j]] = [all[j] as ClusterSum, all[i] as ClusterSum];
    }
    if (apart() >= seen) hits++;
  }
  return (1 + hits) / (1 + draws);
}
