import { z } from "zod";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

/**
 * Programs whose tests have parts (base and plus, the two halves of a self-invoking task, a class's methods): the share
 * of candidates that pass one of them. Without a name it is the mean over the parts of a problem, which for a class is
 * the share of its methods.
 */
export const partAccuracy = defineProblemMetric({
  name: "part-accuracy",
  summary: "share of programs that pass a named part of their tests, or the mean share over all parts",
  paper: "Du et al. 2023, arXiv:2308.01861 (by method); Liu et al. 2023, arXiv:2305.01210 (base and plus)",
  scale: "share",
  better: "higher",
  needs: ["candidates"],
  options: z.strictObject({ part: z.string().optional().describe("such as base, plus or a method; default: all") }),
  keeps: () => true,
  ofProblem(trials, { part }) {
    const shares = trials.flatMap(({ candidates }) =>
      candidates.flatMap(({ parts = {} }) => {
        const known = Object.entries(parts).filter(([name, passes]) => passes !== null && (part ?? name) === name);
        return known.length === 0 ? [] : [mean(known.map(([, passes]) => (passes === true ? 1 : 0)))];
      }),
    );
    return shares.length === 0 ? null : mean(shares);
  },
  whyNone: (_rows, { part }) => `no program was judged by ${part === undefined ? "tests in parts" : `a part ${part}`}`,
});
