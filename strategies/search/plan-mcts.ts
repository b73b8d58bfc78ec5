import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { valueLedWalk } from "./kit/mcts/value-led.ts";
import { lengthOptions, limitsOf, searchCost, virtualNote, windowOption } from "./kit/options.ts";

const options = z.strictObject({
  simulations: z.int().min(1).default(40).describe("plans carried one step on at most"),
  rootBranching: z.int().min(1).default(5).describe("first lines"),
  branching: z.int().min(1).default(3).describe("continuations of a plan"),
  exploration: z.number().min(0).default(0.75).describe("c of PUCT on values in [0, 1]: half of 1.5 on [-1, 1]"),
  ...windowOption,
  ...lengthOptions,
  temperature: z.number().min(0).default(0.7).describe("of plans and solutions"),
  maxSteps: z.int().min(1).default(6).describe("lines of a plan at most, the solution included"),
  stepTokens: z.int().min(1).default(96).describe("length limit of one line of a plan"),
});
type Options = z.output<typeof options>;

/**
 * Search over plans (CPL: Wang et al. 2024, arXiv:2409.08642, section 3.1): AlphaMath's search whose steps are lines of
 * a plan, 5 at the root and 3 below; the last step writes the solution along the plan, and its value goes back to every
 * line.
 */
export const planMcts = defineStrategy({
  name: "plan-mcts",
  summary: "tree search over plans, solved along the way",
  paper: "Wang et al. 2024, arXiv:2409.08642",
  family: "search",
  how:
    "Search over plans (CPL: Wang et al. 2024, arXiv:2409.08642, section 3.1): AlphaMath's search (PUCT with the " +
    "likelihood of a step as its prior; an expanded plan's own value and that of every solution are backed up) whose " +
    "steps are lines of a plan, 5 at the root and 3 below; the last step writes the solution along the plan, and its " +
    "value goes back to every line." +
    virtualNote,
  costNote:
    "at most `rootBranching + (simulations - 1) · branching` steps and as many scores. Their 100 to 200 iterations " +
    "label training data; 40 are for answering.",
  departures: [
    "Their search is over where selection meets a plan whose continuations have all ended (194 of 240 recorded cases, " +
      "60 % of the iterations unused), ours selects again; plans at the step limit are solved, theirs fail; a solution " +
      "is valued by verifiers, theirs by the reference answer. Without a verifier solutions are valued by how many " +
      "others agree. The answers vote; they train on the tree and answer greedily.",
  ],
  rewards: {
    outcome: "is the value of a solution, backed up to every line of its plan, and weighs its vote",
    process: "values the lines of plans, and is the value of a solution where no outcome verifier is",
    none: "a solution's value is its share of the vote",
  },
  options,
  candidates: (run, given) =>
    run.walk({
      walk: planMctsWalk(given),
      window: given.window,
      actions: { kind: "plan-steps", stepTokens: given.stepTokens },
      temperature: given.temperature,
      limits: limitsOf(given),
    }),
  select: () => weightedByValue(),
  cost: ({ simulations, rootBranching, branching }) =>
    searchCost({ steps: rootBranching + (simulations - 1) * branching }),
});

export const planMctsWalk = (given: Options) =>
  valueLedWalk("plan-mcts", {
    ...given,
    branching: (node) => (node === 0 ? given.rootBranching : given.branching),
  });
