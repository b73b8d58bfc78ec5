import { z } from "zod";
import { type BootstrapOptions, bootstrap } from "../../../src/statistics/intervals/bootstrap.ts";
import { defineMetric, type MetricDefinition, type TrialRow } from "../../../src/statistics/metric.ts";
import { groupBy } from "../../../src/statistics/numeric/arrays.ts";
import { brier, expectedCalibrationError, logLoss } from "../../../src/statistics/rewards/calibration.ts";
import {
  auroc,
  averagePrecision,
  type Labelled,
  withinProblemAuroc,
} from "../../../src/statistics/rewards/discrimination.ts";

type Scored = Labelled & { readonly problem: string };

/** Candidates that were both scored and graded. */
export const scoredCandidates = (rows: readonly TrialRow[]): Scored[] =>
  rows.flatMap(({ problem, candidates }) =>
    candidates.flatMap(({ score, correct }) =>
      score === null || correct === null ? [] : [{ problem, score, correct }],
    ),
  );

const options = z.strictObject({
  replicates: z.int().min(100).default(1_000).describe("problem-bootstrap resamples of the interval"),
});

/** A statistic of all scored candidates, with a problem bootstrap; resamples on which it is undefined are left out. */
function defineScoreMetric(
  name: string,
  summary: string,
  better: "higher" | "lower",
  scale: "share" | "number",
  statistic: (items: readonly Scored[]) => number | null,
): MetricDefinition<{ replicates: number }> {
  return defineMetric({
    name,
    summary,
    scale,
    better,
    options,
    compute(rows, { replicates }, random) {
      const items = scoredCandidates(rows);
      const excludedTrials = rows.filter((row) => scoredCandidates([row]).length === 0).length;
      const rest = { units: [], excludedTrials, undefinedUnits: 0 };
      const value = items.length === 0 ? null : statistic(items);
      if (value === null)
        return { value, interval: null, ...rest, note: "needs scored candidates, right and wrong ones" };
      const problems = [...groupBy(items, ({ problem }) => problem).values()];
      const settings: BootstrapOptions = { seed: random.key, replicates };
      const { interval } = bootstrap(problems.length, (weights) => statistic(resampled(problems, weights)), settings);
      return { value, interval, ...rest };
    },
  });
}

/** The problems as often as drawn, copies under names of their own. */
const resampled = (problems: readonly (readonly Scored[])[], weights: Float64Array): Scored[] =>
  problems.flatMap((items, p) =>
    Array.from({ length: weights[p] ?? 0 }, (_, copy) =>
      items.map((item) => ({ ...item, problem: `${item.problem}#${copy}` })),
    ).flat(),
  );

export const aurocMetric = defineScoreMetric(
  "auroc",
  "chance that a right candidate scores above a wrong one, over all problems together",
  "higher",
  "share",
  auroc,
);

export const withinAurocMetric = defineScoreMetric(
  "within-problem-auroc",
  "the same within a problem, averaged: what predicts best-of-n",
  "higher",
  "share",
  (items) => withinProblemAuroc(items).value,
);

export const averagePrecisionMetric = defineScoreMetric(
  "average-precision",
  "area under precision over recall of right candidates",
  "higher",
  "share",
  averagePrecision,
);

export const brierMetric = defineScoreMetric("brier", "mean squared error of the score", "lower", "number", brier);
export const logLossMetric = defineScoreMetric(
  "log-loss",
  "mean −ln of the score given to the truth",
  "lower",
  "number",
  (items) => logLoss(items),
);
export const calibrationErrorMetric = defineScoreMetric(
  "ece",
  "expected calibration error over 10 equal bins",
  "lower",
  "number",
  (items) => expectedCalibrationError(items, 10),
);
