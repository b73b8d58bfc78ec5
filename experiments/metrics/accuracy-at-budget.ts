import { z } from "zod";
import { logArea, stepCurve, valueAt } from "../../src/statistics/compute/anytime.ts";
import { stepRegret } from "../../src/statistics/compute/regret.ts";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

/** Accuracy of the pick in force at a budget: one anytime run answers for every budget. */
export const accuracyAtBudget = defineProblemMetric({
  name: "accuracy-at-budget",
  summary: "accuracy of the pick in force when the given tokens were spent; nothing picked yet is wrong",
  scale: "share",
  better: "higher",
  options: z.strictObject({ tokens: z.number().positive().describe("budget of a problem") }),
  ofProblem: (trials, { tokens }) => mean(trials.map(({ picks }) => valueAt(stepCurve(picks), tokens))),
});

export const budgetArea = defineProblemMetric({
  name: "budget-area",
  summary: "area under accuracy against log tokens between two budgets, divided by its width",
  scale: "share",
  better: "higher",
  options: z.strictObject({
    low: z.number().positive().describe("lowest budget in tokens, shared by all strategies"),
    high: z.number().positive().describe("highest budget in tokens, shared by all strategies"),
  }),
  ofProblem: (trials, { low, high }) => mean(trials.map(({ picks }) => logArea(stepCurve(picks), low, high))),
});

/** MRT's regret with the pick in force as a step curve, in place of the success rate of forced answers. */
export const normalisedRegretMetric = defineProblemMetric({
  name: "normalised-regret",
  summary: "1 − area under accuracy over tokens up to a budget, divided by the budget",
  paper: "arXiv:2503.07572",
  scale: "share",
  better: "lower",
  options: z.strictObject({ tokens: z.number().positive().describe("budget up to which regret is summed") }),
  ofProblem: (trials, { tokens }) => mean(trials.map(({ picks }) => stepRegret(stepCurve(picks), tokens))),
});
