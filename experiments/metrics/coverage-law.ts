import { z } from "zod";
import { defineMetric } from "../../src/core/metric.ts";
import { groupBy } from "../../src/statistics/numeric/arrays.ts";
import { coverageLaw as fitLaw } from "../../src/statistics/sampling/power-law.ts";
import { poolOf, rightOf } from "./kit/pool.ts";

/** Coverage that the power law fitted to the pools predicts at `k`, which may lie past the pool. */
export const coverageLaw = defineMetric({
  name: "coverage-law",
  summary: "coverage at k by the power law fitted to the pools, with a problem-bootstrap band",
  paper: "Brown et al. 2024, arXiv:2407.21787",
  scale: "share",
  better: "higher",
  needs: ["candidates"],
  options: z.strictObject({
    k: z.int().min(1).default(1000).describe("samples to predict coverage for"),
    replicates: z.int().min(100).default(1_000).describe("problem-bootstrap refits"),
  }),
  compute(rows, { k, replicates }, random) {
    const pools = [...groupBy(rows, ({ problem }) => problem).values()].map(poolOf);
    const known = pools.filter((pool) => pool.length > 0);
    const rest = { units: [], excludedTrials: 0, undefinedUnits: pools.length - known.length };
    if (known.length === 0) return { value: null, interval: null, ...rest, note: "no graded candidates" };
    const counts = known.map((pool) => ({ n: pool.length, c: rightOf(pool) }));
    const { predictions, fit, refusedReplicates } = fitLaw(counts, [k], { seed: random.key, replicates });
    if (fit.law === null) return { value: null, interval: null, ...rest, note: fit.reason };
    const [prediction] = predictions;
    if (prediction === undefined) return { value: null, interval: null, ...rest, note: "no prediction" };
    const { a, b, rmse } = fit.law;
    const law = `exp(${a.toPrecision(4)} · k^${b.toPrecision(4)})`;
    const note = `${law}, rmse ${rmse.toPrecision(2)}, ${refusedReplicates} refits refused`;
    return { value: prediction.coverage, interval: prediction.band, ...rest, note };
  },
});
