import type { Expanded, ExpansionRequest, SearchState, TreeView, Walk } from "../../../src/core/search.ts";

export interface BeamSettings {
  /** Beams kept after each step. Infinity keeps all. */
  readonly width: number;
  /** Continuations per beam. */
  readonly branching: number;
  readonly maxSteps: number;
  /** Steps of greedy rollout whose end is what a candidate is ranked by. 0: by its own score. */
  readonly lookahead: number;
  /** Are rollouts that reach an end candidates? Default false. */
  readonly offerRollouts?: boolean;
  /**
   * "aside": a finished beam leaves the competition, and the others are refilled to width × branching continuations.
   * "compete": it keeps its place among the `width` until better ones push it out, and each unfinished beam gets
   * `branching`.
   */
  readonly finished: "aside" | "compete";
  /** "one": identical candidates are one beam; "each": they may take several places. Default "one". */
  readonly duplicates?: "one" | "each";
  /** Finished samples that end the search. Default: it ends when no beam is active. */
  readonly enough?: number;
}

export interface BeamState {
  /** Beams in the order in which they were drawn; with "each" one may stand here several times. */
  kept: number[];
  /** Candidates of this step, those that wait for their lookahead among them. */
  waiting: number[];
  /** Scores seen at the end of lookaheads, by node. */
  readonly ahead: Record<number, number>;
}

type Beams = SearchState<BeamState>;

/**
 * Beam search over steps: all beams grow by `branching` continuations, the best `width` survive, until none is active.
 * Ties: higher log-probability, then the one drawn later, as in search-and-learn.
 */
export function beamWalk(settings: BeamSettings): Walk<BeamState> {
  return {
    name: "beam",
    maxSteps: settings.maxSteps,
    begin: () => ({ kept: [0], waiting: [], ahead: {} }),
    plan: (state) =>
      state.own.waiting.length > 0 ? lookAhead(state.tree, state.own.waiting, settings) : grow(state, settings),
    absorb(state, round) {
      if (state.own.waiting.length > 0) noteAhead(round, state.own.ahead);
      else state.own.waiting = candidates(state, round, settings);
      const looked = settings.lookahead === 0 || round.some(({ expansion }) => expansion.kind === "rollout");
      if (looked || !state.own.waiting.some((node) => state.tree.growable(node))) keepBest(state, settings);
    },
  };
}

/** Greedy rollouts of those of these nodes that may grow. */
export function lookAhead(
  tree: TreeView,
  nodes: readonly number[],
  { lookahead, offerRollouts = false }: Pick<BeamSettings, "lookahead" | "offerRollouts">,
): ExpansionRequest[] {
  const growable = [...new Set(nodes)].filter((node) => tree.growable(node));
  const rollout = { kind: "rollout", count: 1, steps: lookahead, offer: offerRollouts, temperature: 0 } as const;
  return growable.map((node) => ({ node, ...rollout }));
}

/** Notes the scores at the ends of lookaheads, by node. */
export function noteAhead(round: readonly Expanded[], ahead: Record<number, number>): void {
  for (const { expansion, scores } of round) {
    const known = scores.flatMap((score) => score ?? []);
    if (known.length > 0) ahead[expansion.node] = known.reduce((a, b) => a + b, 0) / known.length;
  }
}

function grow({ tree, own }: Beams, settings: BeamSettings): ExpansionRequest[] {
  const { width, branching, finished, lookahead, enough = Number.POSITIVE_INFINITY } = settings;
  const active = own.kept.filter((node) => tree.growable(node));
  const done = [...new Set(tree.finished)].reduce((sum, end) => sum + (end < 0 ? 1 : tree.copies.at(end)), 0);
  if (active.length === 0 || done >= enough) return [];
  // Only ends are scored where the ends of lookaheads rank the rest.
  const score = lookahead > 0 ? "terminal" : true;
  const total = width * branching;
  if (finished === "compete" || !Number.isFinite(total)) {
    const atRoot = active[0] === 0 && Number.isFinite(total) ? total : branching;
    return active.map((node) => ({ node, count: atRoot, score }));
  }
  return evenly(total, active.length).map((count, index) => ({ node: active[index] ?? 0, count, score }));
}

/** `total` over `parts` as evenly as integers allow, the first ones taking the remainder: 10 over 4 is 3, 3, 2, 2. */
export function evenly(total: number, parts: number): number[] {
  const each = Math.floor(total / parts);
  return Array.from({ length: parts }, (_, index) => each + (index < total - each * parts ? 1 : 0));
}

/** Finished beams, and what the round brought: the first continuation of every beam, then the second of every beam … */
function candidates({ tree, own }: Beams, round: readonly Expanded[], { duplicates }: BeamSettings): number[] {
  const finished = own.kept.filter((node) => tree.terminal.at(node) === 1);
  const drawn = new Map(round.map(({ expansion, nodes }) => [expansion.node, [...nodes]]));
  const inTurn: number[] = [];
  const active = own.kept.filter((node) => drawn.has(node));
  while (active.some((node) => drawn.get(node)?.length)) {
    inTurn.push(...active.flatMap((node) => drawn.get(node)?.shift() ?? []));
  }
  return duplicates === "each" ? [...finished, ...inTurn] : [...new Set([...finished, ...inTurn])];
}

function keepBest({ tree, own }: Beams, { width, finished }: BeamSettings): void {
  const pool = own.waiting.filter((node) => finished === "compete" || tree.terminal.at(node) === 0);
  const rewards = tree.rewards(pool, (node) => own.ahead[node] ?? tree.score.at(node));
  const likelihood = (place: number) => Math.exp(tree.logprob.at(pool[place] ?? 0)) || 0;
  const better = (a: number, b: number) =>
    (rewards[b] ?? 0) - (rewards[a] ?? 0) || likelihood(b) - likelihood(a) || b - a;
  const places = new Set([...pool.keys()].sort(better).slice(0, width));
  own.kept = pool.filter((_, place) => places.has(place));
  own.waiting = [];
}
