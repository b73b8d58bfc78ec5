import type { Aggregation } from "../../../src/core/score.ts";
import type { Search } from "../../../src/core/search.ts";
import { distinct, ranked, tally } from "../../../src/search/rewards.ts";
import { growable, type Result, rounds, type SearchState, type Wish } from "../../../src/search/rounds.ts";

export interface DvtsOptions {
  /** Independent subtrees. Default 4. */
  readonly trees?: number;
  /** Continuations per subtree and step. Default 4. */
  readonly branching?: number;
  /** Default 40. */
  readonly maxSteps?: number;
  /** Default "last". */
  readonly aggregation?: Aggregation;
}

/** The node at which each subtree stands; -1 for one whose step brought nothing. */
export interface DvtsState {
  at: number[];
}

/**
 * Diverse verifier tree search (Beeching et al. 2024, search-and-learn): `trees` (their n / M) independent greedy searches, each of
 * which takes `branching` (M = 4) continuations of its node, keeps the best and drops the rest. More diverse than one beam at large n.
 *
 * A subtree ends at a finished best continuation. Finished siblings that were not the best are finished trajectories all the same
 * (the published code returns all M siblings of a subtree's last step, finished or not). Two subtrees that stand on the same node share one
 * expansion with twice the count and take their continuations from it in turn. Ties: higher log-probability, then the older node.
 */
export function dvts(options: DvtsOptions = {}): Search<SearchState<DvtsState>> {
  const { trees = 4, branching = 4, maxSteps = 40, aggregation = "last" } = options;
  return rounds<DvtsState>({
    name: "dvts",
    maxSteps,
    aggregation,
    begin: () => ({ at: Array.from({ length: trees }, () => 0) }),
    plan: ({ tree, own }): Wish[] =>
      [...tally(own.at.filter((node) => node >= 0 && growable(tree, node, maxSteps)))].map(([node, shared]) => ({
        node,
        count: shared * branching,
      })),
    absorb: (state, results) => absorb(state, results, branching),
  });
}

function absorb({ tree, own }: SearchState<DvtsState>, results: readonly Result[], branching: number): void {
  const brought = new Map(results.map(({ expansion, nodes }) => [expansion.node, [...nodes]]));
  own.at = own.at.map((node) => {
    const nodes = brought.get(node);
    if (nodes === undefined) return node;
    return ranked(tree, distinct(nodes.splice(0, branching)))[0] ?? -1;
  });
}
