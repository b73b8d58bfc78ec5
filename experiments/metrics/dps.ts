import { z } from "zod";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

/**
 * Differential Performance Score: of right programs alone, the mean share of known programs that they are at least as
 * fast as. A problem with fewer than `minCorrect` right programs is left out.
 */
export const dps = defineProblemMetric({
  name: "dps",
  summary: "of right programs, the share of known programs that they are at least as fast as, on costly inputs",
  paper: "Liu et al. 2024, arXiv:2408.06450",
  scale: "share",
  better: "higher",
  needs: ["cost-references"],
  options: z.strictObject({
    norm: z.boolean().default(false).describe("every cluster of known programs counts once, however large"),
    minCorrect: z.int().min(1).default(1).describe("right programs that a problem must have (10 in the paper)"),
  }),
  keeps: () => true,
  ofProblem(trials, { norm, minCorrect }) {
    const scores = trials.flatMap(({ candidates }) =>
      candidates.flatMap((one) => (one.dps === undefined ? [] : [norm ? (one.dpsNorm ?? 0) : one.dps])),
    );
    return scores.length < minCorrect ? null : mean(scores);
  },
  whyNone: (_rows, { minCorrect }) => `no problem has ${minCorrect} right programs whose cost was counted`,
});
