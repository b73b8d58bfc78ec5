import { z } from "zod";
import { weightedAtK as rightOfVote } from "../../src/statistics/sampling/weighted-at-k.ts";
import { atK, definePoolMetric } from "./kit/pool.ts";

export const weightedAtK = definePoolMetric({
  name: "weighted@k",
  summary: "a vote weighted by the outcome verifier picks among k samples",
  paper: "Uesato et al. 2022, arXiv:2211.14275",
  needs: ["scores"],
  options: atK.extend({
    rule: z.enum(["sum", "mean", "max"]).default("sum").describe("how scores of one answer combine"),
  }),
  value: (pool, { k, rule }, random) => rightOfVote(pool, k, random, { rule }).value,
});
