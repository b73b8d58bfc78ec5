import { z } from "zod";
import type { CandidateRow, MetricDefinition, TrialRow } from "../../../src/core/metric.ts";
import type { Random } from "../../../src/core/random.ts";
import { pickOrder } from "../../../src/engine/picking/pick-order.ts";
import { defineProblemMetric } from "../../../src/statistics/metric.ts";
import { groupBy } from "../../../src/statistics/numeric/arrays.ts";
import type { PoolSample } from "../../../src/statistics/sampling/pool.ts";

/** A candidate that the grader could judge. */
export type GradedRow = CandidateRow & { readonly correct: boolean };

/**
 * The graded candidates of a problem over all its trials: one pool. An ungraded candidate is left out: it is neither
 * right nor wrong.
 */
export const poolOf = (trials: readonly TrialRow[]): GradedRow[] =>
  trials.flatMap(({ candidates }) =>
    candidates.flatMap(({ correct, ...rest }) => (correct === null ? [] : [{ ...rest, correct }])),
  );

/** With its place in the order of picking as each one's score. */
export function inPickOrder(pool: readonly GradedRow[]): GradedRow[] {
  const places = pickOrder(pool.map((one) => ({ ...one, answered: one.answerClass !== null })));
  return pool.map((one, i) => ({ ...one, score: places[i] ?? 0 }));
}

export const rightOf = (pool: readonly PoolSample[]): number => pool.filter(({ correct }) => correct).length;

export const atK = z.strictObject({
  k: z.int().min(1).default(1).describe("samples drawn from the pool without replacement"),
});

interface PoolMetric<Options>
  extends Pick<MetricDefinition<Options>, "name" | "summary" | "paper" | "needs" | "options"> {
  value(pool: readonly GradedRow[], options: Options, random: Random): number | null;
}

/**
 * A metric of the pool of candidates, a share of which more is better. Undefined, and counted so, on problems with
 * fewer than `k` graded candidates.
 */
export const definePoolMetric = <Options>({ value, ...rest }: PoolMetric<Options>): MetricDefinition<Options> =>
  defineProblemMetric<Options>({
    needs: ["candidates"],
    ...rest,
    scale: "share",
    better: "higher",
    // A trial whose pick could not be judged still has graded candidates; a failed one may have too few, but those
    // count.
    keeps: () => true,
    ofProblem(trials, options, random) {
      const pool = poolOf(trials);
      return pool.length < sizeOf(options) ? null : value(pool, options, random);
    },
    whyNone(rows, options) {
      const sizes = [...groupBy(rows, ({ problem }) => problem).values()].map((trials) => poolOf(trials).length);
      return `needs ${sizeOf(options)} graded candidates of a problem; no problem has more than ${Math.max(0, ...sizes)}`;
    },
  });

/** The size that a pool must have: `k`, and never less than one sample. */
const sizeOf = (options: unknown): number => (options as { readonly k?: number }).k ?? 1;
