import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { walk } from "../../src/engine/walk.ts";
import { dvts as dvtsWalk } from "./dvts/dvts.ts";
import { actionSpace, searchCost, stepOptions } from "./kit/search-options.ts";

/**
 * Diverse verifier tree search: `trees` independent greedy searches, each of which keeps the best of `branching` continuations at every step
 * (Beeching et al. 2024, "Scaling test-time compute with open models"; trees is their n / M, branching their M = 4, up to 40 steps).
 *
 * Cost: `trees · branching` steps a depth; every new step is scored once. The answer is the vote weighted by scores (theirs too).
 */
export const dvts = defineStrategy({
  name: "dvts",
  summary: "several independent greedy searches, so that they stay different",
  paper: "Beeching et al. 2024, huggingface.co/spaces/HuggingFaceH4/blogpost-scaling-test-time-compute",
  family: "search",
  how:
    "Diverse verifier tree search: `trees` independent greedy searches, each of which keeps the best of `branching` " +
    'continuations at every step (Beeching et al. 2024, "Scaling test-time compute with open models"; trees is their ' +
    "n / M, branching their M = 4, up to 40 steps).",
  costNote:
    "`trees · branching` steps a depth; every new step is scored once. The answer is the vote weighted by scores " +
    "(theirs too).",
  departures: [],
  rewards: {
    outcome: "weighs the votes; without a process verifier it also chooses the continuations",
    process: "chooses the continuation of every subtree, and weighs the votes when there is no outcome verifier",
    none: "the likeliest continuation is kept; the subtrees' answers vote",
  },
  options: z.strictObject({
    trees: z.int().min(1).default(4).describe("independent subtrees"),
    branching: z.int().min(1).default(4).describe("continuations per subtree and step"),
    ...stepOptions,
    maxSteps: z.int().min(1).default(40).describe("steps of a trajectory at most; the last may run to the end"),
  }),
  candidates: (run, { temperature, maxSteps, trees, branching, ...space }) =>
    walk(run, {
      search: dvtsWalk({ trees, branching, maxSteps, aggregation: run.verifiers.aggregation }),
      actions: actionSpace(space),
      temperature,
    }),
  select: () => weighted(),
  cost: ({ trees, branching, maxSteps, actions }) => searchCost({ steps: trees * branching * maxSteps, actions }),
});
