import type { Expanded, ExpansionRequest, SearchState, Walk } from "../../../src/core/search.ts";

export interface BeamSettings {
  /** Beams kept after each step. Infinity keeps all. */
  readonly width: number;
  /** Continuations per beam. */
  readonly branching: number;
  readonly maxSteps: number;
  /** Steps of greedy rollout whose end is what a candidate is ranked by. 0: by its own score. */
  readonly lookahead: number;
  /**
   * "aside": a finished beam leaves the competition, the others are refilled to width × branching continuations, and
   * the search stops when so many samples have finished. "compete": it keeps its place among the `width` until better
   * ones push it out, and each unfinished beam gets `branching`.
   */
  readonly finished: "aside" | "compete";
}

export interface BeamState {
  kept: number[];
  /** Candidates that wait for their lookahead. */
  looking: number[];
  /** Scores seen at the end of lookaheads, by node. */
  readonly ahead: Record<number, number>;
}

type Beams = SearchState<BeamState>;

/**
 * Beam search over steps: all beams grow by `branching` continuations, the best `width` survive. Identical candidates
 * are one, so a beam never holds the same text twice. Ties: higher log-probability, then the older node.
 */
export function beamWalk(settings: BeamSettings): Walk<BeamState> {
  const { maxSteps, lookahead } = settings;
  return {
    name: "beam",
    maxSteps,
    begin: () => ({ kept: [0], looking: [], ahead: {} }),
    plan(state) {
      const { looking } = state.own;
      if (looking.length === 0) return grow(state, settings);
      return looking.map((node) => ({ node, kind: "rollout", count: 1, steps: lookahead, temperature: 0 }));
    },
    absorb: (state, round) =>
      state.own.looking.length > 0 ? lookedAhead(state, round, settings) : grown(state, round, settings),
  };
}

function grow({ tree, own }: Beams, { width, branching, finished, lookahead }: BeamSettings): ExpansionRequest[] {
  const active = own.kept.filter((node) => tree.growable(node));
  if (active.length === 0) return [];
  // Only ends are scored where the ends of lookaheads rank the rest.
  const score = lookahead > 0 ? "terminal" : true;
  const total = width * branching;
  if (finished === "compete" || !Number.isFinite(total)) {
    const atRoot = active[0] === 0 && Number.isFinite(total) ? total : branching;
    return active.map((node) => ({ node, count: atRoot, score }));
  }
  const done = tree.finished.reduce((sum, end) => sum + (end < 0 ? 0 : tree.copies.at(end)), 0);
  if (done >= total) return [];
  return evenly(total, active.length).map((count, index) => ({ node: active[index] ?? 0, count, score }));
}

/** `total` over `parts` as evenly as integers allow, the first ones taking the remainder: 10 over 4 is 3, 3, 2, 2. */
export function evenly(total: number, parts: number): number[] {
  const each = Math.floor(total / parts);
  return Array.from({ length: parts }, (_, index) => each + (index < total - each * parts ? 1 : 0));
}

/** New candidates: with a lookahead those that may grow wait for it, without one the best survive at once. */
function grown(state: Beams, round: readonly Expanded[], settings: BeamSettings): void {
  const { tree, own } = state;
  const candidates = [...new Set(round.flatMap(({ nodes }) => nodes))];
  const finished = own.kept.filter((node) => tree.terminal.at(node) === 1);
  own.looking = settings.lookahead > 0 ? candidates.filter((node) => tree.growable(node)) : [];
  if (own.looking.length === 0) keepBest(state, [...finished, ...candidates], settings);
  else own.kept = [...finished, ...candidates.filter((node) => !tree.growable(node))];
}

function lookedAhead(state: Beams, round: readonly Expanded[], settings: BeamSettings): void {
  const { own } = state;
  for (const { expansion, scores } of round) {
    const known = scores.flatMap((score) => score ?? []);
    if (known.length > 0) own.ahead[expansion.node] = known.reduce((a, b) => a + b, 0) / known.length;
  }
  own.looking = [];
  keepBest(state, [...own.kept, ...round.map(({ expansion }) => expansion.node)], settings);
}

function keepBest({ tree, own }: Beams, pool: readonly number[], { width, finished }: BeamSettings): void {
  const competing = [...new Set(pool)].filter((node) => finished === "compete" || tree.terminal.at(node) === 0);
  own.kept = tree.ranked(competing, (node) => own.ahead[node] ?? tree.score.at(node)).slice(0, width);
}
