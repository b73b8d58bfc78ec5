import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { walk } from "../../src/engine/walk.ts";
import { mcts as mctsWalk } from "./kit/mcts/mcts.ts";
import { actionSpace, searchCost, stepOptions } from "./kit/search-options.ts";

/**
 * Budget-guided MCTS: exploration and widening shrink, and the pull towards finished solutions grows, as the token budget is spent (BG-MCTS,
 * Miyamoto et al. 2026, arXiv:2602.09574). The budget is the run's token limit when the search starts, of
 * which `textShare` goes into new text and the rest into prompts and verifiers; the share of simulations done counts where that is larger.
 *
 * Cost: at most `simulations · max(branching, widest)` steps and as many scores. Departures are in the docstring of the walk (strategies/search/kit/mcts/mcts.ts).
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
  options: z.strictObject({
    simulations: z.int().min(1).default(64).describe("leaves valued at most"),
    branching: z.int().min(1).default(2).describe("continuations at an expansion"),
    widest: z.int().min(1).default(8).describe("continuations of one node at most"),
    evaluation: z.enum(["prm", "value", "rollout", "descend"]).default("descend").describe("how a leaf is valued"),
    depthWeight: z.number().min(0).default(1).describe("of the pull towards depth"),
    textShare: z.number().gt(0).max(1).default(0.25).describe("share of the token budget that new text takes"),
    spreadWeight: z.number().min(0).default(1).describe("of widening where children differ"),
    ...stepOptions,
  }),
  candidates: (
    run,
    { temperature, actions, split, stepTokens, widest, depthWeight, spreadWeight, textShare, ...options },
  ) =>
    walk(run, {
      search: mctsWalk({
        ...options,
        ...{ schedule: "budget", selection: "puct", widening: { most: widest } },
        tokens: textShare * run.budget.remaining().tokens,
        guidance: { depth: depthWeight, spread: spreadWeight },
        aggregation: run.verifiers.aggregation,
      }),
      actions: actionSpace({ actions, split, stepTokens }),
      temperature,
    }),
  select: () => weightedByValue(),
  cost: ({ simulations, branching, widest, evaluation, maxSteps, actions }) =>
    searchCost({
      steps: simulations * Math.max(branching, widest) * (evaluation === "descend" ? maxSteps : 1),
      completions: evaluation === "rollout" ? simulations : 0,
      actions,
    }),
});
