import { z } from "zod";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

export const accuracy = defineProblemMetric({
  name: "accuracy",
  summary: "share of trials answered right, problems weighing alike; unparsed counts as not right",
  scale: "share",
  better: "higher",
  options: z.strictObject({}),
  ofProblem: (trials) => mean(trials.map(({ verdict }) => (verdict === "correct" ? 1 : 0))),
});
