import { defaultLevel, type Interval } from "../intervals/interval.ts";
import { type ClusterVariant, clusteredInterval, clusteredStandardError } from "../intervals/mean.ts";
import { pairedInterval } from "../intervals/share.ts";
import { groupBy, mean, sum } from "../numeric/arrays.ts";
import { requireSome } from "../numeric/require.ts";
import { tTwoSided } from "../numeric/student.ts";

/** One problem scored under two strategies; each score is the mean over that strategy's seeds. */
export interface Pair {
  readonly problem: string;
  readonly cluster: string;
  readonly a: number;
  readonly b: number;
}

export interface Pairing {
  readonly pairs: readonly Pair[];
  /** Problems that only one side has a score for: left out, and to be shown. */
  readonly onlyA: number;
  readonly onlyB: number;
}

interface Scored {
  readonly unit: string;
  readonly cluster: string;
  readonly value: number;
}

/** Matches two strategies' scores by problem. */
export function pairUp(a: readonly Scored[], b: readonly Scored[]): Pairing {
  const ofB = new Map(b.map((one) => [one.unit, one.value]));
  const pairs = a.flatMap(({ unit, cluster, value }) => {
    const other = ofB.get(unit);
    return other === undefined ? [] : [{ problem: unit, cluster, a: value, b: other }];
  });
  return { pairs, onlyA: a.length - pairs.length, onlyB: b.length - pairs.length };
}

export const differencesOf = (pairs: readonly Pair[]): number[] => pairs.map(({ a, b }) => a - b);
export const clustersOf = (pairs: readonly Pair[]): string[] => pairs.map(({ cluster }) => cluster);

/** Differences summed within clusters, what signs are flipped over when problems of a cluster go together. */
export const clusterDifferences = (pairs: readonly Pair[]): number[] =>
  [...groupBy(pairs, ({ cluster }) => cluster).values()].map((group) => sum(differencesOf(group)));

export interface PairedDifference {
  readonly difference: number;
  /** Clustered standard error; null for fewer than two clusters. */
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** Two-sided p of Student's paired test; null where nothing varied about a difference. */
  readonly pValue: number | null;
}

/**
 * Mean of a − b with its clustered standard error and interval: of scores in [0, 1] the one of
 * {@link pairedInterval}, of others Student's, null where nothing varied.
 */
export function pairedDifference(
  pairs: readonly Pair[],
  {
    level = defaultLevel,
    variant = "corrected",
    bounded = true,
  }: { readonly level?: number; readonly variant?: ClusterVariant; readonly bounded?: boolean } = {},
): PairedDifference {
  requireSome("paired-difference", "pairs", pairs);
  const differences = differencesOf(pairs);
  const clusters = clustersOf(pairs);
  const difference = mean(differences);
  const standardError = clusteredStandardError(differences, clusters, variant);
  if (standardError === null) return { difference, standardError, interval: null, pValue: null };
  const interval = bounded
    ? pairedInterval(differences, clusters, level)
    : clusteredInterval(differences, clusters, level, variant);
  const still = standardError < 1e-12;
  const degrees = new Set(clusters).size - 1;
  const pValue = still ? (difference === 0 ? 1 : null) : tTwoSided(difference / standardError, degrees);
  return { difference, standardError: still ? 0 : standardError, interval, pValue };
}

/**
 * Where all n problems show one and the same difference, a share of up to 1 − (α/2)^(1/n) of problems may still behave
 * otherwise without having been seen (the "rule of three" at its exact value).
 */
export const unseenShare = (n: number, level = defaultLevel): number => 1 - ((1 - level) / 2) ** (1 / n);
