import { z } from "zod";
import { logArea, stepCurve } from "../../src/statistics/compute/anytime.ts";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

export const budgetArea = defineProblemMetric({
  name: "budget-area",
  summary: "area under accuracy against log tokens between two budgets, divided by its width",
  scale: "share",
  better: "higher",
  needs: ["picks"],
  options: z
    .strictObject({
      low: z.number().positive().describe("lowest budget in tokens, shared by all strategies"),
      high: z.number().positive().describe("highest budget in tokens, shared by all strategies"),
    })
    .refine(({ low, high }) => low < high, { path: ["high"], error: "must be above low" }),
  ofProblem: (trials, { low, high }) => mean(trials.map(({ picks }) => logArea(stepCurve(picks), low, high))),
});
