import { Random } from "../../src/core/random.ts";
import type { Child, Expansion } from "../../src/core/search.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { completions, type MctsGiven, mcts } from "./searches.ts";

/** A tree of known values: at every node the children are ranked 0 to 3, and each rank lost costs `gap` at the leaf. */
export interface Synthetic {
  readonly depth: number;
  readonly branching: number;
  readonly gap: number;
  /** Standard deviation of a leaf's score around its true mean. */
  readonly noise: number;
}

export const synthetic: Synthetic = { depth: 8, branching: 4, gap: 0.04, noise: 0.2 };

/**
 * Which rank has child `index` of the node with this text? A permutation of its own at every node. The true value of
 * the root's child of rank r is 1 - gap · r, reached by taking rank 0 below it, and the regret of picking it gap · r.
 */
export function rankOf(tree: Synthetic, seed: number, text: string, index: number): number {
  const ranks = Array.from({ length: tree.branching }, (_, rank) => rank);
  return new Random(`${seed}/${text}`).shuffle(ranks)[index] ?? 0;
}

function step(tree: Synthetic, seed: number, from: Trajectory, lost: number, index: number): [Child, number] {
  const text = from.text;
  const below = lost + rankOf(tree, seed, text, index);
  const terminal = from.depth + 1 === tree.depth;
  const trajectory = from.extend({ text: String(index) }, terminal);
  const noise = terminal ? tree.noise * new Random(`${seed}/leaf/${trajectory.text}`).normal() : 0;
  const score = terminal ? Math.min(1, Math.max(0, 1 - tree.gap * below + noise)) : null;
  return [{ trajectory, score, stepScores: [], logprob: null, tokens: 1, answer: null }, below];
}

const lostBy = (tree: Synthetic, seed: number, text: string): number =>
  [...text].reduce((lost, index, at) => lost + rankOf(tree, seed, text.slice(0, at), Number(index)), 0);

function perform(tree: Synthetic, seed: number, expansion: Expansion): Child[] {
  const { trajectory, kind, count, id } = expansion;
  const lost = lostBy(tree, seed, trajectory.text);
  if (kind === "expand") {
    return Array.from(
      { length: Math.min(count, tree.branching) },
      (_, index) => step(tree, seed, trajectory, lost, index)[0],
    );
  }
  const random = new Random(`${seed}/rollout/${id}`);
  let [at, sum]: [Child, number] = step(tree, seed, trajectory, lost, random.integer(tree.branching));
  while (!at.trajectory.terminal) [at, sum] = step(tree, seed, at.trajectory, sum, random.integer(tree.branching));
  return [at];
}

/**
 * Regret at the root, by most visited child, after each of these numbers of simulations: one tree, re-used as the
 * number is raised.
 */
export function regrets(options: MctsGiven, simulations: readonly number[], seed: number, tree = synthetic): number[] {
  const evaluation = completions(undefined);
  const base: MctsGiven = { maxSteps: tree.depth, branching: tree.branching, evaluation, ...options };
  const state = mcts(base).start(Trajectory.root());
  return simulations.map((limit) => {
    const search = mcts({ ...base, simulations: limit });
    for (;;) {
      const batch = search.ask(state, 64, new Random(seed));
      if (batch.length === 0) break;
      for (const expansion of batch) search.tell(state, expansion, { children: perform(tree, seed, expansion) });
    }
    const picked = search.nodes(state)[bestFirstStep(search, state) ?? 0];
    return tree.gap * rankOf(tree, seed, "", Number(picked?.text ?? 0));
  });
}

type Machine = ReturnType<typeof mcts>;

/** The most visited child of the root (ties: the higher value, then the older), null when it was never expanded. */
export function bestFirstStep(search: Machine, state: ReturnType<Machine["start"]>): number | null {
  let best: { readonly child: number; readonly visits: number; readonly value: number } | null = null;
  for (const child of state.tree.childrenOf(0)) {
    const { visits, value } = search.statistics(state, child);
    const known = value ?? Number.NEGATIVE_INFINITY;
    const better = best === null || visits > best.visits || (visits === best.visits && known > best.value);
    if (better) best = { child, visits, value: known };
  }
  return best?.child ?? null;
}
