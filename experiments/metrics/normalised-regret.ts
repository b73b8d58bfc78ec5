import { z } from "zod";
import { stepCurve } from "../../src/statistics/compute/anytime.ts";
import { stepRegret } from "../../src/statistics/compute/regret.ts";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

/** MRT's regret with the pick in force as a step curve, in place of the success rate of forced answers. */
export const normalisedRegret = defineProblemMetric({
  name: "normalised-regret",
  summary: "1 − area under accuracy over tokens up to a budget, divided by the budget",
  paper: "Qu et al. 2025, arXiv:2503.07572",
  scale: "share",
  better: "lower",
  needs: ["picks"],
  options: z.strictObject({ tokens: z.number().positive().describe("budget up to which regret is summed") }),
  ofProblem: (trials, { tokens }) => mean(trials.map(({ picks }) => stepRegret(stepCurve(picks), tokens))),
});
