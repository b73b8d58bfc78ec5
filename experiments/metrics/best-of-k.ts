import { bestOfK as rightOfBest } from "../../src/statistics/sampling/best-of-k.ts";
import { atK, definePoolMetric } from "./kit/pool.ts";

export const bestOfK = definePoolMetric({
  name: "best-of-k",
  summary: "the outcome verifier picks among k samples, exact, unscored last",
  paper: "Cobbe et al. 2021, arXiv:2110.14168",
  needs: ["scores"],
  options: atK,
  value: (pool, { k }) => rightOfBest(pool, k),
});
