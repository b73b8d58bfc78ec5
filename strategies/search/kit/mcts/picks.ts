import type { End, Search } from "../../../../src/core/search.ts";
import type { Mcts } from "./mcts-select.ts";

/** Rules for the final answer of a tree. */
export const mctsPicks = ["visits", "value", "best", "vote"] as const;
export type MctsPick = (typeof mctsPicks)[number];

/**
 * The finished trajectories, best first:
 * - `visits`: go down the tree by the most visited child (ties: higher value, then the older), depth first; ("robust child");
 * - `value`: the same by the highest value (ties: more visits, then the older);
 * - `best`: by the trajectory's own worth, score before value;
 * - `vote`: answers by the sum of their trajectories' worths, copies counted; within an answer by worth. Where nothing
 *   was scored each counts 1. Trajectories without an answer come last.
 *
 * Completions from rollouts are no nodes: in `visits` and `value` they follow the finished nodes, by worth. Ties: the earlier finished.
 */
export function rankFinished(search: Search<Mcts>, state: Mcts, how: MctsPick): End[] {
  const ends = search.finished(state);
  if (how === "best") return byWorth(ends);
  if (how === "vote") return byVote(ends);
  const byNode = new Map(ends.filter((end) => !end.rollout).map((end) => [end.node, end]));
  const nodes = walkDown(search, state, how).flatMap((node) => byNode.get(node) ?? []);
  return [...nodes, ...byWorth(ends.filter((end) => end.rollout))];
}

const worth = (end: End): number => end.score ?? end.value ?? 0;

const byWorth = (ends: readonly End[]): End[] => [...ends].sort((a, b) => worth(b) - worth(a));

function byVote(ends: readonly End[]): End[] {
  const blind = ends.every((end) => end.score === null);
  const weight = new Map<string, number>();
  for (const end of ends) {
    if (end.answer === null) continue;
    weight.set(end.answer, (weight.get(end.answer) ?? 0) + end.copies * (blind ? 1 : worth(end)));
  }
  const of = ({ answer }: End) => (answer === null ? -1 : (weight.get(answer) ?? 0));
  const first = new Map<string | null, number>();
  for (const [index, { answer }] of ends.entries()) if (!first.has(answer)) first.set(answer, index);
  const order = ({ answer }: End) => first.get(answer) ?? 0;
  return [...ends].sort((a, b) => of(b) - of(a) || order(a) - order(b) || worth(b) - worth(a));
}

/** Terminal nodes in the order in which a depth-first walk by the better child first meets them. */
function walkDown(search: Search<Mcts>, state: Mcts, how: "visits" | "value"): number[] {
  const { tree } = state;
  const found: number[] = [];
  const stack = [0];
  const keys = (node: number): readonly [number, number] => {
    const { visits, value } = search.statistics(state, node);
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

/** The child of the root that the search believes in, null when it was never expanded. */
export function bestFirstStep(search: Search<Mcts>, state: Mcts, how: "visits" | "value" = "visits"): number | null {
  let best: number | null = null;
  let highest: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const child of state.tree.childrenOf(0)) {
    const { visits, value } = search.statistics(state, child);
    const known = value ?? Number.NEGATIVE_INFINITY;
    const key = how === "visits" ? ([visits, known] as const) : ([known, visits] as const);
    if (best === null || compare(key, highest) > 0) [best, highest] = [child, key];
  }
  return best;
}
