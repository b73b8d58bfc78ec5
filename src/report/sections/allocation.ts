import type { AllocationSection } from "../data.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";
import { type Resamples, resampledBand, resampledDifference, total } from "../tally/blocks.ts";

/**
 * Every arm beside an oracle that has as many tokens for the whole set and the baseline's samples. The oracle sees
 * beforehand when the baseline's pick of each problem becomes right: it pays for that and no more, the soonest first,
 * and nothing for problems that never become right. No rule that shares the same samples out, with the same pick among
 * them, can be ahead of it; an arm that is has better samples or picks better.
 */
export function allocationSections(
  arms: readonly ArmColumns[],
  baselines: ReadonlyMap<string, string>,
  resamples: Resamples,
): AllocationSection[] {
  const known = new Map(arms.filter((arm) => total(arm.block.trials) > 0).map((arm) => [arm.tally.arm, arm]));
  const oracles = new Map<ArmColumns, Oracle>();
  return [...known.values()].flatMap((arm) => {
    const baseline = known.get(baselines.get(arm.tally.arm) ?? arm.tally.arm);
    if (baseline === undefined || baseline.firstRight.several === 0) return [];
    const oracle = oracles.get(baseline) ?? new Oracle(baseline);
    oracles.set(baseline, oracle);
    return [section(arm, oracle, resamples)];
  });
}

function section(arm: ArmColumns, oracle: Oracle, resamples: Resamples): AllocationSection {
  const trials = total(arm.block.trials);
  const tokens = total(arm.block.tokens) / trials;
  const accuracy = total(arm.block.right) / trials;
  const best = oracle.accuracy(tokens);
  const drawn = {
    trials: resamples.totals(arm.block.trials),
    tokens: resamples.totals(arm.block.tokens),
    right: resamples.totals(arm.block.right),
  };
  const bests: number[] = [];
  const regrets: number[] = [];
  for (const [r, weights] of resamples.weights.entries()) {
    const n = drawn.trials[r] ?? 0;
    if (n === 0) continue;
    const replicate = oracle.accuracy((drawn.tokens[r] ?? 0) / n, weights);
    bests.push(replicate);
    regrets.push(replicate - (drawn.right[r] ?? 0) / n);
  }
  // An arm cannot be ahead of what is the best for its own samples.
  const regret = resampledDifference(best - accuracy, regrets, resamples);
  return {
    ...{ arm: arm.tally.arm, samplesOf: oracle.arm, tokens, accuracy },
    oracle: resampledBand(best, bests, resamples),
    regret: { ...regret, low: arm.tally.arm === oracle.arm ? Math.max(0, regret.low) : regret.low },
    oracleTokens: oracle.tokensFor(accuracy),
  };
}

/** What one arm's samples give to an oracle that knows which of them are right. */
class Oracle {
  readonly arm: string;
  readonly #trials: number;
  /** Costs of the trials that become right, rising, and their blocks. */
  readonly #costs: Float64Array;
  readonly #blocks: Uint16Array;
  readonly #block: ArmColumns["block"];

  constructor({ tally, firstRight, block }: ArmColumns) {
    const costs = firstRight.tokens.values();
    const order = [...costs.keys()]
      .filter((i) => Number.isFinite(costs[i]))
      .sort((a, b) => (costs[a] ?? 0) - (costs[b] ?? 0));
    this.arm = tally.arm;
    this.#trials = costs.length;
    this.#costs = Float64Array.from(order, (i) => costs[i] ?? 0);
    this.#blocks = Uint16Array.from(order, (i) => firstRight.blocks.at(i));
    this.#block = block;
  }

  /** Share of trials that can be right with so many tokens a trial; `weights` are the multiplicities of the blocks. */
  accuracy(tokens: number, weights?: Float64Array): number {
    const trials = weights === undefined ? this.#trials : weighted(this.#block.trials, weights);
    if (trials === 0) return 0;
    let left = tokens * trials * (1 + 1e-12);
    let right = 0;
    for (let i = 0; i < this.#costs.length; i++) {
      const cost = this.#costs[i] ?? 0;
      const wanted = weights === undefined ? 1 : (weights[this.#blocks[i] ?? 0] ?? 0);
      const got = cost * wanted <= left ? wanted : Math.floor(left / cost);
      right += got;
      left -= got * cost;
      if (got < wanted) break;
    }
    return right / trials;
  }

  /** Least tokens a trial with which so large a share is right; null where the samples do not hold so many. */
  tokensFor(accuracy: number): number | null {
    const wanted = Math.ceil(accuracy * this.#trials - 1e-9);
    if (wanted > this.#costs.length) return null;
    return this.#costs.subarray(0, wanted).reduce((sum, cost) => sum + cost, 0) / this.#trials;
  }
}

function weighted(counts: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let block = 0; block < weights.length; block++) sum += (counts[block] ?? 0) * (weights[block] ?? 0);
  return sum;
}
