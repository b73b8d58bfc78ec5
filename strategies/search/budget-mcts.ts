import { z } from "zod";
import type { TreeView } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import type { Evaluation, Guidance } from "./kit/mcts/rules.ts";
import { mctsWalk, plainUct } from "./kit/mcts/simulation.ts";
import type { Mcts } from "./kit/mcts/statistics.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

const options = z.strictObject({
  simulations: z.int().min(1).default(64).describe("leaves valued at most"),
  branching: z.int().min(1).default(2).describe("continuations at an expansion"),
  widest: z.int().min(1).default(8).describe("continuations of one node at most"),
  evaluation: z.enum(["prm", "value", "rollout", "descend"]).default("descend").describe("how a leaf is valued"),
  depthWeight: z.number().min(0).default(1).describe("of the pull towards depth"),
  textShare: z.number().gt(0).max(1).default(0.25).describe("share of the token budget that new text takes"),
  spreadWeight: z.number().min(0).default(1).describe("of widening where children differ"),
  ...stepOptions,
});
type Options = z.output<typeof options>;

/**
 * Budget-guided MCTS (BG-MCTS, Miyamoto et al. 2026, arXiv:2602.09574). What it changes of MCTS: with the share s of
 * the budget that is spent, exploration shrinks (PUCT with c (1 - s)), the pull towards depth grows (a bonus of s for
 * the usual depth of a solution), and a node is widened where its children differ (the mean of their scores plus 1 - s
 * times their variance reaches the best bound). The budget is the run's token limit when the search starts, of which
 * `textShare` goes into new text and the rest into prompts and verifiers; the share of simulations done counts where
 * that is larger.
 *
 * Departures: PUCT's bonus keeps √N / (1 + n) where theirs is √(ln N / n), priors are likelihoods and not a softmax of
 * scores, and the depth bonus averages over ends.
 *
 * Cost: at most `simulations · max(branching, widest)` steps and as many scores.
 */
export const budgetMcts = defineStrategy({
  name: "budget-mcts",
  summary: "tree search that turns from exploring to finishing as the budget is spent",
  paper: "Miyamoto et al. 2026, arXiv:2602.09574",
  family: "search",
  how:
    "Budget-guided MCTS: exploration and widening shrink, and the pull towards finished solutions grows, as the token " +
    "budget is spent (BG-MCTS, Miyamoto et al. 2026, arXiv:2602.09574). The budget is the run's token limit when the " +
    "search starts, of which `textShare` goes into new text and the rest into prompts and verifiers; the share of " +
    "simulations done counts where that is larger.",
  costNote:
    "at most `simulations · max(branching, widest)` steps and as many scores. Departures are in the docstring of the " +
    "walk (strategies/search/kit/mcts/mcts.ts).",
  departures: [],
  rewards: {
    outcome: "values finished trajectories; without a process verifier it values prefixes too",
    process: "values leaves by their step scores",
    none: "leaves are valued by the policy's likelihood, finished answers by how many others agree",
  },
  options,
  candidates: (run, given) =>
    run.walk({ walk: budgetWalk(given, given.textShare * run.budget.remaining().tokens), ...stepsOf(given) }),
  select: () => weightedByValue(),
  cost: ({ simulations, branching, widest, evaluation, maxSteps, actions }) =>
    searchCost({
      steps: simulations * Math.max(branching, widest) * (evaluation === "descend" ? maxSteps : 1),
      completions: evaluation === "rollout" ? simulations : 0,
      actions,
    }),
});

/** `tokens` of new text count as the whole budget. */
export function budgetWalk(given: Options, tokens: number) {
  const walk = mctsWalk({
    ...plainUct,
    ...given,
    selection: "puct",
    firstPlay: "score",
    branching: () => given.branching,
    guide: (state) => guided(state, given, tokens),
    evaluation: evaluations[given.evaluation],
  });
  return { ...walk, aggregation: given.evaluation === "value" ? ("last" as const) : undefined };
}

const evaluations: Readonly<Record<Options["evaluation"], Evaluation>> = {
  prm: { by: "score" },
  value: { by: "score" },
  rollout: { by: "rollout", count: 1, steps: Number.POSITIVE_INFINITY, temperature: 0, value: (_, ahead) => ahead },
  descend: { by: "descent" },
};

/**
 * With s spent: c = 1.25 (1 - s), and a bonus of depthWeight · s for the usual depth of a solution, less for what ends
 * before it.
 */
function guided(state: Mcts, { simulations, depthWeight, spreadWeight }: Options, tokens: number): Guidance {
  const { tree, own } = state;
  const spent = Math.min(1, Math.max(own.simulations / simulations, tree.spent / tokens));
  return {
    c: (1 - spent) * 1.25,
    perDepth: (depthWeight * spent) / usualDepth(state),
    widens: (node, bound) => generatingArm(tree, node, spreadWeight * (1 - spent)) >= bound,
  };
}

/** Mean depth of the finished trajectories; before there are any, of the deepest of the newest nodes. At least 1. */
function usualDepth({ tree, own }: Mcts): number {
  if (own.finished > 0) return Math.max(1, own.finishedDepths / own.finished);
  let deepest = 1;
  for (let node = tree.size - 1; node >= 0 && node >= tree.size - 64; node--) {
    deepest = Math.max(deepest, tree.depth.at(node));
  }
  return deepest;
}

/**
 * The generating arm, which competes with the best child's bound: mean of the children's scores + weight · their
 * variance.
 */
function generatingArm(tree: TreeView, node: number, weight: number): number {
  let [count, sum, squares] = [0, 0, 0];
  for (const child of tree.childrenOf(node)) {
    const score = tree.promise(child) ?? 0;
    [count, sum, squares] = [count + 1, sum + score, squares + score * score];
  }
  const mean = sum / Math.max(1, count);
  return mean + weight * Math.max(0, squares / Math.max(1, count) - mean * mean);
}
