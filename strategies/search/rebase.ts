import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { walk } from "../../src/engine/walk.ts";
import { actionSpace, searchCost, stepOptions } from "./kit/search-options.ts";
import { rebase as rebaseWalk } from "./rebase/rebase.ts";

/**
 * REBASE, reward-balanced search: at every depth the `width` continuations left are shared out among the unfinished nodes by the softmax of their
 * rewards (Wu et al. 2024, arXiv:2408.00724, section 3.2: 16 leaves, balance 0.2, 25 steps, sampling at temperature 1).
 *
 * Cost: at most `width` steps a depth; every new step is scored once. The answer is the vote weighted by scores (their "weighted majority").
 */
export const rebase = defineStrategy({
  name: "rebase",
  summary: "shares out a width by the softmax of rewards",
  paper: "Wu et al. 2024, arXiv:2408.00724",
  family: "search",
  how:
    "REBASE, reward-balanced search: at every depth the `width` continuations left are shared out among the " +
    "unfinished nodes by the softmax of their rewards (Wu et al. 2024, arXiv:2408.00724, section 3.2: 16 leaves, " +
    "balance 0.2, 25 steps, sampling at temperature 1).",
  costNote:
    "at most `width` steps a depth; every new step is scored once. The answer is the vote weighted by scores (their " +
    '"weighted majority").',
  departures: [],
  rewards: {
    outcome: "weighs the votes; without a process verifier it also balances the expansion",
    process: "balances the expansion, and weighs the votes when there is no outcome verifier",
    none: "the policy's likelihood balances the expansion; the answers vote",
  },
  options: z.strictObject({
    width: z.int().min(1).default(16).describe("leaves in total"),
    balance: z.number().gt(0).default(0.2).describe("softmax temperature over rewards; smaller is greedier"),
    keep: z.number().gt(0).max(1).default(1).describe("share of the unfinished nodes, best first, that may grow"),
    ...stepOptions,
    temperature: z.number().min(0).default(1).describe("of the steps"),
    maxSteps: z.int().min(1).default(25).describe("steps of a trajectory at most; the last may run to the end"),
  }),
  candidates: (run, { temperature, maxSteps, width, balance, keep, ...space }) =>
    walk(run, {
      search: rebaseWalk({ width, maxSteps, temperature: balance, keep, aggregation: run.verifiers.aggregation }),
      actions: actionSpace(space),
      temperature,
    }),
  select: () => weighted(),
  cost: ({ width, maxSteps, actions }) => searchCost({ steps: width * maxSteps, actions }),
});
