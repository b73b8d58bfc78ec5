import { majorityAtK, votesOf } from "../../src/statistics/sampling/majority-at-k.ts";
import { atK, definePoolMetric } from "./kit/pool.ts";

export const majAtK = definePoolMetric({
  name: "maj@k",
  summary: "a vote picks among k samples, exact, ties split uniformly",
  paper: "Wang et al. 2022, arXiv:2203.11171",
  options: atK,
  value: (pool, { k }, random) => majorityAtK(votesOf(pool), k, random).value,
});
