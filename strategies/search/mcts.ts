import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { walk } from "../../src/engine/walk.ts";
import { mcts as mctsWalk } from "./kit/mcts/mcts.ts";
import { mctsPicks, rankFinished } from "./kit/mcts/mcts-picks.ts";
import type { Mcts } from "./kit/mcts/mcts-select.ts";
import { actionSpace, searchCost, stepOptions } from "./kit/search-options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";

/**
 * Monte Carlo tree search over steps (UCT: Kocsis and Szepesvári 2006; PUCT with the policy's likelihood as prior: AlphaMath, Chen et al.
 * 2024, arXiv:2405.03553): descends by value and exploration, expands a leaf by `branching` continuations, values it, and backs the value up.
 * By default a leaf is valued by completing it, so every simulation gives a candidate.
 *
 * Cost: at most `simulations · branching` steps, and as many scores; `rollout` and `blend` add a completion a simulation, `descend` grows every simulation
 * to its end. Ties of the vote as in {@link weightedByValue}; the other picks in {@link rankFinished}.
 */
export const mcts = defineStrategy({
  name: "mcts",
  summary: "Monte Carlo tree search over steps",
  paper: "Chen et al. 2024, arXiv:2405.03553; Hao et al. 2023, arXiv:2305.14992",
  family: "search",
  how:
    "Monte Carlo tree search over steps (UCT: Kocsis and Szepesvári 2006; PUCT with the policy's likelihood as prior: " +
    "AlphaMath, Chen et al. 2024, arXiv:2405.03553): descends by value and exploration, expands a leaf by `branching` " +
    "continuations, values it, and backs the value up. By default a leaf is valued by completing it, so every " +
    "simulation gives a candidate.",
  costNote:
    "at most `simulations · branching` steps, and as many scores; `rollout` and `blend` add a completion a " +
    "simulation, `descend` grows every simulation to its end. Ties of the vote as in weightedByValue; the other picks " +
    "in rankFinished.",
  departures: [],
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
    schedule: z.enum(["constant", "linear", "exponential"]).default("constant").describe("of the exploration"),
    prior: z.enum(["likelihood", "score", "uniform"]).default("likelihood").describe("of PUCT"),
    rootNoise: z.number().min(0).max(1).default(0).describe("share of Dirichlet noise in the root's priors (PUCT)"),
    widening: z.int().min(0).default(0).describe("children at most, as visits grow; 0 keeps `branching`"),
    evaluation: z
      .enum(["prm", "value", "rollout", "blend", "descend"])
      .default("rollout")
      .describe("how a leaf is valued: step scores, newest score, a completion, both, or by growing on to the end"),
    backup: z.enum(["mean", "max", "discounted"]).default("mean"),
    leaves: z.int().min(1).default(4).describe("leaves chosen in one round, kept apart by virtual loss"),
    virtualLoss: z.number().min(0).default(1),
    pick: z
      .enum(["weighted", ...mctsPicks])
      .default("weighted")
      .describe(
        "the answer: vote weighted by values, or most visited, highest valued, best trajectory, vote at the end",
      ),
    ...stepOptions,
  }),
  candidates: (
    run,
    { temperature, actions, split, stepTokens, exploration, rootNoise, widening, pick, ...options },
  ) => {
    const search = mctsWalk({
      ...options,
      ...(exploration === undefined ? {} : { c: exploration }),
      ...(rootNoise === 0 ? {} : { rootNoise: { share: rootNoise } }),
      ...(widening === 0 ? {} : { widening: { most: widening } }),
      aggregation: run.verifiers.aggregation,
    });
    return walk(run, {
      search,
      actions: actionSpace({ actions, split, stepTokens }),
      temperature,
      ...(pick === "weighted" ? {} : { pick: (state: Mcts) => rankFinished(search, state, pick)[0] ?? null }),
    });
  },
  select: ({ pick }) => (pick === "weighted" ? weightedByValue() : walkPickElse(weightedByValue())),
  cost: ({ simulations, branching, widening, evaluation, maxSteps, actions }) =>
    searchCost({
      steps: simulations * Math.max(branching, widening) * (evaluation === "descend" ? maxSteps : 1),
      completions: evaluation === "rollout" || evaluation === "blend" ? simulations : 0,
      actions,
    }),
});
