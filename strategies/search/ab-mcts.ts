import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { walk } from "../../src/engine/walk.ts";
import { abMcts as abWalk } from "./ab-mcts/ab-mcts.ts";
import { actionSpace, searchCost, stepOptions } from "./kit/search-options.ts";

/**
 * AB-MCTS, variant A: at every node, Thompson sampling decides whether to go wider (a new solution here) or deeper (revise one of those below)
 * (Inoue et al. 2025, arXiv:2503.04412, section 3; priors of its appendix). Over whole solutions, as published, or any other action space.
 *
 * Cost: at most `expansions` calls and as many scores. Several `models` are generators to choose among, by role name.
 */
export const abMcts = defineStrategy({
  name: "ab-mcts",
  summary: "new attempt or revision, decided by Thompson sampling",
  paper: "Inoue et al. 2025, arXiv:2503.04412",
  family: "search",
  how:
    "AB-MCTS, variant A: at every node, Thompson sampling decides whether to go wider (a new solution here) or deeper " +
    "(revise one of those below) (Inoue et al. 2025, arXiv:2503.04412, section 3; priors of its appendix). Over whole " +
    "solutions, as published, or any other action space.",
  costNote:
    "at most `expansions` calls and as many scores. Several `models` are generators to choose among, by role name.",
  departures: [],
  rewards: {
    outcome: "is the reward of every solution, and picks",
    process: "rewards and picks by the aggregate of its step scores",
    none: "a solution's reward is how many others agree with it; the answers vote",
  },
  options: z.strictObject({
    expansions: z.int().min(1).default(32).describe("solutions (or steps) made at most"),
    belief: z.enum(["gaussian", "beta"]).default("gaussian").describe("what is believed of an arm's rewards"),
    leaves: z.int().min(1).default(1).describe("drawn together, without seeing each other's outcome"),
    models: z.array(z.string()).default([]).describe("roles of the generators; none is the policy alone"),
    ...stepOptions,
    actions: stepOptions.actions.unwrap().default("whole-solutions").describe("what one node adds"),
  }),
  candidates: (run, { expansions, belief, leaves, models, temperature, maxSteps, ...space }) => {
    const actions = actionSpace(space);
    return walk(run, {
      search: abWalk({
        ...{ expansions, leaves, models, maxSteps, belief: { kind: belief }, aggregation: run.verifiers.aggregation },
        everyNode: actions.wholeSolutions === true,
      }),
      actions,
      temperature,
    });
  },
  select: () => bestOrMajority(),
  cost: ({ expansions, actions }) => searchCost({ steps: expansions, actions }),
});
