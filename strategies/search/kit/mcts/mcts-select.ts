import type { SearchState } from "../../../../src/search/rounds.ts";
import type { Tree } from "../../../../src/search/tree.ts";
import type { MctsSettings } from "./mcts-options.ts";
import type { MctsState } from "./statistics.ts";
import { growingC, puct, uct } from "./ucb.ts";

export type Mcts = SearchState<MctsState>;

/** Share of the budget that is spent, in [0, 1]. */
export function spentShare({ tree, own }: Mcts, { simulations, tokens }: MctsSettings): number {
  return Math.min(1, Math.max(own.simulations / simulations, tree.spent / tokens));
}

/** What a path is chosen by, computed once for a round. */
export interface Compass {
  readonly settings: MctsSettings;
  /** Factor on the exploration constant. */
  readonly exploration: number;
  /** BG-MCTS: value of one step of depth. 0 where the budget does not guide. */
  readonly perDepth: number;
  /** BG-MCTS: weight of the spread of children's scores in the widening arm; null where widening is by count. */
  readonly spread: number | null;
  /** Root noise by child, normalised; null without. */
  readonly noise: ReadonlyMap<number, number> | null;
}

export function compass(state: Mcts, settings: MctsSettings, noise: ReadonlyMap<number, number> | null): Compass {
  const spent = settings.schedule === "constant" ? 0 : spentShare(state, settings);
  const exploration = { constant: 1, linear: 1 - 0.9 * spent, exponential: 0.1 ** spent, budget: 1 - spent };
  const guided = settings.schedule === "budget";
  return {
    settings,
    exploration: exploration[settings.schedule],
    perDepth: guided ? (settings.depthWeight * spent) / usualDepth(state) : 0,
    spread: guided ? settings.spreadWeight * (1 - spent) : null,
    noise,
  };
}

/** Mean depth of the finished trajectories; before there are any, of the deepest node. At least 1. */
function usualDepth({ tree, own }: Mcts): number {
  if (own.answers > 0) return Math.max(1, own.answerDepths / own.answers);
  let deepest = 1;
  for (let node = tree.size - 1; node >= 0 && node >= tree.size - 64; node--) {
    deepest = Math.max(deepest, tree.depth.at(node));
  }
  return deepest;
}

/** A node's value for its ancestors and for selection, without virtual visits; 0 when it was never visited. */
export function valueAt({ own }: Mcts, node: number, { backup }: MctsSettings): number {
  const { visits, sum, best } = own.statistics;
  const count = visits.at(node);
  if (count === 0) return 0;
  return backup === "max" ? best.at(node) : sum.at(node) / count;
}

/** What a node is worth by itself, before anything below it was seen; null when nothing says. */
export function promiseOf(tree: Tree, node: number): number | null {
  const score = tree.score.at(node);
  const likelihood = Number.isNaN(score) ? Math.exp(tree.logprob.at(node)) : score;
  return Number.isNaN(likelihood) ? null : likelihood;
}

/**
 * The child to follow, -1 when every one is closed or blocked. Ties (all unvisited children under "first" are ties) go to the higher
 * score or likelihood, then to the older node.
 */
export function bestChild(state: Mcts, parent: number, way: Compass, blocked: (child: number) => boolean): number {
  const { tree, own } = state;
  const { closed } = own.statistics;
  let best = -1;
  let highest = Number.NEGATIVE_INFINITY;
  let promise = Number.NEGATIVE_INFINITY;
  for (let child = tree.firstChild.at(parent); child >= 0; child = tree.nextSibling.at(child)) {
    if (closed.at(child) === 1 || blocked(child)) continue;
    const bound = boundOf(state, parent, child, way);
    if (bound < highest) continue;
    const tie = promiseOf(tree, child) ?? 0;
    if (bound === highest && tie <= promise) continue;
    [best, highest, promise] = [child, bound, tie];
  }
  return best;
}

/** Upper confidence bound of a child, virtual visits (each of value 0) included. */
export function boundOf(state: Mcts, parent: number, child: number, way: Compass): number {
  const { settings, exploration } = way;
  const { visits, virtual, prior } = state.own.statistics;
  const real = visits.at(child);
  const seen = real + virtual.at(child);
  if (seen === 0 && settings.firstPlay === "first") return Number.POSITIVE_INFINITY;
  const above = visits.at(parent) + virtual.at(parent);
  const virtually = virtual.at(child) === 0 ? 1 : Math.max(1, real) / (Math.max(1, real) + virtual.at(child));
  const value = virtually * exploited(state, parent, child, way);
  const c = exploration * (settings.c === "growing" ? growingC(above) : settings.c);
  if (settings.selection === "uct") return uct(value, above, Math.max(1, seen), c);
  const mixed = way.noise !== null && parent === 0 && settings.noise !== null ? settings.noise.share : 0;
  const share = (1 - mixed) * prior.at(child) + mixed * (way.noise?.get(child) ?? 0);
  return puct(value, share, above, seen, c);
}

function exploited(state: Mcts, parent: number, child: number, { settings, perDepth }: Compass): number {
  const { visits, depths } = state.own.statistics;
  const count = visits.at(child);
  if (count > 0) return valueAt(state, child, settings) + perDepth * (depths.at(child) / count);
  const bonus = perDepth * state.tree.depth.at(child);
  if (typeof settings.firstPlay === "number") return settings.firstPlay + bonus;
  const own = settings.firstPlay === "score" ? promiseOf(state.tree, child) : null;
  return (own ?? valueAt(state, parent, settings)) + bonus;
}

/** How many continuations a node may have asked for by now. */
export function allowance({ own }: Mcts, node: number, { settings }: Compass): number {
  const first = node === 0 ? settings.rootBranching : settings.branching;
  if (settings.widening === null) return first;
  const { k, alpha, most } = settings.widening;
  return Math.min(Math.max(most, first), Math.max(first, Math.floor(k * own.statistics.visits.at(node) ** alpha)));
}

/**
 * Is it time to widen an expanded node? By count; or, guided by the budget, when the mean of the children's scores plus the
 * weighted variance reaches the best child's bound (BG-MCTS' generating arm), up to `widening.most`.
 */
export function wantsWider(state: Mcts, node: number, best: number, way: Compass): boolean {
  const { tree, own } = state;
  const asked = own.statistics.asked.at(node);
  if (way.spread === null || way.settings.widening === null) return asked < allowance(state, node, way);
  if (asked >= way.settings.widening.most) return false;
  let [count, sum, squares] = [0, 0, 0];
  for (const child of tree.childrenOf(node)) {
    const score = promiseOf(tree, child) ?? 0;
    [count, sum, squares] = [count + 1, sum + score, squares + score * score];
  }
  const mean = sum / Math.max(1, count);
  const arm = mean + way.spread * Math.max(0, squares / Math.max(1, count) - mean * mean);
  return best < 0 || arm >= boundOf(state, node, best, way);
}
