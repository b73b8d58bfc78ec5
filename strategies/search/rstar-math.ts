import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { walk } from "../../src/engine/walk.ts";
import { mcts as mctsWalk } from "./kit/mcts/mcts.ts";
import { actionSpace, lengthOptions, searchCost } from "./kit/search-options.ts";

/**
 * rStar-Math: MCTS over steps of commented code, each run in the sandbox with all steps before it and kept only if it runs; simulations grow to an end,
 * whose worth goes back to every step of its path (Guan et al. 2025, arXiv:2501.04519, section 3; exploration 2, 16 steps, 16 candidates × 8 simulations
 * as their repository advises for test time).
 *
 * Steps are scored by the process verifier (their PPM) or, without one, by nothing but where they lead. Cost: at most `simulations · branching · maxSteps` calls
 * and sandbox runs. Departure: the answer is the vote weighted by values over all ends, not over the best 4 to 8.
 */
export const rstarMath = defineStrategy({
  name: "rstar-math",
  summary: "tree search over steps of code that must run",
  paper: "Guan et al. 2025, arXiv:2501.04519",
  family: "search",
  how:
    "rStar-Math: MCTS over steps of commented code, each run in the sandbox with all steps before it and kept only if " +
    "it runs; simulations grow to an end, whose worth goes back to every step of its path (Guan et al. 2025, " +
    "arXiv:2501.04519, section 3; exploration 2, 16 steps, 16 candidates × 8 simulations as their repository advises " +
    "for test time)." +
    "\n\n" +
    "Steps are scored by the process verifier (their PPM) or, without one, by nothing but where they lead.",
  costNote: "at most `simulations · branching · maxSteps` calls and sandbox runs.",
  departures: ["The answer is the vote weighted by values over all ends, not over the best 4 to 8."],
  rewards: {
    outcome: "is the worth of an end, backed up to every step of its path, and weighs its vote",
    process: "ranks steps and is the worth of an end (as their PPM does), and weighs its vote",
    none: "an end is worth its share of the vote; executed answers vote",
  },
  options: z.strictObject({
    simulations: z.int().min(1).default(8).describe("rollouts"),
    branching: z.int().min(1).default(16).describe("candidate steps at an expansion"),
    exploration: z.number().min(0).default(2),
    ...lengthOptions,
    temperature: z.number().min(0).default(1).describe("of the steps"),
  }),
  candidates: (run, { simulations, branching, exploration, temperature, maxSteps, stepTokens }) =>
    walk(run, {
      search: mctsWalk({
        ...{ simulations, branching, maxSteps, c: exploration, evaluation: "descend", firstPlay: "score" },
        aggregation: run.verifiers.aggregation,
      }),
      actions: actionSpace({ actions: "code-steps", stepTokens }),
      temperature,
    }),
  select: () => weightedByValue(),
  cost: ({ simulations, branching, maxSteps }) =>
    searchCost({ steps: simulations * branching * maxSteps, actions: "code-steps" }),
});
