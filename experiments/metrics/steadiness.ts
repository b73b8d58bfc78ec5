import { z } from "zod";
import { defineMetric, type MetricResult } from "../../src/core/metric.ts";
import { averageCurve, stepCurve, valueAt } from "../../src/statistics/compute/anytime.ts";
import { kendallTau } from "../../src/statistics/correlation.ts";
import { judged } from "../../src/statistics/metric.ts";
import { groupBy, mean, standardDeviation } from "../../src/statistics/numeric/arrays.ts";

const without = (rows: readonly unknown[], kept: readonly unknown[]) => ({
  ...{ interval: null, units: [], excludedTrials: rows.length - kept.length, undefinedUnits: 0 },
});

/** How many of its own standard deviations over seeds an accuracy is. */
export const signalToNoise = defineMetric({
  name: "signal-to-noise",
  summary: "mean over seeds of the accuracy, divided by its standard deviation over seeds",
  paper: "Madaan et al. 2024, arXiv:2406.10229",
  scale: "number",
  better: "higher",
  options: z.strictObject({}),
  compute(rows): MetricResult {
    const kept = judged(rows);
    const seeds = [...groupBy(kept, ({ seed }) => String(seed)).values()].map((trials) =>
      mean(trials.map(({ verdict }) => (verdict === "correct" ? 1 : 0))),
    );
    const spread = standardDeviation(seeds);
    if (spread === null) return { value: null, ...without(rows, kept), note: "needs two seeds or more" };
    if (spread === 0) return { value: null, ...without(rows, kept), note: "all seeds have the same accuracy" };
    return { value: mean(seeds) / spread, ...without(rows, kept), note: `${seeds.length} seeds` };
  },
});

/** Does more budget help all along? Kendall's rank correlation of accuracy and budget; the paper has checkpoints. */
export const monotonicity = defineMetric({
  name: "monotonicity",
  summary: "Kendall's rank correlation of the accuracy at rising budgets with the budgets",
  paper: "Madaan et al. 2024, arXiv:2406.10229",
  scale: "number",
  better: "higher",
  needs: ["picks"],
  options: z.strictObject({
    tokens: z.array(z.number().positive()).min(2).describe("budgets of a problem at which the pick in force is read"),
  }),
  compute(rows, { tokens }): MetricResult {
    const kept = judged(rows);
    if (kept.length === 0) return { value: null, ...without(rows, kept), note: "no trial has a verdict" };
    const curve = averageCurve(kept.map(({ picks }) => stepCurve(picks)));
    const budgets = [...new Set(tokens)].sort((a, b) => a - b);
    const value = kendallTau(
      budgets,
      budgets.map((budget) => valueAt(curve, budget)),
    );
    return {
      value,
      ...without(rows, kept),
      note: value === null ? "the accuracy is the same at every budget" : undefined,
    };
  },
});
