import type { Aggregation } from "../../../src/core/score.ts";
import type { Search } from "../../../src/core/search.ts";
import { distinct, ranked, rewards } from "../../../src/search/rewards.ts";
import { growable, type Result, rounds, type SearchState } from "../../../src/search/rounds.ts";
import { type BeamState, beamWalk } from "../kit/beam.ts";

export interface ThoughtOptions {
  /** Continuations per state, k. Default 5. */
  readonly branching?: number;
  /** Default 4. */
  readonly maxSteps?: number;
  /** Default "last". */
  readonly aggregation?: Aggregation;
  /** Thoughts that score below this are dropped. Default 0: none. */
  readonly prune?: number;
}

/**
 * Tree of Thoughts, breadth first (Yao et al. 2023, arXiv:2305.10601, algorithm 1): `branching` (k) thoughts per state, the best `width`
 * (b = 5) states of each depth survive, 4 steps (Game of 24). Finished states stay in competition. Whether thoughts are
 * proposed together or sampled apart is the action space's choice, whether they are valued or voted on the verifier's. Duplicates, which
 * the published code values at 0, are one node here.
 */
export function thoughtsBreadthFirst(
  options: ThoughtOptions & { readonly width?: number } = {},
): Search<SearchState<BeamState>> {
  const { width = 5, branching = 5, maxSteps = 4, aggregation, prune } = options;
  const settings = { width, branching, maxSteps, aggregation, prune, finished: "compete" } as const;
  const walk = beamWalk("tree-of-thoughts-bfs", settings);
  // Breadth first starts from one state, not from `width` copies of it.
  return rounds({
    ...walk,
    plan: (state, random) => walk.plan(state, random).map((wish) => ({ ...wish, count: branching })),
  });
}

export interface DepthFirstOptions extends ThoughtOptions {
  /** States expanded at most. Default 100. */
  readonly expansions?: number;
  /** Stops after so many finished trajectories. Default Infinity: goes on until the tree or the expansions end. */
  readonly enough?: number;
}

export interface DepthFirstState {
  expanded: number;
  /** The next state is the last. */
  stack: number[];
}

/**
 * Tree of Thoughts, depth first (algorithm 2; crosswords): follows the best thought down, drops those that score below `prune`,
 * backtracks at dead ends. One expansion a round: each depends on the last. Ties: higher log-probability, then the older node.
 */
export function thoughtsDepthFirst(options: DepthFirstOptions = {}): Search<SearchState<DepthFirstState>> {
  const { branching = 5, maxSteps = 4, aggregation = "last", prune = 0, expansions = 100, enough = Infinity } = options;
  return rounds<DepthFirstState>({
    name: "tree-of-thoughts-dfs",
    maxSteps,
    aggregation,
    begin: () => ({ expanded: 0, stack: [0] }),
    plan({ tree, own }) {
      if (own.expanded >= expansions || tree.finished.length >= enough) return [];
      const node = own.stack.pop();
      if (node === undefined) return [];
      own.expanded++;
      return [{ node, count: branching }];
    },
    absorb: (state, results) => descend(state, results, maxSteps, prune),
  });
}

function descend(
  { tree, own }: SearchState<DepthFirstState>,
  results: readonly Result[],
  maxSteps: number,
  prune: number,
) {
  const nodes = distinct(results.flatMap(({ nodes }) => nodes));
  const reward = rewards(tree, nodes);
  const open = nodes.filter((node, index) => growable(tree, node, maxSteps) && (reward[index] ?? 0) >= prune);
  own.stack.push(...ranked(tree, open).reverse());
}
