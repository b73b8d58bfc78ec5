import { z } from "zod";
import type { MetricNeed, MetricScale, TrialRow } from "../../src/core/metric.ts";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

/** What a trial costs, in four units. A trial whose cost is not known (it failed) is left out and counted. */
const cost = (
  scale: MetricScale,
  summary: string,
  read: (row: TrialRow) => number | null | undefined,
  need?: MetricNeed,
) =>
  defineProblemMetric({
    name: scale,
    summary,
    scale,
    better: "lower",
    needs: need === undefined ? [] : [need],
    options: z.strictObject({}),
    // A trial that could not be graded was paid for all the same.
    keeps: (row) => typeof read(row) === "number",
    ofProblem: (trials: readonly TrialRow[]) => mean(trials.map((row) => read(row) ?? 0)),
  });

export const tokens = cost("tokens", "mean tokens of a trial, prompts and verifiers included", (row) => row.tokens);
export const calls = cost("calls", "mean model calls of a trial", (row) => row.calls);
export const seconds = cost(
  "seconds",
  "mean wall seconds of a trial, samples from the store taking none",
  (row) => row.seconds,
);
export const dollars = cost(
  "dollars",
  "mean dollars of a trial, where prices are known",
  (row) => row.dollars,
  "prices",
);
