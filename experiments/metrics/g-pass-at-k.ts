import { z } from "zod";
import { gPassAtK as chanceOfMany, meanGPassAtK } from "../../src/statistics/sampling/pass-at-k.ts";
import { atK, definePoolMetric, rightOf } from "./kit/pool.ts";

/** G-Pass@k and its mean over thresholds: one estimator, so one file. */
export const gPassAtK = definePoolMetric({
  name: "g-pass@k",
  summary: "at least a given share of k samples is right",
  paper: "Liu et al. 2024, arXiv:2412.13147",
  options: atK.extend({ threshold: z.number().min(0).max(1).default(0.5).describe("share τ that must be right") }),
  value: (pool, { k, threshold }) => chanceOfMany(pool.length, rightOf(pool), k, threshold),
});

export const mgPassAtK = definePoolMetric({
  name: "mg-pass@k",
  summary: "g-pass@k averaged over thresholds from ½ to 1",
  paper: "Liu et al. 2024, arXiv:2412.13147",
  // With one sample there is no threshold between ½ and 1.
  options: z.strictObject({ k: z.int().min(2).default(2).describe("samples drawn from the pool without replacement") }),
  value: (pool, { k }) => meanGPassAtK(pool.length, rightOf(pool), k),
});
