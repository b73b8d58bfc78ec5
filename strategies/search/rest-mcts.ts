import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { walk } from "../../src/engine/walk.ts";
import { mcts as mctsWalk } from "./kit/mcts/mcts.ts";
import { actionSpace, searchCost, stepOptions } from "./kit/search-options.ts";
import { endTested } from "./rest-mcts/end-test.ts";

/**
 * ReST-MCTS*, value-guided tree search: `branching` continuations, each leaf worth a blend of its own value and of a greedy rollout of `rolloutSteps` steps,
 * UCT with V + 0.7 √(2 ln N / n), an end as soon as a solution is worth 0.9, and a self-critic who says when a partial solution needs only
 * its answer (Zhang et al. 2024, arXiv:2406.03816, section 3.2 and appendix; constants of their code).
 *
 * Cost: at most `simulations · (branching + rolloutSteps + 1)` calls, the last one for the critic. Departure: the critic only ends, it gives no advice.
 */
export const restMcts = defineStrategy({
  name: "rest-mcts",
  summary: "tree search by a value that rollouts correct, ended by a self-critic",
  paper: "Zhang et al. 2024, arXiv:2406.03816",
  family: "search",
  how:
    "ReST-MCTS*, value-guided tree search: `branching` continuations, each leaf worth a blend of its own value and of " +
    "a greedy rollout of `rolloutSteps` steps, UCT with V + 0.7 √(2 ln N / n), an end as soon as a solution is worth " +
    "0.9, and a self-critic who says when a partial solution needs only its answer (Zhang et al. 2024, " +
    "arXiv:2406.03816, section 3.2 and appendix; constants of their code).",
  costNote: "at most `simulations · (branching + rolloutSteps + 1)` calls, the last one for the critic.",
  departures: ["The critic only ends, it gives no advice."],
  rewards: {
    outcome: "values finished solutions and picks; without a process verifier it values prefixes too",
    process: "values prefixes, and picks by the aggregate when there is no outcome verifier",
    none: "leaves are valued by the policy's likelihood; the answers vote",
  },
  options: z.strictObject({
    simulations: z.int().min(1).default(16).describe("leaves valued in total"),
    branching: z.int().min(1).default(3).describe("continuations at an expansion"),
    rolloutSteps: z.int().min(1).default(3).describe("greedy steps by which a leaf's value is corrected"),
    mix: z.number().min(0).max(1).default(0.5).describe("share of the rollout in a leaf's value"),
    exploration: z.number().min(0).default(0.7).describe("their c, before √2"),
    stopAt: z.number().min(0).max(1).default(0.9).describe("a solution worth this ends the search"),
    critic: z.boolean().default(true).describe("ask, before an expansion, whether only the answer is missing"),
    leaves: z.int().min(1).default(1).describe("leaves chosen in one round"),
    ...stepOptions,
    temperature: z.number().min(0).default(0.7).describe("of the steps"),
  }),
  candidates: (run, { temperature, actions, split, stepTokens, critic, exploration, ...options }) => {
    const space = actionSpace({ actions, split, stepTokens });
    return walk(run, {
      search: mctsWalk({
        ...options,
        ...{ evaluation: "blend", c: exploration * Math.SQRT2, aggregation: run.verifiers.aggregation },
      }),
      actions: critic ? endTested(space) : space,
      temperature,
    });
  },
  select: () => bestOrMajority(),
  cost: ({ simulations, branching, rolloutSteps, critic, actions }) =>
    searchCost({
      steps: simulations * (branching + rolloutSteps),
      // A rollout with no more room than its steps is written in one go.
      completions: simulations,
      others: critic ? simulations : 0,
      actions,
    }),
});
