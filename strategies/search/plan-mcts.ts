import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { exploring, mctsWalk, plainUct } from "./kit/mcts/simulation.ts";
import { lengthOptions, limitsOf, searchCost, virtualNote, windowOption } from "./kit/options.ts";

/**
 * Search over plans (CPL: Wang et al. 2024, arXiv:2409.08642, section 3.1): MCTS whose steps are lines of a plan, 5 at
 * the root and 3 below; the last step writes the solution along the plan, and its value goes back to every line.
 */
export const planMcts = defineStrategy({
  name: "plan-mcts",
  summary: "tree search over plans, solved along the way",
  paper: "Wang et al. 2024, arXiv:2409.08642",
  family: "search",
  how:
    "Search over plans (CPL: Wang et al. 2024, arXiv:2409.08642, section 3.1): MCTS whose steps are lines of a plan, " +
    "5 at the root and 3 below; the last step writes the solution along the plan, and its value goes back to every " +
    "line." +
    virtualNote,
  costNote:
    "at most `simulations · rootBranching · maxSteps` calls. Their 100 to 200 iterations label training data; 16 " +
    "simulations are for answering. Their depth of 6 leaves no room for longer plans: 12 here.",
  departures: [],
  rewards: {
    outcome: "is the value of a solution, backed up to every line of its plan, and weighs its vote",
    process: "ranks the lines of plans, and is the value of a solution where no outcome verifier is",
    none: "a solution's value is its share of the vote",
  },
  options: z.strictObject({
    simulations: z.int().min(1).default(16).describe("solutions written at least, if plans differ"),
    rootBranching: z.int().min(1).default(5).describe("first lines"),
    branching: z.int().min(1).default(3).describe("continuations of a plan"),
    exploration: z.number().min(0).default(Math.SQRT2),
    ...windowOption,
    ...lengthOptions,
    temperature: z.number().min(0).default(0.7).describe("of plans and solutions"),
    maxSteps: z.int().min(1).default(12).describe("lines of a plan at most, the solution included"),
    stepTokens: z.int().min(1).default(96).describe("length limit of one line of a plan"),
  }),
  candidates: (run, { simulations, rootBranching, branching, exploration, window, maxSteps, stepTokens, ...given }) =>
    run.walk({
      walk: mctsWalk({
        ...plainUct,
        simulations,
        maxSteps,
        branching: (node) => (node === 0 ? rootBranching : branching),
        explore: exploring(exploration),
        evaluation: { by: "descent" },
      }),
      window,
      actions: { kind: "plan-steps", stepTokens },
      temperature: given.temperature,
      limits: limitsOf(given),
    }),
  select: () => weightedByValue(),
  cost: ({ simulations, rootBranching, branching, maxSteps }) =>
    searchCost({ steps: simulations * Math.max(rootBranching, branching) * maxSteps }),
});
