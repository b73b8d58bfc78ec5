import { z } from "zod";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

/**
 * What the oracle could still win: the chance that the pool holds a right answer, minus the accuracy of the picks made
 * on it. With several seeds, the mean over seeds.
 */
export const selectionGap = defineProblemMetric({
  name: "selection-gap",
  summary: "coverage of the candidates produced minus accuracy of the pick",
  scale: "share",
  better: "lower",
  needs: ["candidates"],
  options: z.strictObject({}),
  ofProblem: (trials) =>
    mean(
      trials.map(
        (trial) => (trial.candidates.some(({ correct }) => correct) ? 1 : 0) - (trial.verdict === "correct" ? 1 : 0),
      ),
    ),
});
