import { z } from "zod";
import type { Expanded, SearchState, TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import {
  highestChild,
  type InFlight,
  inFlightOf,
  knownValue,
  packOwn,
  pathUp,
  Statistics,
  unpackOwn,
} from "./kit/mcts/statistics.ts";
import { searchCost, stepOptions, stepsOf, virtualNote, windowOption } from "./kit/options.ts";

const options = z.strictObject({
  simulations: z.int().min(1).default(128).describe("steps drawn at most"),
  branching: z.int().min(1).default(2).describe("continuations at a node's first expansion; later ones bring one each"),
  exploration: z.number().min(0).default(Math.SQRT2).describe("c, before it shrinks"),
  depthWeight: z.number().min(0).default(1).describe("κ, of the pull towards depth"),
  spreadWeight: z.number().min(0).default(1).describe("λ, of widening where children differ"),
  ...windowOption,
  textShare: z.number().gt(0).max(1).default(0.25).describe("share of the token budget that new text takes"),
  ...stepOptions,
});
type Options = z.output<typeof options>;

/**
 * Budget-guided MCTS (BG-MCTS, Miyamoto et al. 2026, arXiv:2602.09574; formulas of their repository).
 *
 * ```text
 *   mean over the child and all below it of (score + κ s depth / d*)  +  c (1 - s) P √(ln N / n)
 * ```
 */
export const budgetMcts = defineStrategy({
  name: "budget-mcts",
  summary: "tree search that turns from exploring to finishing as the budget is spent",
  paper: "Miyamoto et al. 2026, arXiv:2602.09574",
  family: "search",
  how:
    `Budget-guided MCTS (BG-MCTS, Miyamoto et al. 2026, arXiv:2602.09574; formulas of their repository). No rollouts: each iteration adds one node, or \`branching\` of them below a leaf, by its score. With s the share of the budget spent, a child's bound is

\`\`\`text
  mean over the child and all below it of (score + κ s depth / d*)  +  c (1 - s) P √(ln N / n)
\`\`\`

where d* is the mean depth of the answers (before there is one, the largest depth), P the softmax of the siblings' scores, n and N count the nodes of the subtrees (N is 1 for the root, as theirs). A node is given one more child instead of going on down when the mean of its children's scores + λ (1 - s) times their variance reaches the best bound: so one whose first children are equally poor is not widened.

The budget is the run's token limit when the search starts, of which \`textShare\` goes into new text (theirs counts text alone); the share of \`simulations\` drawn counts where that is larger.` +
    virtualNote,
  costNote: "at most `simulations` steps and as many scores.",
  departures: [
    "An answer is no step and is not gone on from, so selection leaves finished nodes out, and a node whose " +
      "children have all ended once it brings no new one (of 180 recorded trees with answers 41 are the same; the " +
      "best answer found has score 0.904, with theirs 0.905).",
    "Equal steps are one node of as many visits.",
    "A step without a score counts its likelihood, else the mean of its siblings, then 0.5.",
    "The answers vote, weighted by values.",
  ],
  rewards: {
    outcome: "values finished trajectories; without a process verifier it values prefixes too",
    process: "values every step",
    none: "steps are valued by the policy's likelihood; the answers vote",
  },
  options,
  candidates: (run, given) =>
    run.walk({
      walk: budgetWalk(given, given.textShare * run.budget.remaining().tokens),
      ...stepsOf(given),
    }),
  select: () => weightedByValue(),
  cost: ({ simulations, branching, actions }) => searchCost({ steps: simulations + branching - 1, actions }),
});

export interface BudgetState {
  /** `visits` counts the nodes of a subtree, `sum` adds up their scores, `depths` their depths. */
  readonly statistics: Statistics;
  drawn: number;
  /** Nodes of the tree after the last expansion. */
  size: number;
  answers: number;
  /** Sum of the depths of the answers; before there are any, the largest depth. */
  depths: number;
}
type State = SearchState<BudgetState>;

/** `tokens` of new text count as the whole budget. */
export function budgetWalk(given: Options, tokens: number) {
  return {
    name: "budget-mcts",
    maxSteps: given.maxSteps,
    pipelined: true,
    aggregation: "last",
    begin: () => ({ statistics: new Statistics(), drawn: 0, size: 1, answers: 0, depths: 0 }),
    plan(state) {
      const { tree, own } = state;
      const drawn = own.drawn + state.inFlight.reduce((sum, { count }) => sum + count, 0);
      const flight = inFlightOf(state, own.statistics.closed);
      const over = drawn >= given.simulations || tree.spent >= tokens || own.statistics.closed.at(0) === 1;
      if (over || flight.full(0)) return [];
      const spent = Math.min(1, Math.max(tree.spent / tokens, drawn / given.simulations));
      const node = select(state, given, spent, flight);
      return [{ node, count: tree.children.at(node) === 0 ? given.branching : 1 }];
    },
    absorb(state, round) {
      for (const expanded of round) finishExpansion(state, expanded);
    },
    statistics: ({ own: { statistics } }, node) => {
      const visits = statistics.visits.at(node);
      return { visits, value: visits > 0 ? statistics.sum.at(node) / visits : null };
    },
    pack: packOwn<BudgetState>,
    unpack: unpackOwn<BudgetState>,
  } satisfies Walk<BudgetState>;
}

/** Where the next node goes: down by the best bound until a leaf, or until a new child looks better. */
function select(
  state: State,
  { exploration, depthWeight, spreadWeight }: Options,
  spent: number,
  flight: InFlight,
): number {
  const { tree, own } = state;
  const { closed, visits, sum, depths } = own.statistics;
  const usual = own.answers > 0 ? own.depths / own.answers : own.depths;
  let node = 0;
  while (tree.children.at(node) > 0) {
    const children = [...tree.childrenOf(node)];
    const scores = new Map(scoresOf(tree, children).map((score, i) => [children[i], score]));
    const sampled = children.flatMap((child) => new Array<number>(tree.copies.at(child)).fill(scores.get(child) ?? 0));
    const total = sampled.reduce((sum, score) => sum + Math.exp(score), 0);
    const prior = (child: number) => (sampled.length === 1 ? 1 : Math.exp(scores.get(child) ?? 0) / total);
    const above = node === 0 ? 1 : visits.at(node) + flight.visits(node);
    const bound = (child: number) => {
      const count = visits.at(child) + flight.visits(child);
      const exploited = (sum.at(child) + depthWeight * spent * (depths.at(child) / Math.max(1, usual))) / count;
      return exploited + exploration * (1 - spent) * prior(child) * Math.sqrt(Math.log(above) / count);
    };
    const best = highestChild(tree, node, bound, (child) => closed.at(child) === 0 && !flight.full(child));
    if (best < 0 || meanPlusSpread(sampled, spreadWeight * (1 - spent)) >= bound(best)) return node;
    node = best;
  }
  return node;
}

/** What a new child promises: the mean of the siblings' scores and so much of their variance. */
function meanPlusSpread(scores: readonly number[], weight: number): number {
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
  return mean + (weight * scores.reduce((a, b) => a + (b - mean) ** 2, 0)) / scores.length;
}

/** A score for each of these siblings: its own, its answer's agreement, its likelihood, at last their mean. */
function scoresOf(tree: TreeView, children: readonly number[]): number[] {
  const scores = children.map((child) => knownValue(tree, child) ?? tree.promise(child));
  const known = scores.filter((score) => score !== null);
  const mean = known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : 0.5;
  return scores.map((score) => score ?? mean);
}

function finishExpansion({ tree, own }: State, { expansion: { node, count }, nodes }: Expanded): void {
  const { statistics } = own;
  const before = own.size;
  own.size = tree.size;
  own.drawn += count;
  const scores = scoresOf(tree, nodes);
  for (const [i, child] of nodes.entries()) {
    const ended = !tree.growable(child);
    const depth = tree.depth.at(child);
    for (const at of pathUp(tree, child)) {
      statistics.visits.add(at, 1);
      statistics.sum.add(at, scores[i] ?? 0.5);
      // An answer is at depth 0 of the bonus.
      statistics.depths.add(at, ended ? 0 : depth);
    }
    if (ended) {
      statistics.closed.set(child, 1);
      own.depths = own.answers === 0 ? depth : own.depths + depth;
      own.answers++;
    } else if (own.answers === 0) own.depths = Math.max(own.depths, depth);
  }
  // Where all children have ended and no new one came, none is looked for again.
  const open = [...tree.childrenOf(node)].some((child) => statistics.closed.at(child) === 0);
  if (!open && tree.size === before) statistics.closed.set(node, 1);
}
