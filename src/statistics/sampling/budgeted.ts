import type { Random } from "../../core/random.ts";
import { voteWeights } from "../../core/score.ts";
import { standardDeviation } from "../numeric/arrays.ts";
import { requireInteger, requireSome } from "../numeric/require.ts";
import type { Estimate, PoolSample } from "./pool.ts";

/** How an independent-sampling strategy picks among what it could afford. "coverage" is the oracle. */
export type PoolRule = "coverage" | "majority" | "best" | "weighted" | "first";

/**
 * Expected correctness of a rule at each token budget from one problem's stored pool: over `orders` keyed random
 * orders, samples are admitted while their cumulative tokens stay within the budget (the one that would cross is not
 * admitted, and nothing after it), then the rule picks. The number of samples therefore differs by problem and order:
 * this is the honest equal-token version of maj@k and best-of-k, and with equal lengths it tends to them. No sample
 * afforded is wrong; ties are split uniformly.
 *
 * values[b] belongs to budgets[b]; budgets must ascend.
 */
export function budgetedPool(
  pool: readonly PoolSample[],
  budgets: readonly number[],
  rule: PoolRule,
  random: Random,
  orders = 200,
): Estimate[] {
  requireInteger("budgeted-pool", "orders", orders, 2);
  requireSome("budgeted-pool", "pool", pool);
  const outcomes = budgets.map(() => [] as number[]);
  for (let r = 0; r < orders; r++) {
    const values = walk(random.fork("order", r).shuffle(pool), budgets, rule);
    for (const [b, value] of values.entries()) outcomes[b]?.push(value);
  }
  return outcomes.map((values) => ({
    value: values.reduce((sum, value) => sum + value, 0) / orders,
    monteCarloError: (standardDeviation(values) ?? 0) / Math.sqrt(orders),
  }));
}

function walk(order: readonly PoolSample[], budgets: readonly number[], rule: PoolRule): number[] {
  const picker = new Picker(rule);
  let spent = 0;
  let next = 0;
  return budgets.map((budget) => {
    for (; next < order.length; next++) {
      const sample = order[next] as PoolSample;
      if (spent + sample.tokens > budget) break;
      spent += sample.tokens;
      picker.add(sample);
    }
    return picker.outcome();
  });
}

/** The state of a pick as samples come in one by one. */
class Picker {
  readonly #rule: PoolRule;
  readonly #voters: (PoolSample & { readonly answerClass: string })[] = [];
  #first: boolean | null = null;
  #anyRight = false;
  #best = { score: -Infinity, size: 0, right: 0 };

  constructor(rule: PoolRule) {
    this.#rule = rule;
  }

  add(sample: PoolSample): void {
    const { answerClass, correct, score } = sample;
    this.#first ??= correct;
    this.#anyRight ||= correct;
    const rank = score ?? -Infinity;
    if (rank > this.#best.score) this.#best = { score: rank, size: 0, right: 0 };
    if (rank === this.#best.score) {
      this.#best.size++;
      if (correct) this.#best.right++;
    }
    if (answerClass !== null) this.#voters.push({ ...sample, answerClass });
  }

  /** An unscored vote weighs as elsewhere: the mean of the scored ones. */
  #classes(): { weight: number; correct: boolean }[] {
    const weights =
      this.#rule === "weighted" ? voteWeights(this.#voters.map(({ score }) => score)) : this.#voters.map(() => 1);
    const classes = new Map<string, { weight: number; correct: boolean }>();
    for (const [i, { answerClass, correct }] of this.#voters.entries()) {
      const known = classes.get(answerClass) ?? { weight: 0, correct: false };
      known.weight += weights[i] ?? 0;
      known.correct ||= correct;
      classes.set(answerClass, known);
    }
    return [...classes.values()];
  }

  outcome(): number {
    if (this.#first === null) return 0;
    if (this.#rule === "first") return this.#first ? 1 : 0;
    if (this.#rule === "coverage") return this.#anyRight ? 1 : 0;
    if (this.#rule === "best") return this.#best.right / this.#best.size;
    const classes = this.#classes();
    const top = Math.max(...classes.map(({ weight }) => weight));
    const tied = classes.filter(({ weight }) => weight >= top - 1e-12 * Math.max(1, top));
    return tied.length === 0 ? 0 : tied.filter(({ correct }) => correct).length / tied.length;
  }
}
