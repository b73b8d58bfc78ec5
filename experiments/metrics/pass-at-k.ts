import { passAtK as chanceOfOne } from "../../src/statistics/sampling/pass-at-k.ts";
import { atK, definePoolMetric, rightOf } from "./kit/pool.ts";

export const passAtK = definePoolMetric({
  name: "pass@k",
  summary: "coverage: an oracle picks among k samples (unbiased)",
  paper: "Chen et al. 2021, arXiv:2107.03374",
  options: atK,
  value: (pool, { k }) => chanceOfOne(pool.length, rightOf(pool), k),
});
