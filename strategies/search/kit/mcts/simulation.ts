import type { Random } from "../../../../src/core/random.ts";
import type { Search } from "../../../../src/core/search.ts";
import { distinct, worth } from "../../../../src/search/rewards.ts";
import { growable, type Result, rounds, type Wish } from "../../../../src/search/rounds.ts";
import { backUp, close, worthOf } from "./mcts-backup.ts";
import { type MctsOptions, type MctsSettings, settle } from "./mcts-options.ts";
import {
  allowance,
  bestChild,
  type Compass,
  compass,
  type Mcts,
  promiseOf,
  valueAt,
  wantsWider,
} from "./mcts-select.ts";
import { type MctsState, newMctsState, packMcts, unpackMcts } from "./statistics.ts";

/**
 * Monte-Carlo tree search over steps. A simulation:
 *
 * ```text
 *   select     follow the highest bound from the root to a node without children, or one that is due for widening
 *   expand     ask for its continuations
 *   evaluate   one of the new children: by its score, by completing it, by both, or by growing on to an end
 *   back up    the value to every node of the path
 * ```
 *
 * Visits therefore add up: a node's are its children's plus the simulations that ended at itself, the root's are all of them. Of the new
 * children the unvisited one of highest score or likelihood is evaluated (ties: the older node). A node whose expansion brought
 * nothing is evaluated itself and closed. A simulation that ends at a finished node costs no calls.
 *
 * Defaults are UCT with c = √2 (Kocsis and Szepesvári 2006). AlphaMath (Chen et al. 2024, arXiv:2405.03553) is `selection: "puct", evaluation:
 * "value", branching: 5, maxSteps: 8, simulations: 40`. rStar (Qi et al. 2024, arXiv:2408.06195) is `evaluation: "descend"` without a process
 * verifier: an end is worth its share of the vote. rStar-Math (Guan et al. 2025, arXiv:2501.04519) is `evaluation: "descend", c: 2`.
 * ReST-MCTS* (Zhang et al. 2024, arXiv:2406.03816) is `evaluation: "blend", c: 0.7 √2, branching: 3, rolloutSteps: 3, stopAt: 0.9`.
 * BG-MCTS (Miyamoto et al. 2026, arXiv:2602.09574) is `schedule: "budget", selection: "puct", branching: 2, widening: {}`; departures: PUCT's bonus
 * keeps √N / (1 + n) where theirs is √(ln N / n), priors are not a softmax of scores, and the depth bonus averages over ends.
 *
 * Leaves of one round see neither each other's outcome nor each other's node; virtual loss also keeps them in different subtrees.
 */
export function mcts(options: MctsOptions = {}): Search<Mcts> {
  const settings = settle(options);
  return rounds<MctsState>({
    name: "mcts",
    maxSteps: settings.maxSteps,
    aggregation: settings.aggregation,
    begin: newMctsState,
    plan: (state, random) => (state.own.pending.length > 0 ? goOn(state, settings) : choose(state, settings, random)),
    absorb: (state, results) => absorb(state, results, settings),
    value: (state, node) =>
      state.own.statistics.visits.at(node) > 0 ? valueAt(state, node, settings) : state.tree.scoreOf(node),
    statistics: (state, node) => {
      const visits = state.own.statistics.visits.at(node);
      return { visits, value: visits > 0 ? valueAt(state, node, settings) : null };
    },
    pack: packMcts,
    unpack: unpackMcts,
  });
}

/** The second half of simulations that one expansion does not settle. */
function goOn({ own }: Mcts, settings: MctsSettings): Wish[] {
  if (settings.evaluation === "descend") return own.pending.map((node) => ({ node, count: settings.branching }));
  const { rollouts: count, rolloutSteps: steps, rolloutTemperature } = settings;
  const temperature = rolloutTemperature === "policy" ? {} : { temperature: rolloutTemperature };
  return own.pending.map((node) => ({ node, kind: "rollout", count, steps, ...temperature }));
}

/** Chooses the leaves of a round, backing up at once the simulations that need no calls. */
function choose(state: Mcts, settings: MctsSettings, random: Random): Wish[] {
  const { tree, own } = state;
  if (own.bestAnswer >= settings.stopAt) return [];
  const way = compass(state, settings, rootNoise(state, settings, random));
  const taken = new Taken();
  const wishes: Wish[] = [];
  while (own.simulations + wishes.length < settings.simulations && wishes.length < settings.leaves) {
    const leaf = descend(state, way, taken);
    if (leaf === null) break;
    if (!growable(tree, leaf, settings.maxSteps)) {
      backUp(state, leaf, worthOf(state, leaf, settings), settings);
      continue;
    }
    const asked = own.statistics.asked.at(leaf);
    wishes.push({ node: leaf, count: Math.max(1, allowance(state, leaf, way) - asked) });
    taken.growing.add(leaf);
    for (let node = leaf; node >= 0; node = tree.parent.at(node))
      own.statistics.virtual.add(node, settings.virtualLoss);
  }
  for (const { node: leaf } of wishes) {
    for (let node = leaf; node >= 0; node = tree.parent.at(node)) own.statistics.virtual.set(node, 0);
  }
  return wishes;
}

/** What a round has laid hands on. */
class Taken {
  /** Nodes that are being expanded. */
  readonly growing = new Set<number>();
  /** Nodes with nothing left to choose below them in this round. */
  readonly full = new Set<number>();
}

/** The node at which the next simulation expands or ends; null when nothing is left to choose in this round. */
function descend(state: Mcts, way: Compass, taken: Taken): number | null {
  const { tree, own } = state;
  if (own.statistics.closed.at(0) === 1) return null;
  const blocked = (node: number) =>
    taken.full.has(node) || (taken.growing.size > 0 && taken.growing.has(node) && tree.children.at(node) === 0);
  for (let node = 0; !blocked(node); ) {
    if (!growable(tree, node, way.settings.maxSteps) || tree.children.at(node) === 0) return node;
    const best = bestChild(state, node, way, blocked);
    if (!taken.growing.has(node) && (best < 0 ? mayWiden(state, node, way) : wantsWider(state, node, best, way)))
      return node;
    if (best >= 0) {
      node = best;
      continue;
    }
    if (node === 0) return null;
    taken.full.add(node);
    node = 0;
  }
  return null;
}

/** Every child is closed or taken: may the node have more? */
const mayWiden = ({ own }: Mcts, node: number, { settings }: Compass): boolean =>
  settings.widening !== null && own.statistics.asked.at(node) < settings.widening.most;

/** Dirichlet noise over the root's children: their gamma draws, normalised. */
function rootNoise(
  { tree, own }: Mcts,
  { noise, selection }: MctsSettings,
  random: Random,
): Map<number, number> | null {
  if (noise === null || selection !== "puct") return null;
  const draws = [...tree.childrenOf(0)].map((child) => {
    const draw = own.noise[child] ?? random.fork("noise", child).gamma(noise.alpha);
    own.noise[child] = draw;
    return [child, draw] as const;
  });
  const total = draws.reduce((sum, [, draw]) => sum + draw, 0);
  return new Map(draws.map(([child, draw]) => [child, total > 0 ? draw / total : 1 / draws.length]));
}

function absorb(state: Mcts, results: readonly Result[], settings: MctsSettings): void {
  state.own.pending = [];
  for (const result of results) {
    if (result.expansion.kind === "rollout") finishRollout(state, result, settings);
    else finishExpansion(state, result, settings);
  }
}

function noteScore({ own }: Mcts, score: number | null): void {
  own.bestAnswer = Math.max(own.bestAnswer, score ?? -1);
}

function finishRollout(state: Mcts, { expansion, children }: Result, settings: MctsSettings): void {
  const { tree } = state;
  const worths = children.flatMap((child) => {
    const judged = worth(child, settings.aggregation);
    if (child.trajectory.terminal) noteScore(state, judged);
    return judged ?? tree.agreement(child.answer) ?? [];
  });
  const own = worthOf(state, expansion.node, settings);
  const mean = worths.length === 0 ? own : worths.reduce((a, b) => a + b, 0) / worths.length;
  const share = settings.evaluation === "blend" ? settings.mix : 1;
  backUp(state, expansion.node, (1 - share) * own + share * mean, settings);
}

function finishExpansion(state: Mcts, { expansion, nodes }: Result, settings: MctsSettings): void {
  const { tree, own } = state;
  const { node } = expansion;
  own.statistics.asked.add(node, expansion.count);
  if (tree.children.at(node) === 0) {
    backUp(state, node, worthOf(state, node, settings), settings);
    close(state, node, settings);
    return;
  }
  for (const made of nodes) if (tree.terminal.at(made) === 1) noteScore(state, tree.scoreOf(made));
  if (settings.selection === "puct") setPriors(state, node, settings);
  evaluate(state, newest(state, node, nodes), settings);
}

function evaluate(state: Mcts, child: number, settings: MctsSettings): void {
  const { tree, own } = state;
  const scored = settings.evaluation === "prm" || settings.evaluation === "value";
  const visits = own.statistics.visits.at(child);
  if (scored || !growable(tree, child, settings.maxSteps))
    backUp(state, child, worthOf(state, child, settings), settings);
  else if (visits > 0) backUp(state, child, valueAt(state, child, settings), settings);
  else if (own.pending.includes(child)) backUp(state, child, valueAt(state, tree.parent.at(child), settings), settings);
  else own.pending.push(child);
}

/** The child that a simulation ends at: unvisited ones before others, open before closed, then by promise, then the older. */
function newest({ tree, own }: Mcts, node: number, nodes: readonly number[]): number {
  const { visits, closed } = own.statistics;
  const pool = nodes.length > 0 ? distinct(nodes) : [...tree.childrenOf(node)];
  const rank = (child: number) =>
    (visits.at(child) === 0 ? 4 : 0) + (closed.at(child) === 0 ? 2 : 0) + (promiseOf(tree, child) ?? 0);
  return pool.reduce((best, child) => (rank(child) > rank(best) ? child : best));
}

/**
 * Priors of all children, anew at each widening. Scores are normalised over the siblings; likelihoods are not (as in AlphaMath), so that
 * they may all be high. A child of whom nothing is told counts as the mean of its siblings, and where nothing is told of any they are equal.
 */
function setPriors({ tree, own }: Mcts, parent: number, { prior }: MctsSettings): void {
  const children = [...tree.childrenOf(parent)];
  const told = children.map((child) =>
    prior === "uniform" ? 1 : prior === "score" ? tree.score.at(child) : Math.exp(tree.logprob.at(child)),
  );
  const known = told.filter((value) => !Number.isNaN(value));
  const sum = known.reduce((a, b) => a + b, 0);
  const mean = known.length === 0 || sum === 0 ? 1 : sum / known.length;
  const total = prior === "likelihood" ? 1 : mean * children.length;
  for (const [index, child] of children.entries()) {
    const value = told[index] ?? Number.NaN;
    own.statistics.prior.set(child, (Number.isNaN(value) || sum === 0 ? mean : value) / total);
  }
}
