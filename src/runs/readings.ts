import type { Interval, UnitValue } from "../core/metric.ts";
import { clusteredShare } from "../statistics/intervals/share.ts";
import type { Column } from "./column.ts";
import type { ProblemIndex } from "./problem-index.ts";

/**
 * How trials enter that failed or could not be judged. `shown`: failed ones are left out, unjudged ones are not right.
 * `left-out`: neither enters. `wrong`: both count as wrong.
 */
export type Reading = "shown" | "left-out" | "wrong";

/** What an arm did on each problem, by its number in the index. */
export interface TriedProblems {
  readonly index: ProblemIndex;
  /** Trials with a verdict other than `error`, and of these the right and the unjudged ones. */
  readonly trials: Column;
  readonly right: Column;
  readonly undecided: Column;
  /** Trials without a verdict. */
  readonly failed: Column;
}

/** Right and counted trials of each problem, by its number; problems without a trial that counts are absent. */
function counted({ trials, right, undecided, failed }: TriedProblems, reading: Reading) {
  const length = Math.max(trials.length, failed.length);
  return Array.from({ length }, (_, number) => {
    const less = reading === "left-out" ? undecided.at(number) : 0;
    const more = reading === "wrong" ? failed.at(number) : 0;
    return { number, right: right.at(number), trials: trials.at(number) - less + more };
  }).filter((problem) => problem.trials > 0);
}

/** An arm's accuracy with its interval, clustered by problem and group; null without a trial that counts. */
export function accuracyOf(
  tally: TriedProblems,
  reading: Reading = "shown",
): { readonly accuracy: number; readonly interval: Interval; readonly trials: number } | null {
  const sums: number[] = [];
  const counts: number[] = [];
  let all = 0;
  for (const { number, right, trials } of counted(tally, reading)) {
    const cluster = tally.index.clusters[number] ?? 0;
    sums[cluster] = (sums[cluster] ?? 0) + right;
    counts[cluster] = (counts[cluster] ?? 0) + trials;
    all += trials;
  }
  const found = clusteredShare({ sums, counts, trials: all });
  return found === null ? null : { accuracy: found.share, interval: found.interval, trials: all };
}

/** Share of right trials of each problem. */
export const problemValues = (tally: TriedProblems, reading: Reading = "shown"): UnitValue[] =>
  counted(tally, reading).map(({ number, right, trials }) => ({
    unit: String(number),
    cluster: String(tally.index.clusters[number]),
    value: right / trials,
  }));
