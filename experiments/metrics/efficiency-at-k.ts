import { z } from "zod";
import { efficiencyAtK as bestOfDrawn } from "../../src/statistics/code/efficiency.ts";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { atK } from "./kit/pool.ts";

/**
 * eff@k in counted steps in place of seconds, so that it is the same at every run. Undefined with fewer than k
 * programs.
 */
export const efficiencyAtK = defineProblemMetric({
  name: "eff@k",
  summary: "expected best efficiency among k programs, in steps beside the reference's; 0 for one that is not right",
  paper: "Qiu et al. 2024, arXiv:2406.06647",
  scale: "number",
  better: "higher",
  needs: ["steps"],
  options: atK.extend({ k: z.int().min(1).default(1).describe("programs drawn without replacement") }),
  keeps: () => true,
  ofProblem(trials, { k }) {
    const known = trials.flatMap(({ candidates }) =>
      candidates.flatMap(({ efficiency }) => (efficiency === null || efficiency === undefined ? [] : [efficiency])),
    );
    return known.length < k ? null : bestOfDrawn(known, k);
  },
  whyNone: (_rows, { k }) => `no problem has ${k} programs whose steps were counted`,
});
