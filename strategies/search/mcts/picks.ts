import { voteWeights } from "../../../src/core/score.ts";
import type { End, NodeStatistics, TreeView } from "../../../src/core/search.ts";

/** Rules for the final answer of a tree. */
export const mctsPicks = ["visits", "value", "best", "vote"] as const;
export type MctsPick = (typeof mctsPicks)[number];

/**
 * The finished trajectories, best first:
 * - `visits`: go down the tree by the most visited child (ties: higher value, then the older), depth first; ("robust
 *   child");
 * - `value`: the same by the highest value (ties: more visits, then the older);
 * - `best`: by the trajectory's own score, else its value; those with neither come last;
 * - `vote`: answers by the sum of their trajectories' scores, copies counted (see `voteWeights` for those without a
 *   score); within an answer by score. Trajectories without an answer come last.
 *
 * Completions from rollouts are no nodes: in `visits` and `value` they follow the finished nodes, by score. Ties: the
 * earlier finished.
 */
export function rankFinished(tree: TreeView, ends: readonly End[], statistics: StatisticsOf, how: MctsPick): End[] {
  if (how === "best") return byScore(ends);
  if (how === "vote") return byVote(ends);
  const byNode = new Map(ends.filter((end) => !end.rollout).map((end) => [end.node, end]));
  const nodes = walkDown(tree, statistics, how).flatMap((node) => byNode.get(node) ?? []);
  return [...nodes, ...byScore(ends.filter((end) => end.rollout))];
}

type StatisticsOf = (node: number) => NodeStatistics;

const scoreOf = (end: End): number => end.score ?? end.value ?? -1;

const byScore = (ends: readonly End[]): End[] => [...ends].sort((a, b) => scoreOf(b) - scoreOf(a));

function byVote(ends: readonly End[]): End[] {
  const voters = ends.filter(({ answer }) => answer !== null);
  const weights = voteWeights(voters.map(({ score }) => score));
  const weight = new Map<string | null, number>();
  for (const [i, { answer, copies }] of voters.entries()) {
    weight.set(answer, (weight.get(answer) ?? 0) + copies * (weights[i] ?? 0));
  }
  const of = ({ answer }: End) => (answer === null ? -1 : (weight.get(answer) ?? 0));
  const first = new Map<string | null, number>();
  for (const [index, { answer }] of ends.entries()) if (!first.has(answer)) first.set(answer, index);
  const order = ({ answer }: End) => first.get(answer) ?? 0;
  return [...ends].sort((a, b) => of(b) - of(a) || order(a) - order(b) || scoreOf(b) - scoreOf(a));
}

/** Terminal nodes in the order in which a depth-first walk by the better child first meets them. */
function walkDown(tree: TreeView, statistics: StatisticsOf, how: "visits" | "value"): number[] {
  const found: number[] = [];
  const stack = [0];
  const keys = (node: number): readonly [number, number] => {
    const { visits, value } = statistics(node);
    const known = value ?? Number.NEGATIVE_INFINITY;
    return how === "visits" ? [visits, known] : [known, visits];
  };
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (tree.terminal.at(node) === 1) found.push(node);
    const children = [...tree.childrenOf(node)].map((child) => ({ child, key: keys(child) }));
    children.sort((a, b) => compare(b.key, a.key) || a.child - b.child);
    stack.push(...children.map(({ child }) => child).reverse());
  }
  return found;
}

const compare = ([a, x]: readonly [number, number], [b, y]: readonly [number, number]): number =>
  a === b ? (x === y ? 0 : x - y) : a - b;
