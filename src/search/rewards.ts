import { type Aggregation, aggregate } from "../core/score.ts";
import type { Child, NodeColumn } from "../core/search.ts";

/**
 * What a child ranks by: an outcome verifier's value as it stands, else the aggregate of the step scores (`last` reads
 * the newest only), or the score where there are no scores of single steps. Null where it, or a step that the
 * aggregation needs, was not judged.
 */
export function childScore({ outcome, score, stepScores }: Child, how: Aggregation): number | null {
  if (outcome || how === "last" || stepScores.length === 0) return score;
  return aggregate(
    stepScores.map((value) => ({ value })),
    how,
  ).value;
}

/** See `TreeView.rewards`. */
export function rewardsOf(nodes: readonly number[], score: (node: number) => number, logprob: NodeColumn): number[] {
  return filled(nodes.map(score)) ?? filled(nodes.map((node) => Math.exp(logprob.at(node)))) ?? nodes.map(() => 0.5);
}

/** NaN replaced by the mean of the others; null when there are no others. */
function filled(values: readonly number[]): number[] | null {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return values.map((value) => (Number.isNaN(value) ? mean : value));
}

/** Nodes by their rewards: see `TreeView.ranked`. */
export function rankedBy(nodes: readonly number[], rewards: readonly number[], logprob: NodeColumn): number[] {
  const reward = new Map(rewards.map((value, index) => [nodes[index] ?? 0, value]));
  const likelihood = (node: number) => {
    const value = logprob.at(node);
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
  };
  const descending = (a: number, b: number) => (a === b ? 0 : b - a);
  return [...nodes].sort(
    (a, b) => descending(reward.get(a) ?? 0, reward.get(b) ?? 0) || descending(likelihood(a), likelihood(b)) || a - b,
  );
}
