import { passHatK as chanceOfAll } from "../../src/statistics/sampling/pass-at-k.ts";
import { atK, definePoolMetric, rightOf } from "./kit/pool.ts";

export const passHatK = definePoolMetric({
  name: "pass^k",
  summary: "reliability: all k samples are right",
  paper: "Yao et al. 2024, arXiv:2406.12045",
  options: atK,
  value: (pool, { k }) => chanceOfAll(pool.length, rightOf(pool), k),
});
