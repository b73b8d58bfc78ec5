import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import type { Evaluation } from "./kit/mcts/rules.ts";
import { exploring, mctsWalk } from "./kit/mcts/simulation.ts";
import { searchCost, stepOptions, stepsOf, virtualNote, windowOption } from "./kit/options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";
import { mctsPicks, rankFinished } from "./mcts/picks.ts";

const options = z.strictObject({
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
  ...windowOption,
  virtualLoss: z.number().min(0).default(1),
  pick: z
    .enum(["weighted", ...mctsPicks])
    .default("weighted")
    .describe("the answer: vote weighted by values, or most visited, highest valued, best trajectory, vote at the end"),
  ...stepOptions,
});
type Options = z.output<typeof options>;

/** Monte Carlo tree search over steps; `kit/mcts/simulation.ts` has its four steps, in order, with their formulas. */
export const mcts = defineStrategy({
  name: "mcts",
  summary: "Monte Carlo tree search over steps",
  paper: "Chen et al. 2024, arXiv:2405.03553; Hao et al. 2023, arXiv:2305.14992",
  family: "search",
  how:
    "Monte Carlo tree search over steps: descends by value and exploration, expands a leaf by `branching` " +
    "continuations, values it, and backs the value up (`kit/mcts/simulation.ts` has the four steps and their " +
    "formulas). By default UCT (Kocsis and Szepesvári 2006) with a leaf valued by completing it, so every simulation " +
    "gives a candidate: its completions are candidates too. The published methods stand in files of their own " +
    "(alpha-math, rest-mcts, rstar, …)." +
    virtualNote,
  costNote:
    "at most `simulations · branching` steps, and as many scores; `rollout` and `blend` add a completion a " +
    "simulation, `descend` grows every simulation to its end. Ties of the vote as in weightedByValue; the other picks " +
    "in rankFinished.",
  departures: [],
  rewards: {
    outcome: "values finished trajectories; without a process verifier it values prefixes too",
    process: "values leaves by their step scores",
    none: "leaves are valued by the policy's likelihood, finished answers by how many others agree; the answers vote",
  },
  options,
  candidates(run, given) {
    const { selection, exploration, prior, pick } = given;
    const walk = mctsWalk({
      ...given,
      branching: () => given.branching,
      explore: exploring(exploration ?? usualC(selection, prior), given.schedule),
      firstPlay: selection === "uct" ? "first" : "score",
      widest: given.widening,
      evaluation: evaluations[given.evaluation],
    });
    return run.walk({
      walk: { ...walk, aggregation: given.evaluation === "value" ? "last" : undefined },
      ...stepsOf(given),
      pick:
        pick === "weighted"
          ? undefined
          : (state, ends) =>
              // Visits and values that rest on agreement alone are no better than the votes themselves.
              ends.every(({ score }) => score === null)
                ? null
                : (rankFinished(state.tree, ends, (node) => walk.statistics(state, node), pick)[0] ?? null),
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

/** √2 for UCT; 1.25 with likelihoods as priors (AlphaMath); 3 with priors that sum to 1 (from a synthetic tree). */
const usualC = (selection: Options["selection"], prior: Options["prior"]): number =>
  selection === "uct" ? Math.SQRT2 : prior === "likelihood" ? 1.25 : 3;

/** One greedy completion to the end. */
const completion = { by: "rollout", count: 1, steps: Number.POSITIVE_INFINITY, temperature: 0 } as const;

const evaluations: Readonly<Record<Options["evaluation"], Evaluation>> = {
  prm: { by: "score" },
  value: { by: "score" },
  rollout: { ...completion, value: (_, ahead) => ahead },
  blend: { ...completion, value: (own, ahead) => 0.5 * own + 0.5 * ahead },
  descend: { by: "descent" },
};
