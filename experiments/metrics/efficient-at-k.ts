import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { passAtK } from "../../src/statistics/sampling/pass-at-k.ts";
import { atK } from "./kit/pool.ts";

/** efficient@k of COFFE: pass@k with "right, and cheaper than the reference" in place of "right". */
export const efficientAtK = defineProblemMetric({
  name: "efficient@k",
  summary: "chance that one of k programs is right and costs less than the reference (unbiased)",
  paper: "Peng et al. 2025, arXiv:2502.02827",
  scale: "share",
  better: "higher",
  needs: ["steps"],
  options: atK,
  keeps: () => true,
  ofProblem(trials, { k }) {
    const known = trials.flatMap(({ candidates }) => candidates.filter(({ efficiency }) => efficiency != null));
    const faster = known.filter(({ costRatio }) => costRatio != null && costRatio < 1).length;
    return known.length < k ? null : passAtK(known.length, faster, k);
  },
  whyNone: (_rows, { k }) => `no problem has ${k} programs whose cost was counted`,
});
