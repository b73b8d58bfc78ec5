import { type Aggregation, aggregate } from "../core/score.ts";
import type { Child } from "../core/search.ts";
import type { Tree } from "./tree.ts";

/**
 * What a walk ranks a child by: the outcome value of a terminal child as it stands, else the aggregate of the step scores (`last` reads
 * the newest only), or the score where the steps were not told one by one. A terminal child whose score is no other than its newest step's
 * has no outcome value: it is aggregated like the rest, so that both are judged by the same measure. Null where it, or a step that the
 * aggregation needs, was not judged.
 */
export function worth({ trajectory, score, stepScores }: Child, how: Aggregation): number | null {
  const outcome = trajectory.terminal && score !== stepScores.at(-1);
  if (outcome || how === "last" || stepScores.length === 0) return score;
  return aggregate(
    stepScores.map((value) => ({ value })),
    how,
  ).value;
}

/**
 * One comparable number in [0, 1] for each of these nodes, none of them null:
 * a judged node's score; where some are judged, an unjudged one takes their mean (unknown is neither good nor bad); where none is,
 * the policy's own likelihood of the newest step, exp(log-probability); and with no likelihoods either, 0.5 for all.
 *
 * `score` overrides what counts as a node's score (NaN: not judged).
 */
export function rewards(tree: Tree, nodes: readonly number[], score?: (node: number) => number): number[] {
  return (
    filled(nodes.map((node) => (score === undefined ? tree.score.at(node) : score(node)))) ??
    filled(nodes.map((node) => Math.exp(tree.logprob.at(node)))) ??
    nodes.map(() => 0.5)
  );
}

/** NaN replaced by the mean of the others; null when there are no others. */
function filled(values: readonly number[]): number[] | null {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return values.map((value) => (Number.isNaN(value) ? mean : value));
}

/** Best first: higher reward, then higher log-probability of the newest step, then the older node. */
export function ranked(tree: Tree, nodes: readonly number[], score?: (node: number) => number): number[] {
  const reward = new Map(rewards(tree, nodes, score).map((value, index) => [nodes[index] ?? 0, value]));
  const likelihood = (node: number) => {
    const logprob = tree.logprob.at(node);
    return Number.isNaN(logprob) ? Number.NEGATIVE_INFINITY : logprob;
  };
  const descending = (a: number, b: number) => (a === b ? 0 : b - a);
  return [...nodes].sort(
    (a, b) => descending(reward.get(a) ?? 0, reward.get(b) ?? 0) || descending(likelihood(a), likelihood(b)) || a - b,
  );
}

/** Each node once, in order of first appearance. */
export const distinct = (nodes: readonly number[]): number[] => [...new Set(nodes)];

/** How often each node appears, in order of first appearance. */
export function tally(nodes: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const node of nodes) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}
