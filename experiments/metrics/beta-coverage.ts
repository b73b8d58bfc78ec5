import { z } from "zod";
import { defineMetric } from "../../src/core/metric.ts";
import { groupBy } from "../../src/statistics/numeric/arrays.ts";
import { betaCoverage as coverageAt, fitSuccessBeta } from "../../src/statistics/sampling/beta-coverage.ts";
import { poolOf, rightOf } from "./kit/pool.ts";

/** Coverage at `k` when success rates over problems follow a Beta fitted to the pools. A statistic of the whole. */
export const betaCoverage = defineMetric({
  name: "beta-coverage",
  summary: "coverage at k by a Beta distribution of success rates fitted to the pools",
  paper: "Schaeffer et al. 2025, arXiv:2502.17578",
  scale: "share",
  better: "higher",
  needs: ["candidates"],
  options: z.strictObject({ k: z.int().min(1).default(1000).describe("samples to predict coverage for") }),
  compute(rows, { k }) {
    const pools = [...groupBy(rows, ({ problem }) => problem).values()].map(poolOf);
    const known = pools.filter((pool) => pool.length > 0);
    const rest = { interval: null, units: [], excludedTrials: 0, undefinedUnits: pools.length - known.length };
    if (known.length === 0) return { value: null, ...rest, note: "no graded candidates" };
    const fit = fitSuccessBeta(known.map((pool) => ({ n: pool.length, c: rightOf(pool) })));
    if (fit === null) return { value: null, ...rest, note: "all problems agree on none right or on all right" };
    const note = `Beta(${fit.alpha.toPrecision(3)}, ${fit.beta.toPrecision(3)})`;
    return { value: coverageAt(fit, k), ...rest, note };
  },
});
