import { z } from "zod";
import type { TrialRow } from "../../src/core/metric.ts";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";
import { digitsOf } from "../../src/statistics/numeric/digits.ts";

const known = ({ reference, verdict }: TrialRow): boolean =>
  verdict !== "error" && verdict !== "undecided" && reference != null && digitsOf(reference, null) !== null;

const meanOf = (trials: readonly TrialRow[], key: "match" | "lengthDifference"): number =>
  mean(trials.map(({ reference, answer }) => digitsOf(reference ?? "", answer ?? null)?.[key] ?? 0));

/** NUPA's digit match: how much of a number is right. */
export const digitMatch = defineProblemMetric({
  name: "digit-match",
  summary: "share of a number's digits that the answer has at the same place",
  paper: "Yang et al. 2024, arXiv:2411.03766",
  scale: "share",
  better: "higher",
  options: z.strictObject({}),
  keeps: known,
  ofProblem: (trials) => meanOf(trials, "match"),
});

/** NUPA's dlength: does the answer have as many digits as it should? */
export const lengthDifference = defineProblemMetric({
  name: "length-difference",
  summary: "by how many digits the answer is longer or shorter than the number",
  paper: "Yang et al. 2024, arXiv:2411.03766",
  scale: "number",
  better: "lower",
  options: z.strictObject({}),
  keeps: known,
  ofProblem: (trials) => meanOf(trials, "lengthDifference"),
});
