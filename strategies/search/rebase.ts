import { z } from "zod";
import type { Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

const options = z.strictObject({
  width: z.int().min(1).default(16).describe("leaves in total"),
  balance: z.number().gt(0).default(0.2).describe("softmax temperature over rewards; smaller is greedier"),
  keep: z.number().gt(0).max(1).default(1).describe("share of the unfinished nodes, best first, that may grow"),
  ...stepOptions,
  temperature: z.number().min(0).default(1).describe("of the steps"),
  maxSteps: z.int().min(1).default(25).describe("steps of a trajectory at most; the last may run to the end"),
});

/**
 * REBASE, reward-balanced search (Wu et al. 2024, arXiv:2408.00724, section 3.2): at every depth the continuations left
 * are divided among the unfinished nodes in proportion to softmax(reward / balance); nodes that get none die, and each
 * finished sample lowers the budget by one. It stops when the whole width has finished. The answer is the vote weighted
 * by scores (their "weighted majority").
 *
 * Defaults as published: 16 leaves, balance 0.2, 25 steps, the newest step's score as reward, sampling at temperature
 * 1. Departures: a share that floating point pushed a hair above an integer is not rounded up to the next (the authors'
 * single-precision sums hand out one continuation too many that way); identical siblings are one node that was sampled
 * twice; the last of the steps may run to the end.
 *
 * Cost: at most `width` steps a depth; every new step is scored once.
 */
export const rebase = defineStrategy({
  name: "rebase",
  summary: "shares out a width by the softmax of rewards",
  paper: "Wu et al. 2024, arXiv:2408.00724",
  rewards: {
    outcome: "weighs the votes; without a process verifier it also balances the expansion",
    process: "balances the expansion, and weighs the votes when there is no outcome verifier",
    none: "the policy's likelihood balances the expansion; the answers vote",
  },
  options,
  candidates: (run, given) => run.walk({ walk: rebaseWalk(given), ...stepsOf(given) }),
  select: () => weighted(),
  cost: ({ width, maxSteps, actions }) => searchCost({ steps: width * maxSteps, actions }),
});

export interface RebaseState {
  /** Continuations a step may still have: the width less what has finished. */
  budget: number;
  /** Unfinished samples of the newest depth; one that was sampled twice stands here twice. */
  active: number[];
}

export function rebaseWalk({ width, balance, keep, maxSteps }: z.output<typeof options>): Walk<RebaseState> {
  return {
    name: "rebase",
    maxSteps,
    begin: () => ({ budget: width, active: [0] }),
    plan({ tree, own }) {
      if (own.budget <= 0) return [];
      const rewards = tree.rewards(own.active);
      const kept = byReward(rewards).slice(0, Math.max(1, Math.ceil(keep * rewards.length - epsilon)));
      const counts = apportion(kept.map((index) => rewards[index] ?? 0).reverse(), own.budget, balance).reverse();
      return kept.map((index, place) => ({ node: own.active[index] ?? 0, count: counts[place] ?? 0 }));
    },
    absorb({ tree, own }, round) {
      const samples = round.flatMap(({ nodes }) => nodes);
      own.budget -= samples.filter((node) => tree.terminal.at(node) === 1).length;
      own.active = samples.filter((node) => tree.growable(node));
    },
  };
}

/** Indices, the highest reward first; ties: the higher index. */
const byReward = (rewards: readonly number[]): number[] =>
  rewards.map((_, index) => index).sort((a, b) => (rewards[b] ?? 0) - (rewards[a] ?? 0) || b - a);

/** Keeps an exact quotient that floating point pushed a hair above an integer from being rounded up to the next. */
const epsilon = 1e-9;

/**
 * Balanced apportionment, as in the authors' code: `budget` continuations over nodes in proportion to softmax(reward /
 * temperature), counts[i] for rewards[i].
 *
 * By reward, highest first (ties: higher index, as theirs), each node takes the rounded-up share of what is left, so that exactly
 * `budget` is handed out whenever there is a node. Departures: 1e-9 is taken off before rounding up (in the published
 * code three equal rewards and a budget of 4 give 2, 2, 0 instead of 2, 1, 1), and where the remaining weight
 * underflows to 0, what is left goes to the next node.
 */
export function apportion(rewards: readonly number[], budget: number, temperature: number): number[] {
  const counts = rewards.map(() => 0);
  const order = byReward(rewards);
  const highest = rewards[order[0] ?? 0] ?? 0;
  const weights = rewards.map((reward) => Math.exp((reward - highest) / temperature));
  // Sums of what is left, added up from the light end: subtracting from the total would lose the small ones.
  const left = new Map<number, number>();
  let sum = 0;
  for (const index of [...order].reverse()) {
    sum += weights[index] ?? 0;
    left.set(index, sum);
  }
  let remaining = budget;
  for (const index of order) {
    const total = left.get(index) ?? 0;
    const share = total > 0 ? (remaining * (weights[index] ?? 0)) / total : remaining;
    const count = Math.min(remaining, Math.max(0, Math.ceil(share - epsilon)));
    counts[index] = count;
    remaining -= count;
  }
  return counts;
}
