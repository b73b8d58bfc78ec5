import { z } from "zod";
import { passAtK as chanceOfOne } from "../../src/statistics/sampling/pass-at-k.ts";
import type { PoolSample } from "../../src/statistics/sampling/pool.ts";
import { atK, definePoolMetric, rightOf } from "./kit/pool.ts";

const options = atK.extend({
  blocks: z
    .enum(["all", "disjoint"])
    .default("all")
    .describe("all sets of k samples (unbiased, least variance), or disjoint ones in the order of the draws (DCO)"),
});

/** Of the whole blocks of k samples in a row, the share with a right one (Chen et al. 2025, arXiv:2502.07154). */
function overBlocks(pool: readonly PoolSample[], k: number): number {
  const blocks = Math.floor(pool.length / k);
  const found = Array.from({ length: blocks }, (_, b) => pool.slice(b * k, (b + 1) * k).some(({ correct }) => correct));
  return found.filter(Boolean).length / blocks;
}

export const passAtK = definePoolMetric<z.output<typeof options>>({
  name: "pass@k",
  summary: "coverage: an oracle picks among k samples (unbiased)",
  paper: "Chen et al. 2021, arXiv:2107.03374",
  options,
  value: (pool, { k, blocks }) =>
    blocks === "disjoint" ? overBlocks(pool, k) : chanceOfOne(pool.length, rightOf(pool), k),
});
