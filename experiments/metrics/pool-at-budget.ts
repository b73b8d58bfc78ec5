import { z } from "zod";
import { budgetedPool } from "../../src/statistics/sampling/budgeted.ts";
import { definePoolMetric, inPickOrder } from "./kit/pool.ts";

export const poolAtBudget = definePoolMetric({
  name: "pool-at-budget",
  summary: "what a rule picks among the samples that a token budget affords, over random orders",
  options: z.strictObject({
    tokens: z.number().positive().describe("token budget of a problem"),
    rule: z.enum(["coverage", "majority", "best", "weighted", "first"]).default("majority").describe("who picks"),
    orders: z.int().min(2).default(200).describe("random orders of the pool"),
  }),
  value: (pool, { tokens, rule, orders }, random) => {
    const scored = pool.some(({ score }) => score !== null);
    if ((rule === "best" || rule === "weighted") && !scored) return null;
    return budgetedPool(rule === "best" ? inPickOrder(pool) : pool, [tokens], rule, random, orders)[0]?.value ?? null;
  },
});
