import { z } from "zod";
import { defineMetric } from "../../src/core/metric.ts";
import { seedSpread as spreadOf, varianceSplit } from "../../src/statistics/comparing/variance-split.ts";
import { judged } from "../../src/statistics/metric.ts";
import { groupBy, mean } from "../../src/statistics/numeric/arrays.ts";

const right = (rows: readonly { readonly verdict: string }[]): number[] =>
  rows.map(({ verdict }) => (verdict === "correct" ? 1 : 0));

/** How far a rerun with another seed moves the accuracy. Not how sure the accuracy is of all problems. */
export const seedSpread = defineMetric({
  name: "seed-spread",
  summary: "standard deviation over seeds of accuracy on the same problems",
  paper: "Madaan et al. 2024, arXiv:2406.10229",
  scale: "share",
  better: "lower",
  options: z.strictObject({ replicates: z.int().min(100).default(2_000).describe("bootstrap resamples of the seeds") }),
  compute(rows, { replicates }, random) {
    const kept = judged(rows);
    const rest = { units: [], excludedTrials: rows.length - kept.length, undefinedUnits: 0 };
    const seeds = [...groupBy(kept, ({ seed }) => String(seed)).values()];
    if (seeds.length < 2) return { value: null, interval: null, ...rest, note: "needs two seeds or more" };
    const spread = spreadOf(
      seeds.map((trials) => mean(right(trials))),
      { seed: random.key, replicates },
    );
    const { seedShare } = varianceSplit([...groupBy(kept, ({ problem }) => problem).values()].map(right));
    const note =
      seedShare === null ? undefined : `more seeds would remove ${(100 * seedShare).toFixed(0)} % of the variance`;
    return { value: spread.deviation, interval: spread.deviationInterval, ...rest, note };
  },
});
