import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { exploring, mctsWalk, plainUct } from "./kit/mcts/simulation.ts";
import { lengthOptions, searchCost } from "./kit/options.ts";

/**
 * rStar-Math: MCTS over steps of commented code, each run in the sandbox with all steps before it and kept only if it
 * runs; simulations grow to an end, whose value goes back to every step of its path (Guan et al. 2025,
 * arXiv:2501.04519, section 3; exploration 2, 16 steps, 16 candidates × 8 simulations as their repository advises for
 * test time).
 *
 * Steps are scored by the process verifier (their PPM), by which an unvisited step counts, or, without one, by nothing
 * but where they lead. Departure: the answer is the vote weighted by values over all ends, not over the best 4 to 8.
 *
 * Cost: at most `simulations · branching · maxSteps` calls and sandbox runs.
 */
export const rstarMath = defineStrategy({
  name: "rstar-math",
  summary: "tree search over steps of code that must run",
  paper: "Guan et al. 2025, arXiv:2501.04519",
  family: "search",
  how:
    "rStar-Math: MCTS over steps of commented code, each run in the sandbox with all steps before it and kept only if " +
    "it runs; simulations grow to an end, whose reward goes back to every step of its path (Guan et al. 2025, " +
    "arXiv:2501.04519, section 3; exploration 2, 16 steps, 16 candidates × 8 simulations as their repository advises " +
    "for test time)." +
    "\n\n" +
    "Steps are scored by the process verifier (their PPM) or, without one, by nothing but where they lead.",
  costNote: "at most `simulations · branching · maxSteps` calls and sandbox runs.",
  departures: ["The answer is the vote weighted by values over all ends, not over the best 4 to 8."],
  rewards: {
    outcome: "is the value of an end, backed up to every step of its path, and weighs its vote",
    process: "ranks steps and is the value of an end (as their PPM does), and weighs its vote",
    none: "an end's value is its share of the vote; executed answers vote",
  },
  options: z.strictObject({
    simulations: z.int().min(1).default(8).describe("rollouts"),
    branching: z.int().min(1).default(16).describe("candidate steps at an expansion"),
    exploration: z.number().min(0).default(2),
    ...lengthOptions,
    temperature: z.number().min(0).default(1).describe("of the steps"),
  }),
  candidates: (run, { simulations, branching, exploration, temperature, maxSteps, stepTokens }) =>
    run.walk({
      walk: mctsWalk({
        ...plainUct,
        simulations,
        maxSteps,
        firstPlay: "score",
        branching: () => branching,
        guide: exploring(exploration),
        evaluation: { by: "descent" },
      }),
      actions: { kind: "code-steps", stepTokens },
      temperature,
    }),
  select: () => weightedByValue(),
  cost: ({ simulations, branching, maxSteps }) =>
    searchCost({ steps: simulations * branching * maxSteps, actions: "code-steps" }),
});
