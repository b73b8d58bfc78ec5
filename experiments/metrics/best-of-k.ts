import { bestOfK as rightOfBest } from "../../src/statistics/sampling/best-of-k.ts";
import { atK, definePoolMetric, inPickOrder } from "./kit/pool.ts";

/** As the selection `best` picks: of what was finished one that has an answer, as long as there is one. */
export const bestOfK = definePoolMetric({
  name: "best-of-k",
  summary: "the outcome verifier picks among k samples, exact, unscored last",
  paper: "Cobbe et al. 2021, arXiv:2110.14168",
  needs: ["scores"],
  options: atK,
  value: (pool, { k }) => rightOfBest(inPickOrder(pool), k),
});
