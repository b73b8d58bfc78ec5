import { z } from "zod";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

/** What a judge that grades gave: of a rubric its share, against a baseline the win rate with ties half. */
export const judgeScore = defineProblemMetric({
  name: "judge-score",
  summary: "mean score of the judge that grades; against a baseline arm the win rate, ties ½",
  paper: "Zheng et al. 2023, arXiv:2306.05685",
  scale: "share",
  better: "higher",
  needs: ["judgements"],
  options: z.strictObject({}),
  keeps: (row) => row.judged?.score != null,
  ofProblem: (trials) => mean(trials.map(({ judged }) => judged?.score ?? 0)),
});

/** How often the judge's verdict is the label's, on picks that have both. */
export const judgeAgreement = defineProblemMetric({
  name: "judge-agreement",
  summary: "share of picks on which the judge's verdict and the label agree",
  paper: "Zheng et al. 2023, arXiv:2306.05685",
  scale: "share",
  better: "higher",
  needs: ["judgements"],
  options: z.strictObject({}),
  keeps: (row) => row.judged?.score != null && row.judged.label !== null,
  ofProblem: (trials) => mean(trials.map(({ verdict, judged }) => ((verdict === "correct") === judged?.label ? 1 : 0))),
  whyNone: () => "no judged pick has a label",
});
