import type { Aggregation } from "../../../src/core/score.ts";
import type { Search } from "../../../src/core/search.ts";
import { apportion } from "../../../src/search/allocation.ts";
import { rewards } from "../../../src/search/rewards.ts";
import { growable, type Result, rounds, type SearchState, type Wish } from "../../../src/search/rounds.ts";

export interface RebaseOptions {
  /** Leaves in total, N. Default 16. */
  readonly width?: number;
  /** Default 25. */
  readonly maxSteps?: number;
  /** Softmax temperature over rewards. Default 0.2; smaller is greedier. */
  readonly temperature?: number;
  /** Default "last". */
  readonly aggregation?: Aggregation;
  /** Share of the unfinished samples, best first, among which the budget is divided. Default 1: all ("truncated" below). */
  readonly keep?: number;
}

export interface RebaseState {
  /** Continuations a step may still have: the width less what has finished. */
  budget: number;
  /** Unfinished samples of the newest depth; one that was sampled twice stands here twice. */
  active: number[];
}

/**
 * REBASE, reward-balanced search (Wu et al. 2024, arXiv:2408.00724): at every depth the continuations left are divided among the
 * unfinished nodes in proportion to softmax(reward / temperature); nodes that get none die; each finished sample lowers the budget by one.
 * Exactly the budget is handed out at each depth ({@link apportion} says how and where it departs).
 *
 * Defaults as published: 16 leaves, temperature 0.2, 25 steps, the newest step's score as reward.
 */
export function rebase(options: RebaseOptions = {}): Search<SearchState<RebaseState>> {
  const { width = 16, maxSteps = 25, temperature = 0.2, aggregation = "last", keep = 1 } = options;
  return rounds<RebaseState>({
    name: "rebase",
    maxSteps,
    aggregation,
    begin: () => ({ budget: width, active: [0] }),
    plan: (state) => plan(state, temperature, keep),
    absorb: (state, results) => absorb(state, results, maxSteps),
  });
}

function plan({ tree, own }: SearchState<RebaseState>, temperature: number, keep: number): Wish[] {
  if (own.budget <= 0 || own.active.length === 0) return [];
  const reward = rewards(tree, own.active);
  const order = own.active.map((_, index) => index).sort((a, b) => (reward[b] ?? 0) - (reward[a] ?? 0) || a - b);
  const kept = order.slice(0, Math.max(1, Math.ceil(keep * order.length - 1e-9))).sort((a, b) => a - b);
  const counts = apportion(
    kept.map((index) => reward[index] ?? 0),
    own.budget,
    temperature,
  );
  const wanted = new Map<number, number>();
  for (const [place, index] of kept.entries()) {
    const node = own.active[index] ?? 0;
    wanted.set(node, (wanted.get(node) ?? 0) + (counts[place] ?? 0));
  }
  return [...wanted].filter(([, count]) => count > 0).map(([node, count]) => ({ node, count }));
}

function absorb({ tree, own }: SearchState<RebaseState>, results: readonly Result[], maxSteps: number): void {
  const samples = results.flatMap(({ nodes }) => nodes);
  own.budget -= samples.filter((node) => tree.terminal.at(node) === 1).length;
  own.active = samples.filter((node) => growable(tree, node, maxSteps));
}
