import { z } from "zod";
import { defineProblemMetric, type MetricScale, type TrialRow } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

const cost = (name: string, scale: MetricScale, summary: string, read: (row: TrialRow) => number | null | undefined) =>
  defineProblemMetric({
    name,
    summary,
    scale,
    better: "lower",
    options: z.strictObject({}),
    // A trial that failed or could not be graded was paid for all the same.
    keeps: () => true,
    ofProblem(trials: readonly TrialRow[]) {
      const known = trials.map(read).filter((value) => value !== null && value !== undefined);
      return known.length === 0 ? null : mean(known);
    },
  });

export const tokensMetric = cost(
  "tokens",
  "tokens",
  "mean tokens of a trial, prompts and verifiers included",
  (row) => row.tokens,
);
export const callsMetric = cost("calls", "calls", "mean model calls of a trial", (row) => row.calls);
export const secondsMetric = cost("seconds", "seconds", "mean wall seconds of a trial", (row) => row.seconds);
export const dollarsMetric = cost("dollars", "dollars", "mean dollars of a trial", (row) => row.dollars);
export const flopsMetric = cost(
  "flops",
  "flops",
  "mean FLOPs of a trial, where model sizes are known",
  (row) => row.flops,
);
