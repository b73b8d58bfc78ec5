import { z } from "zod";
import { defineMetric } from "../../src/core/metric.ts";
import { wilson } from "../../src/statistics/intervals/proportion.ts";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

const base = defineProblemMetric({
  name: "accuracy",
  summary: "share of trials answered right, problems weighing alike; unparsed counts as not right",
  scale: "share",
  better: "higher",
  options: z.strictObject({}),
  ofProblem: (trials) => mean(trials.map(({ verdict }) => (verdict === "correct" ? 1 : 0))),
});

/**
 * Accuracy over problems. With one trial a problem and no groups its interval is Wilson's, which stays sound at 0 % and
 * 100 %; else Student's over problem means, clustered by group.
 */
export const accuracy = defineMetric({
  ...base,
  compute(rows, options, random) {
    const result = base.compute(rows, options, random);
    const alone = new Set(result.units.map(({ cluster }) => cluster)).size === result.units.length;
    const single = alone && result.units.every(({ value }) => value === 0 || value === 1);
    if (!single || result.units.length === 0) return result;
    return { ...result, interval: wilson(result.units.filter(({ value }) => value === 1).length, result.units.length) };
  },
});
