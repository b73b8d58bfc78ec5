import type { Aggregation } from "../../../src/core/score.ts";
import type { Search } from "../../../src/core/search.ts";
import { distinct } from "../../../src/search/rewards.ts";
import { growable, type Result, rounds, type SearchState, type Wish } from "../../../src/search/rounds.ts";

export interface BestFirstOptions {
  /** Nodes expanded at most. Default 32. */
  readonly expansions?: number;
  /** Continuations per expanded node. Default 4. */
  readonly branching?: number;
  /** Default 16. */
  readonly maxSteps?: number;
  /** Default "last". */
  readonly aggregation?: Aggregation;
  /** Best nodes expanded together; the tree depends on it, as a round does not see its own outcome. Default 1. */
  readonly leaves?: number;
  /** Stops when a finished trajectory scores at least this. Default Infinity: never. */
  readonly stopAt?: number;
}

export interface BestFirstState {
  expanded: number;
  /** A binary heap of nodes, the best at 0. */
  heap: number[];
  best: number;
}

/**
 * Best-first search: always expands the most promising unfinished node of the whole tree, whatever its depth (as in Koh et al.
 * 2024, arXiv:2407.01476, and the OpenR baseline). An unjudged node counts as its likelihood, exp(log-probability), and as 0 without
 * one. Ties: the deeper node, then the older, so that a search without scores goes depth first and finishes something.
 */
export function bestFirst(options: BestFirstOptions = {}): Search<SearchState<BestFirstState>> {
  const {
    expansions = 32,
    branching = 4,
    maxSteps = 16,
    aggregation = "last",
    leaves = 1,
    stopAt = Infinity,
  } = options;
  return rounds<BestFirstState>({
    name: "best-first",
    maxSteps,
    aggregation,
    begin: () => ({ expanded: 0, heap: [0], best: -1 }),
    plan(state): Wish[] {
      const { own } = state;
      if (own.best >= stopAt) return [];
      const wishes: Wish[] = [];
      while (wishes.length < leaves && own.expanded < expansions && own.heap.length > 0) {
        wishes.push({ node: pop(state), count: branching });
        own.expanded++;
      }
      return wishes;
    },
    absorb: (state, results) => absorb(state, results, maxSteps),
  });
}

function absorb(state: SearchState<BestFirstState>, results: readonly Result[], maxSteps: number): void {
  const { tree, own } = state;
  for (const node of distinct(results.flatMap(({ nodes }) => nodes))) {
    if (growable(tree, node, maxSteps)) push(state, node);
    else if (tree.terminal.at(node) === 1) own.best = Math.max(own.best, tree.scoreOf(node) ?? -1);
  }
}

type Heaped = SearchState<BestFirstState>;

function before({ tree }: Heaped, a: number, b: number): boolean {
  const [x, y] = [promise(tree, a), promise(tree, b)];
  if (x !== y) return x > y;
  return tree.depth.at(a) === tree.depth.at(b) ? a < b : tree.depth.at(a) > tree.depth.at(b);
}

function promise(tree: Heaped["tree"], node: number): number {
  const score = tree.score.at(node);
  const likelihood = Number.isNaN(score) ? Math.exp(tree.logprob.at(node)) : score;
  return Number.isNaN(likelihood) ? 0 : likelihood;
}

function push(state: Heaped, node: number): void {
  const { heap } = state.own;
  let place = heap.length;
  heap.push(node);
  while (place > 0) {
    const above = (place - 1) >> 1;
    if (!before(state, node, heap[above] ?? 0)) break;
    heap[place] = heap[above] ?? 0;
    place = above;
  }
  heap[place] = node;
}

function pop(state: Heaped): number {
  const { heap } = state.own;
  const top = heap[0] ?? 0;
  const node = heap.pop() ?? 0;
  if (heap.length === 0) return top;
  let place = 0;
  for (;;) {
    let below = 2 * place + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && before(state, heap[below + 1] ?? 0, heap[below] ?? 0)) below++;
    if (!before(state, heap[below] ?? 0, node)) break;
    heap[place] = heap[below] ?? 0;
    place = below;
  }
  heap[place] = node;
  return top;
}
