import { z } from "zod";
import { type ArmsRows, defineArmsMetric, type MetricResult, type PartResult } from "../../src/core/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";
import { bradleyTerry as strengthsOf } from "../../src/statistics/ranking/bradley-terry.ts";
import { armIntervals, noneOf, type SharedProblem, sharedProblems } from "./kit/arms.ts";

/**
 * Ratings from the comparisons of every two arms on every problem: the arm with more right trials wins, equal ones tie.
 * With a judge as grader a verdict is the judge's, and so is the rating; where the arms met in a tournament, the matches
 * are what was played there.
 */
export const bradleyTerry = defineArmsMetric({
  name: "bradley-terry",
  summary: "rating between arms from who is right on which problem, 400 points being odds of ten to one, mean 1000",
  paper: "Bradley and Terry 1952; Chiang et al. 2024, arXiv:2403.04132",
  scale: "number",
  better: "neither",
  options: z.strictObject({
    ties: z.enum(["half", "drop"]).default("half").describe("a tie is half a win of each, or does not count"),
    replicates: z.int().min(100).default(500).describe("bootstrap resamples of the problems"),
  }),
  partsAre: "share of wins against",
  partsScale: "share",
  across(rows, { ties, replicates }, random) {
    if (rows.size < 2) return noneOf(rows, "ratings need two arms or more");
    const { arms, problems, leftOut } = sharedProblems(rows, (trials) =>
      mean(trials.map(({ verdict }) => (verdict === "correct" ? 1 : 0))),
    );
    const tie = ties === "half" ? 0.5 : 0;
    const played = playedIn(rows, arms);
    const winsIn = (some: readonly SharedProblem[]) =>
      played === null ? winsOf(some, arms.length, tie) : winsOfMatches(some, played, arms.length, tie);
    const wins = winsIn(problems);
    const ratings = strengthsOf(wins);
    const note = "no finite rating: some arms never win or tie against the others";
    const again = (drawn: readonly SharedProblem[]) => strengthsOf(winsIn(drawn));
    const intervals = ratings === null ? [] : armIntervals(problems, again, { random, replicates });
    return new Map(
      arms.map((arm, a): [string, MetricResult] => [
        arm,
        {
          value: ratings?.[a] ?? null,
          interval: intervals[a] ?? null,
          ...{ units: [], excludedTrials: 0, undefinedUnits: leftOut },
          note: ratings === null ? note : undefined,
          parts: arms.flatMap((other, b): PartResult[] =>
            a === b ? [] : [{ part: other, interval: null, value: shareOf(wins, a, b), units: problems.length }],
          ),
        },
      ]),
    );
  },
});

interface Played {
  readonly a: number;
  readonly b: number;
  /** Of `a`. */
  readonly score: number;
}

/** By problem: the matches of a tournament; null where none was played. */
function playedIn(rows: ArmsRows, arms: readonly string[]): Map<string, Played[]> | null {
  const played = new Map<string, Played[]>();
  for (const [a, arm] of arms.entries())
    for (const { problem, judged } of rows.get(arm) ?? [])
      for (const { against, score } of judged?.matches ?? []) {
        const b = arms.indexOf(against);
        if (b >= 0) played.set(problem, [...(played.get(problem) ?? []), { a, b, score }]);
      }
  return played.size === 0 ? null : played;
}

/** Every match stands in the rows of both arms: each gives its own wins. */
function winsOfMatches(
  problems: readonly SharedProblem[],
  played: ReadonlyMap<string, readonly Played[]>,
  arms: number,
  tie: number,
): number[][] {
  const wins = Array.from({ length: arms }, () => new Array<number>(arms).fill(0));
  for (const { problem } of problems)
    for (const { a, b, score } of played.get(problem) ?? []) {
      const row = wins[a];
      if (row !== undefined) row[b] = (row[b] ?? 0) + (score > 0.5 ? 1 : score === 0.5 ? tie : 0);
    }
  return wins;
}

function winsOf(problems: readonly SharedProblem[], arms: number, tie: number): number[][] {
  const wins = Array.from({ length: arms }, () => new Array<number>(arms).fill(0));
  for (const { values } of problems)
    for (let a = 0; a < arms; a++)
      for (let b = 0; b < arms; b++) {
        const [one, other] = [values[a] ?? 0, values[b] ?? 0];
        const row = wins[a];
        if (a !== b && row !== undefined) row[b] = (row[b] ?? 0) + (one > other ? 1 : one === other ? tie : 0);
      }
  return wins;
}

function shareOf(wins: readonly (readonly number[])[], a: number, b: number): number | null {
  const [won, lost] = [wins[a]?.[b] ?? 0, wins[b]?.[a] ?? 0];
  return won + lost === 0 ? null : won / (won + lost);
}
