import type { ArmsRows, Interval, MetricResult, TrialRow } from "../../../src/core/metric.ts";
import type { Random } from "../../../src/core/random.ts";
import { resampleWeights } from "../../../src/statistics/intervals/bootstrap.ts";
import { resampledShare } from "../../../src/statistics/intervals/share.ts";
import { clusterOf, judged } from "../../../src/statistics/metric.ts";
import { ascending, groupBy, quantileOfSorted, variance } from "../../../src/statistics/numeric/arrays.ts";

/** A problem that every arm has a value on. */
export interface SharedProblem {
  readonly problem: string;
  readonly cluster: string;
  /** A trial of it, for what it says of the problem. */
  readonly facts: TrialRow;
  /** Of each arm, in the order of the arms. */
  readonly values: readonly number[];
}

export interface SharedProblems {
  readonly arms: readonly string[];
  readonly problems: readonly SharedProblem[];
  /** Problems that some arm has no value on: left out. */
  readonly leftOut: number;
}

/** The problems that all arms have, with each arm's value on it, from its judged trials of all seeds. */
export function sharedProblems(
  rows: ArmsRows,
  onProblem: (trials: readonly TrialRow[], arm: string) => number | null,
): SharedProblems {
  const arms = [...rows.keys()];
  const byArm = arms.map((arm) => groupBy(judged(rows.get(arm) ?? []), ({ problem }) => problem));
  const names = [...new Set(byArm.flatMap((problems) => [...problems.keys()]))];
  const problems = names.flatMap((problem): SharedProblem[] => {
    const values = byArm.map((own, a) => {
      const trials = own.get(problem);
      return trials === undefined ? null : onProblem(trials, arms[a] ?? "");
    });
    const facts = byArm.find((own) => own.has(problem))?.get(problem)?.[0];
    if (facts === undefined || !values.every((value) => value !== null)) return [];
    return [{ problem, cluster: clusterOf(facts), facts, values }];
  });
  return { arms, problems, leftOut: names.length - problems.length };
}

/**
 * Of a statistic with a number an arm: its 95 % intervals from resamples of the problems' clusters; percentiles, or for
 * shares the interval of a share with the resampled variance. Resamples on which it is undefined are left out; null
 * where more than one in twenty is, for what is left would not be a fair draw.
 */
export function armIntervals(
  problems: readonly SharedProblem[],
  statistic: (problems: readonly SharedProblem[]) => readonly number[] | null,
  {
    random,
    replicates,
    shares,
  }: { readonly random: Random; readonly replicates: number; readonly shares?: readonly number[] },
): (Interval | null)[] {
  const clusters = [...groupBy(problems, ({ cluster }) => cluster).values()];
  if (clusters.length < 2) return [];
  const drawn: (readonly number[])[] = [];
  for (let r = 0; r < replicates; r++) {
    const weights = resampleWeights(clusters.length, random.key, r);
    const again = statistic(
      clusters.flatMap((members, c) => Array.from({ length: weights[c] ?? 0 }, () => members).flat()),
    );
    if (again !== null) drawn.push(again);
  }
  if (drawn.length < 0.95 * replicates) return [];
  return (drawn[0] ?? []).map((_, a) => {
    const values = drawn.map((one) => one[a] ?? 0);
    if (shares !== undefined) return resampledShare(shares[a] ?? 0, variance(values) ?? 0, clusters.length);
    const sorted = ascending(values);
    const ends = { low: quantileOfSorted(sorted, 0.025), high: quantileOfSorted(sorted, 0.975) };
    return { ...ends, level: 0.95, method: `percentile bootstrap over ${clusters.length} problems` };
  });
}

/** A result without a value, on every arm, and why. */
export const noneOf = (rows: ArmsRows, note: string): Map<string, MetricResult> =>
  new Map(
    [...rows].map(([arm, own]) => [
      arm,
      { value: null, interval: null, units: [], excludedTrials: own.length, undefinedUnits: 0, note },
    ]),
  );
