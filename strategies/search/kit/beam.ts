import type { Aggregation } from "../../../src/core/score.ts";
import type { Search } from "../../../src/core/search.ts";
import { evenly } from "../../../src/search/allocation.ts";
import { distinct, ranked, rewards, worth } from "../../../src/search/rewards.ts";
import { growable, type Result, rounds, type SearchState, type Walk, type Wish } from "../../../src/search/rounds.ts";

export interface BeamOptions {
  /** Beams kept after each step. Default 4. Infinity keeps all. */
  readonly width?: number;
  /** Continuations per beam. Default 4. */
  readonly branching?: number;
  /** Default 40. */
  readonly maxSteps?: number;
  /** Default "last". */
  readonly aggregation?: Aggregation;
  /** Steps of greedy rollout whose end is what a candidate is ranked by. Default 0: the candidate itself. */
  readonly lookahead?: number;
  /**
   * "aside" (default): a finished beam leaves the competition and the others are refilled to width × branching continuations.
   * "compete": it keeps its place among the `width` until better ones push it out, and each unfinished beam gets `branching`.
   */
  readonly finished?: "aside" | "compete";
  /** Finished samples, copies counted, after which "aside" stops. Default width × branching. */
  readonly enough?: number;
  /** Candidates that score below this are dropped. Default 0: none. */
  readonly prune?: number;
}

export interface BeamState {
  kept: number[];
  /** Candidates that wait for their lookahead. */
  looking: number[];
  /** Scores seen at the end of lookaheads, by node. */
  readonly ahead: Record<number, number>;
}

/**
 * Beam search over steps: all beams grow by `branching` continuations, the best `width` survive.
 *
 * With the defaults, search-and-learn's PRM beam search (Snell et al. 2024, arXiv:2408.03314; width is its n / M, branching its M = 4, up
 * to 40 steps, aggregation `last`). With `finished: "compete"` and a value on prefixes as score, OVM's value beam (Yu et al. 2023,
 * arXiv:2311.09724: width b = 4, branching K / b = 5, 10 steps). With `lookahead: k`, lookahead search (Snell et al. 2024, appendix): a
 * candidate is judged by the end of a greedy rollout of k steps, of which only the candidate itself is kept; n (k + 1) steps for n.
 *
 * Departures: identical candidates are one (the published code makes this an option), so a beam never holds the same text twice;
 * ranking uses the chosen aggregation throughout (the published final vote always reads the last step). Ties: higher log-probability,
 * then the older node.
 */
export function beam(options: BeamOptions = {}): Search<SearchState<BeamState>> {
  return rounds(beamWalk("beam", options));
}

/** The walk itself, for those that are beams under another name. */
export function beamWalk(name: string, options: BeamOptions): Walk<BeamState> {
  const { width = 4, branching = 4, maxSteps = 40, aggregation = "last" } = options;
  const { lookahead = 0, finished = "aside", enough = width * branching, prune = 0 } = options;
  const full: Full = { width, branching, maxSteps, aggregation, lookahead, finished, enough, prune };
  return {
    name,
    maxSteps,
    aggregation,
    begin: () => ({ kept: [0], looking: [], ahead: {} }),
    absorb: (state, results) => absorb(state, results, full),
    plan: (state) => (state.own.looking.length > 0 ? look(state, full) : grow(state, full)),
  };
}

type Full = Required<BeamOptions>;

const look = ({ own }: SearchState<BeamState>, { lookahead }: Full): Wish[] =>
  own.looking.map((node) => ({ node, kind: "rollout", count: 1, steps: lookahead, temperature: 0 }));

function grow({ tree, own }: SearchState<BeamState>, { width, branching, maxSteps, ...options }: Full): Wish[] {
  const active = own.kept.filter((node) => growable(tree, node, maxSteps));
  if (active.length === 0) return [];
  const score = options.lookahead > 0 ? "terminal" : true;
  const total = width * branching;
  if (options.finished === "compete" || !Number.isFinite(total)) {
    const atRoot = active[0] === 0 && Number.isFinite(total) ? total : branching;
    return active.map((node) => ({ node, count: atRoot, score }));
  }
  const done = tree.finished.reduce((sum, end) => sum + (end < 0 ? 0 : tree.copies.at(end)), 0);
  if (done >= options.enough) return [];
  return evenly(total, active.length).flatMap((count, index) =>
    count === 0 ? [] : [{ node: active[index] ?? 0, count, score }],
  );
}

function absorb(state: SearchState<BeamState>, results: readonly Result[], options: Full): void {
  const { tree, own } = state;
  if (own.looking.length > 0) {
    for (const { expansion, children } of results) {
      const scores = children.flatMap((child) => worth(child, options.aggregation) ?? []);
      if (scores.length > 0) own.ahead[expansion.node] = scores.reduce((a, b) => a + b, 0) / scores.length;
    }
    own.looking = [];
    select(state, [...own.kept, ...results.map(({ expansion }) => expansion.node)], options);
    return;
  }
  const candidates = distinct(results.flatMap(({ nodes }) => nodes));
  const settled = candidates.filter((node) => !growable(tree, node, options.maxSteps));
  const finished = own.kept.filter((node) => tree.terminal.at(node) === 1);
  own.looking = options.lookahead > 0 ? candidates.filter((node) => !settled.includes(node)) : [];
  if (own.looking.length > 0) own.kept = [...finished, ...settled];
  else select(state, [...finished, ...candidates], options);
}

/** Keeps the best `width` of the pool. */
function select({ tree, own }: SearchState<BeamState>, pool: readonly number[], { width, ...options }: Full): void {
  const competing = distinct(pool).filter((node) => options.finished === "compete" || tree.terminal.at(node) === 0);
  const score = (node: number) => own.ahead[node] ?? tree.score.at(node);
  const reward = rewards(tree, competing, score);
  const passing = competing.filter((_, index) => (reward[index] ?? 0) >= options.prune);
  own.kept = ranked(tree, passing, score).slice(0, width);
}
