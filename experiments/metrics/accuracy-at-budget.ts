import { z } from "zod";
import { stepCurve, valueAt } from "../../src/statistics/compute/anytime.ts";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

/** Accuracy of the pick in force at a budget: one anytime run answers for every budget. */
export const accuracyAtBudget = defineProblemMetric({
  name: "accuracy-at-budget",
  summary: "accuracy of the pick in force when the given tokens were spent; nothing picked yet is wrong",
  scale: "share",
  better: "higher",
  needs: ["picks"],
  options: z.strictObject({ tokens: z.number().positive().describe("budget of a problem") }),
  ofProblem: (trials, { tokens }) => mean(trials.map(({ picks }) => valueAt(stepCurve(picks), tokens))),
});
