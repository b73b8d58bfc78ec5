import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { solutionMessages } from "../../src/engine/sampling.ts";
import { exploring, mctsWalk, plainUct } from "./kit/mcts/simulation.ts";
import { lengthOptions, searchCost } from "./kit/options.ts";
import { mutualConsistency } from "./rstar/mutual-consistency.ts";

const solutionsTried = 32;

/**
 * rStar: MCTS over five human-like actions, simulations grown to an end, then mutual consistency: a solution must be
 * reached again by a second model that is shown only its beginning (Qi et al. 2024, arXiv:2408.06195; depth 5,
 * exploration 2, 16 rollouts in their script, 32 in the paper). The second model is the one named "discriminator", else
 * the policy itself.
 *
 * Without verifiers an end's value is its share of the vote, as published. Departures: a score of verifiers takes its
 * place where there are any; the published discriminator reads the reference answer, this one cannot.
 *
 * Cost: at most `simulations · branching · maxSteps` steps and `prefixes` completions for each of 32 solutions.
 */
export const rstar = defineStrategy({
  name: "rstar",
  summary: "tree search over human-like actions, solutions checked by a second model",
  paper: "Qi et al. 2024, arXiv:2408.06195",
  family: "search",
  how:
    "rStar: MCTS over five human-like actions, then mutual consistency: a solution must be reached again by a second " +
    "model that is shown only its beginning (Qi et al. 2024, arXiv:2408.06195; depth 5, exploration 2, 16 rollouts in " +
    'their script, 32 in the paper). The second model is the one named "discriminator", else the policy itself.' +
    "\n\n" +
    "Without verifiers the reward of an end is its share of the vote, as published.",
  costNote:
    "at most `simulations · branching · maxSteps` steps and `prefixes` completions for each of 32 solutions. The " +
    "published discriminator reads the reference answer; this one cannot.",
  departures: [],
  rewards: {
    outcome: "is the reward of finished solutions instead of their share of the vote",
    process: "the same, aggregated over steps",
    none: "an end's value is its share of the vote (as published); mutual consistency decides",
  },
  options: z.strictObject({
    simulations: z.int().min(1).default(16).describe("rollouts"),
    branching: z.int().min(1).default(4).describe("continuations at an expansion, dealt out to the allowed actions"),
    exploration: z.number().min(0).default(2),
    schedule: z.enum(["constant", "linear", "exponential"]).default("constant").describe("of the exploration"),
    prefixes: z.int().min(1).default(4).describe("beginnings of a solution that the second model completes"),
    ...lengthOptions,
    maxSteps: z.int().min(1).default(5).describe("actions of a trajectory at most; the last finishes"),
  }),
  candidates: (run, { simulations, branching, exploration, schedule, temperature, maxSteps, stepTokens }) =>
    run.walk({
      walk: mctsWalk({
        ...plainUct,
        simulations,
        maxSteps,
        branching: () => branching,
        guide: exploring(exploration, schedule),
        evaluation: { by: "descent" },
      }),
      actions: { kind: "human-actions", stepTokens },
      temperature,
    }),
  select: ({ prefixes }) =>
    mutualConsistency({
      messages: (run) => solutionMessages(run.question),
      prefixes,
      most: solutionsTried,
      interim: weightedByValue(),
    }),
  cost: ({ simulations, branching, maxSteps, prefixes }) =>
    searchCost({ steps: simulations * branching * maxSteps, others: solutionsTried * prefixes }),
});
