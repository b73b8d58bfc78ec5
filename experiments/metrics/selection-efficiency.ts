import { z } from "zod";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";
import { selectionEfficiency as gapClosed } from "../../src/statistics/sampling/selection.ts";
import { poolOf, rightOf } from "./kit/pool.ts";

/**
 * Share of the problem's gap between a random candidate and the oracle that the pick closed; undefined without a gap.
 */
export const selectionEfficiency = defineProblemMetric({
  name: "selection-efficiency",
  summary: "share of the gap between a random candidate and the oracle that the pick closes, over problems with a gap",
  scale: "share",
  better: "higher",
  needs: ["candidates"],
  options: z.strictObject({}),
  ofProblem(trials) {
    const values = trials.flatMap((trial) => {
      const pool = poolOf([trial]);
      if (pool.length === 0) return [];
      const right = rightOf(pool);
      const value = gapClosed(trial.verdict === "correct" ? 1 : 0, right / pool.length, right > 0 ? 1 : 0);
      return value === null ? [] : [value];
    });
    return values.length === 0 ? null : mean(values);
  },
  whyNone: () => "no trial has right and wrong candidates, so there is no gap",
});
