import { z } from "zod";
import { type ArmsRows, defineArmsMetric, type MetricDefinition, type MetricResult } from "../../src/core/metric.ts";
import type { Random } from "../../src/core/random.ts";
import { judged } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";
import { partsOfProblem } from "../../src/statistics/problem-parts.ts";
import {
  bordaShares,
  kemenyPositions,
  mostArms,
  positions,
  type TaskScores,
  twoLevelShares,
} from "../../src/statistics/ranking/aggregate.ts";
import { armIntervals, noneOf, type SharedProblem, sharedProblems } from "./kit/arms.ts";

const options = z.strictObject({
  over: z.string().default("dataset").describe("what the tasks are: dataset, or the key of a tag"),
  replicates: z.int().min(100).default(500).describe("bootstrap resamples of the problems"),
});
type Options = z.output<typeof options>;

/** Scores of the arms on the problems of each task. */
type Tasks = ReadonlyMap<string, TaskScores>;

function tasksOf(problems: readonly SharedProblem[], over: string): Tasks {
  const tasks = new Map<string, (readonly number[])[]>();
  for (const { facts, values } of problems)
    for (const task of partsOfProblem(facts, over)) {
      const own = tasks.get(task);
      if (own === undefined) tasks.set(task, [values]);
      else own.push(values);
    }
  return new Map([...tasks].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })));
}

const meansOf = (scores: TaskScores): number[] =>
  (scores[0] ?? []).map((_, a) => mean(scores.map((problem) => problem[a] ?? 0)));

interface Rule extends Pick<MetricDefinition, "name" | "summary" | "scale" | "better"> {
  readonly most?: number;
  rank(tasks: readonly TaskScores[]): readonly number[];
}

/** Arms in order over several tasks, by their accuracy in each; the parts are their positions within a task. */
const defineRank = ({ name, summary, scale, better, most = Infinity, rank }: Rule) =>
  defineArmsMetric<Options>({
    ...{ name, summary, scale, better, options, partsAre: "position in", partsScale: "number" },
    paper: "Colombo et al. 2022, arXiv:2202.03799",
    across(rows, { over, replicates }, random) {
      if (rows.size < 2) return noneOf(rows, "ranks need two arms or more");
      if (rows.size > most) return noneOf(rows, `ranks ${most} arms at most; take Borda's rule`);
      const { arms, problems, leftOut } = sharedProblems(rows, (trials) =>
        mean(trials.map(({ verdict }) => (verdict === "correct" ? 1 : 0))),
      );
      const tasks = tasksOf(problems, over);
      if (tasks.size < 2) return noneOf(rows, `ranks need two tasks or more, and by ${over} there is ${tasks.size}`);
      const values = rank([...tasks.values()]);
      const intervals = intervalsOf(problems, tasks.size, {
        over,
        replicates,
        random,
        rank,
        share: scale === "share",
        values,
      });
      const placed = [...tasks].map(([task, scores]) => ({ task, own: positions(meansOf(scores)), n: scores.length }));
      return new Map(
        arms.map((arm, a): [string, MetricResult] => [
          arm,
          {
            value: values[a] ?? null,
            interval: intervals[a] ?? null,
            units: [],
            excludedTrials: excluded(rows, arm),
            undefinedUnits: leftOut,
            parts: placed.map(({ task, own, n }) => ({ part: task, value: own[a] ?? null, interval: null, units: n })),
          },
        ]),
      );
    },
  });

interface Resampling {
  readonly over: string;
  readonly replicates: number;
  readonly random: Random;
  readonly rank: Rule["rank"];
  readonly share: boolean;
  readonly values: readonly number[];
}

/** A resample that has lost a task is none. */
function intervalsOf(
  problems: readonly SharedProblem[],
  tasks: number,
  { over, replicates, random, rank, share, values }: Resampling,
) {
  const statistic = (drawn: readonly SharedProblem[]) => {
    const own = tasksOf(drawn, over);
    return own.size < tasks ? null : rank([...own.values()]);
  };
  return armIntervals(problems, statistic, { random, replicates, shares: share ? values : undefined });
}

const excluded = (rows: ArmsRows, arm: string): number => {
  const own = rows.get(arm) ?? [];
  return own.length - judged(own).length;
};

export const bordaRank = defineRank({
  name: "borda-rank",
  summary: "share of the other arms that it is ahead of, averaged over datasets (Borda)",
  ...{ scale: "share", better: "neither" },
  rank: (tasks) => bordaShares(tasks.map(meansOf)),
});

export const kemenyRank = defineRank({
  name: "kemeny-rank",
  summary: "position in the order with the fewest disagreements with the datasets' orders (Kemeny)",
  ...{ scale: "number", better: "neither", most: mostArms },
  rank: (tasks) => kemenyPositions(tasks.map(meansOf)),
});

export const twoLevelRank = defineRank({
  name: "two-level-rank",
  summary: "Borda over datasets of Borda over the problems of each",
  ...{ scale: "share", better: "neither" },
  rank: (tasks) => twoLevelShares(tasks),
});
