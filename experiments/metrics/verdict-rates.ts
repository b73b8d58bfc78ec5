import { z } from "zod";
import type { TrialRow, TrialVerdict } from "../../src/core/metric.ts";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

/** Shares of the verdicts that say nothing of an answer being right: three metrics of one line each. */
const rate = (name: string, summary: string, which: TrialVerdict) =>
  defineProblemMetric({
    name,
    summary,
    scale: "share",
    better: "lower",
    options: z.strictObject({}),
    keeps: () => true,
    ofProblem: (trials: readonly TrialRow[]) => mean(trials.map(({ verdict }) => (verdict === which ? 1 : 0))),
  });

export const unparsedRate = rate("unparsed-rate", "share of trials from which no answer could be read", "unparsed");
export const undecidedRate = rate("undecided-rate", "share of trials that the grader could not decide", "undecided");
export const errorRate = rate("error-rate", "share of trials that failed", "error");
