import { z } from "zod";
import { defineMetric, type MetricResult, type TrialRow } from "../../src/core/metric.ts";
import { bootstrap } from "../../src/statistics/intervals/bootstrap.ts";
import { clusterOf, judged } from "../../src/statistics/metric.ts";
import { groupBy } from "../../src/statistics/numeric/arrays.ts";
import { type Confusion, matthews, mrScore as scoreOf } from "../../src/statistics/rewards/mr-score.ts";

const asked = (rows: readonly TrialRow[], task: string) =>
  rows.filter(({ tags = [] }) => tags.includes(`task:${task}`));
const right = ({ verdict }: TrialRow): boolean => verdict === "correct";
const isWrongSolution = ({ reference }: TrialRow): boolean => reference !== "correct" && reference !== "none";

function confusionOf(verdicts: readonly TrialRow[]): Confusion {
  const count = (test: (row: TrialRow) => boolean) => verdicts.filter(test).length;
  return {
    truePositive: count((row) => !isWrongSolution(row) && right(row)),
    falseNegative: count((row) => !isWrongSolution(row) && !right(row)),
    trueNegative: count((row) => isWrongSolution(row) && right(row)),
    falsePositive: count((row) => isWrongSolution(row) && !right(row)),
  };
}

/** Of the wrong solutions, the share of which it is found; null where the task was not asked. */
function shareOf(rows: readonly TrialRow[], task: string): number | null {
  const own = asked(rows, task).filter(isWrongSolution);
  return own.length === 0 ? null : own.filter(right).length / own.length;
}

/**
 * Of a run on `mr-gsm8k`: its tasks are told by the tags task:verdict, task:step and task:reason. A judgement that
 * could not be read is a wrong one. A weight of 0 leaves a task out.
 */
export const mrScore = defineMetric({
  name: "mr-score",
  summary: "judging solutions: weighted correlation of verdicts, first wrong steps found, reasons found",
  paper: "Zeng et al. 2023, arXiv:2312.17080",
  scale: "number",
  better: "higher",
  options: z.strictObject({
    weights: z
      .tuple([z.number().min(0), z.number().min(0), z.number().min(0)])
      .default([0.2, 0.3, 0.5])
      .describe("of verdict, step and reason"),
    replicates: z.int().min(100).default(1_000).describe("bootstrap resamples of the solutions"),
  }),
  partsAre: "task",
  compute(rows, { weights, replicates }, random): MetricResult {
    const kept = judged(rows);
    const rest = { units: [], excludedTrials: rows.length - kept.length, undefinedUnits: 0 };
    const statistic = (some: readonly TrialRow[]): number | null => {
      const step = weights[1] === 0 ? 0 : shareOf(some, "step");
      const reason = weights[2] === 0 ? 0 : shareOf(some, "reason");
      const verdicts = asked(some, "verdict");
      if (step === null || reason === null || verdicts.length === 0) return null;
      return scoreOf({ mcc: matthews(confusionOf(verdicts)), step, reason }, weights);
    };
    const parts = [
      {
        part: "verdict (MCC)",
        value: asked(kept, "verdict").length === 0 ? null : matthews(confusionOf(asked(kept, "verdict"))),
        interval: null,
      },
      ...["step", "reason"].map((task) => ({ part: task, value: shareOf(kept, task), interval: null })),
    ];
    const value = statistic(kept);
    const note =
      "needs trials with the tags task:verdict, task:step and task:reason, or a weight of 0 for what was not asked";
    if (value === null) return { value, interval: null, ...rest, note, parts };
    const clusters = [...groupBy(kept, clusterOf).values()];
    const again = (drawn: Float64Array) =>
      statistic(clusters.flatMap((members, c) => Array.from({ length: drawn[c] ?? 0 }, () => members).flat()));
    const { interval } = bootstrap(clusters.length, again, { seed: random.key, replicates });
    return { value, interval, ...rest, parts };
  },
});
