import { z } from "zod";
import { defineStrategy } from "../src/core/strategy.ts";
import { solutionSteps, stepOptions } from "../src/engine/search-options.ts";
import { weightedByValue } from "../src/engine/selections.ts";
import { walk } from "../src/engine/walk.ts";
import { mcts as mctsWalk } from "../src/search/mcts.ts";

/**
 * Monte Carlo tree search over reasoning steps (UCT: Kocsis and Szepesvári 2006; PUCT with the policy's likelihood as prior: AlphaMath, Chen et al.
 * 2024, arXiv:2405.03553): descends by value and exploration, expands a leaf by `branching` continuations, values it, and backs the value up.
 * By default a leaf is valued by completing it, so every simulation gives a candidate.
 *
 * Cost: at most `simulations · branching` steps, and as many scores; `rollout` adds a completion a simulation. Ties of the final vote as in
 * {@link weightedByValue}.
 */
export const mcts = defineStrategy({
  name: "mcts",
  summary: "Monte Carlo tree search over steps",
  paper: "Chen et al. 2024, arXiv:2405.03553; Hao et al. 2023, arXiv:2305.14992",
  rewards: {
    outcome: "values finished trajectories; without a process verifier it values prefixes too",
    process: "values leaves by their step scores",
    none: "leaves are valued by the policy's likelihood, finished answers by how many others agree",
  },
  options: z.strictObject({
    simulations: z.int().min(1).default(16).describe("leaves valued in total"),
    branching: z.int().min(1).default(4).describe("continuations at an expansion"),
    selection: z.enum(["uct", "puct"]).default("uct"),
    exploration: z.number().min(0).optional().describe("the constant c; default √2 for UCT, 1.25 for PUCT"),
    evaluation: z
      .enum(["prm", "value", "rollout", "blend", "descend"])
      .default("rollout")
      .describe("how a leaf is valued: step scores, newest score, a completion, both, or by growing on to the end"),
    backup: z.enum(["mean", "max", "discounted"]).default("mean"),
    leaves: z.int().min(1).default(4).describe("leaves chosen in one round, kept apart by virtual loss"),
    virtualLoss: z.number().min(0).default(1),
    ...stepOptions,
  }),
  candidates: (run, { temperature, split, stepTokens, exploration, ...options }) =>
    walk(run, {
      search: mctsWalk({
        ...options,
        ...(exploration === undefined ? {} : { c: exploration }),
        aggregation: run.verifiers.aggregation,
      }),
      actions: solutionSteps({ split, stepTokens }),
      temperature,
    }),
  select: () => weightedByValue(),
  cost: ({ simulations, branching, evaluation, maxSteps }) => ({
    calls: 1 + simulations * (evaluation === "descend" ? branching * maxSteps : branching + 1),
    scored: simulations * (branching + 1) * (evaluation === "descend" ? maxSteps : 1),
  }),
});
