import { z } from "zod";
import { defineStrategy, type Pick, type Stopping } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";

const options = z.strictObject({
  n: z.int().min(1).default(16).describe("independent samples at most"),
  epsilon: z.number().gt(0).lt(1).default(0.05).describe("stops when a change of the answer is less likely than this"),
  least: z.int().min(1).default(2).describe("samples before it may stop"),
  temperature: z.number().min(0).default(0.7),
});

/** Threshold stop: self-consistency that goes on only while more samples are likely enough to change the answer. */
export const thresholdStop = defineStrategy({
  name: "threshold-stop",
  summary: "vote, until more samples would hardly change it",
  paper: "Huang et al. 2024, arXiv:2405.19715 (the threshold policy)",
  family: "sampling",
  how:
    "Threshold stop: self-consistency that goes on only while more samples are likely enough to change the answer. " +
    "The policy is SpecDec++'s (Huang et al. 2024, arXiv:2405.19715): where each step costs the same and gains less " +
    "than the one before, it is best to stop when a probability crosses a threshold. There it is the chance that a " +
    "drafted token is refused; here the posterior chance that the samples still allowed change the winner of the vote " +
    "(`changeProbability`). Far from `n` it draws about as many as Adaptive-Consistency; near `n` it stops as soon as " +
    "the runner-up can hardly catch up." +
    "\n\n" +
    "As many as it takes at least before it can stop are drawn together.",
  costNote: "at most `n` policy calls. The same stream and vote as self-consistency, so the same samples, only fewer.",
  departures: [],
  rewards: {
    outcome: "is not read by the vote",
    process: "is not read by the vote",
    none: "the votes of the samples themselves",
  },
  options,
  candidates: (run, { n, temperature }) => sampleSolutions(run, { n, temperature }),
  select: () => majority(),
  stop: (given) => unlikelyToChange(given),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n }),
});

function unlikelyToChange({ n, epsilon, least }: z.output<typeof options>): Stopping {
  return {
    name: `threshold-stop(${epsilon}, ${n})`,
    needs(candidates, pick) {
      const [leader = 0, ...others] = votesOf(pick);
      const left = Math.max(0, n - candidates.length);
      let more = Math.max(1, least - candidates.length);
      while (more < left && changeProbability([leader + more, ...others], left - more) >= epsilon) more++;
      return more;
    },
    enough: (candidates, pick) => {
      if (candidates.length < least || pick === null) return null;
      const votes = votesOf(pick);
      const left = Math.max(0, n - candidates.length);
      const chance = changeProbability(votes, left);
      return chance < epsilon
        ? `${left} more samples would change the answer with probability ${chance.toFixed(3)} at most`
        : null;
    },
  };
}

const votesOf = (pick: Pick | null): number[] => (pick?.tally ?? []).map(({ votes }) => votes).sort((a, b) => b - a);

/**
 * Chance that `more` further samples change the winner of a vote, at most (a union bound over the challengers).
 *
 * The shares of the answers have a Dirichlet posterior with weight votes + 1 for each answer seen and 1 for one unseen.
 * How many of the samples go to the leader or a challenger c is beta-binomial, and so is how those are divided between
 * the two. A tie counts as a change, because it may be broken either way. As `more` grows this tends to
 * Σ_c P(p_c > p_leader), which for a single challenger is Adaptive-Consistency's probability.
 *
 * @param votes of each answer, most first; empty before the first answer (then 1, unless nothing more comes).
 */
export function changeProbability(votes: readonly number[], more: number): number {
  const [leader, ...others] = votes;
  if (more <= 0) return 0;
  if (leader === undefined) return 1;
  const total = votes.reduce((sum, count) => sum + count + 1, 1);
  const alike = new Map<number, number>([[0, 1]]);
  for (const count of others) alike.set(count, (alike.get(count) ?? 0) + 1);
  let chance = 0;
  for (const [count, times] of alike) {
    const [own, challenger] = [leader + 1, count + 1];
    const toEither = betaBinomial(more, own + challenger, total - own - challenger);
    for (const [either, p] of toEither.entries()) {
      const needed = Math.ceil((either + leader - count) / 2);
      if (p > 0 && needed <= either) chance += times * p * sumFrom(betaBinomial(either, challenger, own), needed);
    }
  }
  return Math.min(1, chance);
}

const sumFrom = (chances: readonly number[], from: number): number =>
  chances.slice(from).reduce((sum, p) => sum + p, 0);

/** chances[k]: k of n draws, where the chance of a draw is Beta(a, b); all of them where b is 0. */
export function betaBinomial(n: number, a: number, b: number): number[] {
  if (b === 0) return Array.from({ length: n + 1 }, (_, k) => (k === n ? 1 : 0));
  let p = 1;
  for (let i = 0; i < n; i++) p *= (b + i) / (a + b + i);
  const chances = [p];
  for (let k = 0; k < n; k++) {
    p *= ((n - k) / (k + 1)) * ((a + k) / (b + n - k - 1));
    chances.push(p);
  }
  return chances;
}
