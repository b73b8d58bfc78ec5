import { z } from "zod";
import type { Random } from "../../../src/core/random.ts";
import { defineProblemMetric, type TrialRow } from "../../../src/statistics/metric.ts";
import { mean } from "../../../src/statistics/numeric/arrays.ts";
import { bestOfK } from "../../../src/statistics/sampling/best-of-k.ts";
import { budgetedPool } from "../../../src/statistics/sampling/budgeted.ts";
import { majorityAtK, votesOf } from "../../../src/statistics/sampling/majority-at-k.ts";
import { gPassAtK, meanGPassAtK, passAtK, passHatK } from "../../../src/statistics/sampling/pass-at-k.ts";
import type { PoolSample } from "../../../src/statistics/sampling/pool.ts";
import { selectionEfficiency } from "../../../src/statistics/sampling/selection.ts";
import { weightedAtK } from "../../../src/statistics/sampling/weighted-at-k.ts";

/**
 * The graded candidates of a problem over all its trials: one pool. An ungraded candidate is left out: it is neither
 * right nor wrong.
 */
export const poolOf = (trials: readonly TrialRow[]): PoolSample[] =>
  trials.flatMap(({ candidates }) =>
    candidates.flatMap(({ correct, ...rest }) => (correct === null ? [] : [{ ...rest, correct }])),
  );

const rightOf = (pool: readonly PoolSample[]): number => pool.filter(({ correct }) => correct).length;

const atK = z.strictObject({
  k: z.int().min(1).default(1).describe("samples drawn from the pool without replacement"),
});

interface PoolMetric<Options> {
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  readonly options: z.ZodType<Options>;
  value(pool: readonly PoolSample[], options: Options, random: Random): number | null;
}

/** A metric of the pool of candidates; undefined, and counted so, on problems with fewer than `k` graded candidates. */
const definePoolMetric = <Options>({ value, ...rest }: PoolMetric<Options>) =>
  defineProblemMetric<Options>({
    ...rest,
    scale: "share",
    better: "higher",
    // A trial whose pick could not be judged still has graded candidates; a failed one may have too few, but those count.
    keeps: () => true,
    ofProblem(trials, options, random) {
      const pool = poolOf(trials);
      const { k = 1 } = options as { k?: number };
      return pool.length < k ? null : value(pool, options, random);
    },
  });

export const passAtKMetric = definePoolMetric({
  name: "pass@k",
  summary: "coverage: an oracle picks among k samples (unbiased)",
  paper: "arXiv:2107.03374",
  options: atK,
  value: (pool, { k }) => passAtK(pool.length, rightOf(pool), k),
});

export const passHatKMetric = definePoolMetric({
  name: "pass^k",
  summary: "reliability: all k samples are right",
  paper: "arXiv:2406.12045",
  options: atK,
  value: (pool, { k }) => passHatK(pool.length, rightOf(pool), k),
});

export const gPassAtKMetric = definePoolMetric({
  name: "g-pass@k",
  summary: "at least a given share of k samples is right",
  paper: "arXiv:2412.13147",
  options: atK.extend({ threshold: z.number().min(0).max(1).default(0.5).describe("share τ that must be right") }),
  value: (pool, { k, threshold }) => gPassAtK(pool.length, rightOf(pool), k, threshold),
});

export const meanGPassAtKMetric = definePoolMetric({
  name: "mg-pass@k",
  summary: "g-pass@k averaged over thresholds from ½ to 1",
  paper: "arXiv:2412.13147",
  options: atK,
  value: (pool, { k }) => meanGPassAtK(pool.length, rightOf(pool), k),
});

export const majorityAtKMetric = definePoolMetric({
  name: "maj@k",
  summary: "a vote picks among k samples, exact, ties split uniformly",
  paper: "arXiv:2203.11171",
  options: atK,
  value: (pool, { k }, random) => majorityAtK(votesOf(pool), k, random).value,
});

export const bestOfKMetric = definePoolMetric({
  name: "best-of-k",
  summary: "the outcome verifier picks among k samples, exact, unscored last",
  paper: "arXiv:2110.14168",
  options: atK,
  value: (pool, { k }) => bestOfK(pool, k),
});

export const weightedAtKMetric = definePoolMetric({
  name: "weighted@k",
  summary: "a vote weighted by the outcome verifier picks among k samples",
  options: atK.extend({
    rule: z.enum(["sum", "mean", "max"]).default("sum").describe("how scores of one answer combine"),
  }),
  value: (pool, { k, rule }, random) => weightedAtK(pool, k, random, { rule }).value,
});

export const budgetedPoolMetric = definePoolMetric({
  name: "pool-at-budget",
  summary: "what a rule picks among the samples that a token budget affords, over random orders",
  options: z.strictObject({
    tokens: z.number().positive().describe("token budget of a problem"),
    rule: z.enum(["coverage", "majority", "best", "weighted", "first"]).default("majority"),
    orders: z.int().min(2).default(200),
  }),
  value: (pool, { tokens, rule, orders }, random) =>
    pool.length === 0 ? null : (budgetedPool(pool, [tokens], rule, random, orders)[0]?.value ?? null),
});

/**
 * What the oracle could still win: the chance that the pool holds a right answer, minus the accuracy of the picks made on it. With
 * several seeds, the mean over seeds.
 */
export const selectionGapMetric = defineProblemMetric({
  name: "selection-gap",
  summary: "coverage of the candidates produced minus accuracy of the pick",
  scale: "share",
  better: "lower",
  options: z.strictObject({}),
  ofProblem: (trials) =>
    mean(
      trials.map(
        (trial) => (trial.candidates.some(({ correct }) => correct) ? 1 : 0) - (trial.verdict === "correct" ? 1 : 0),
      ),
    ),
});

/** Share of the problem's gap between a random candidate and the oracle that the pick closed; undefined without a gap. */
export const selectionEfficiencyMetric = defineProblemMetric({
  name: "selection-efficiency",
  summary: "share of the gap between a random candidate and the oracle that the pick closes, over problems with a gap",
  scale: "share",
  better: "higher",
  options: z.strictObject({}),
  ofProblem(trials) {
    const values = trials.flatMap((trial) => {
      const pool = poolOf([trial]);
      if (pool.length === 0) return [];
      const right = rightOf(pool);
      const value = selectionEfficiency(trial.verdict === "correct" ? 1 : 0, right / pool.length, right > 0 ? 1 : 0);
      return value === null ? [] : [value];
    });
    return values.length === 0 ? null : mean(values);
  },
});
