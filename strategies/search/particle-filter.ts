import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { walk } from "../../src/engine/walk.ts";
import { actionSpace, searchCost, stepOptions } from "./kit/search-options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";
import { particleFilter as particleWalk, pickParticle } from "./particle-filter/particle-filter.ts";

/**
 * Particle filtering over steps: every particle takes a step, then all are drawn anew in proportion to the odds that the verifier gives their newest step
 * (Puri et al. 2025, arXiv:2502.01618, algorithm 1; particle Gibbs with `iterations` above 1, algorithm 2).
 *
 * Cost: at most `particles · maxSteps · iterations` steps; every new step is scored once. The answer is that of the particle of highest weight, as
 * published; until the filter has ended, and where nothing is scored, the votes decide.
 */
export const particleFilter = defineStrategy({
  name: "particle-filter",
  summary: "a population of solutions, resampled by the verifier's odds",
  paper: "Puri et al. 2025, arXiv:2502.01618",
  family: "search",
  how:
    "Particle filtering over steps: every particle takes a step, then all are drawn anew in proportion to the odds " +
    "that the verifier gives their newest step (Puri et al. 2025, arXiv:2502.01618, algorithm 1; particle Gibbs with " +
    "`iterations` above 1, algorithm 2).",
  costNote:
    "at most `particles · maxSteps · iterations` steps; every new step is scored once. The answer is that of the " +
    "particle of highest weight, as published; until the filter has ended, and where nothing is scored, the votes " +
    "decide.",
  departures: [],
  rewards: {
    outcome: "scores finished particles; without a process verifier it also weighs prefixes",
    process: "weighs the particles",
    none: "the policy's likelihood weighs the particles; their answers vote",
  },
  options: z.strictObject({
    particles: z.int().min(1).default(8),
    resampling: z.enum(["multinomial", "systematic"]).default("multinomial"),
    threshold: z.number().gt(0).max(1).default(1).describe("resample below this share of effective particles"),
    resample: z.enum(["all", "active"]).default("all").describe("do finished particles take part?"),
    weightTemperature: z.number().gt(0).default(1).describe("above 1 is more even"),
    entropy: z.number().min(0).max(1).default(0).describe("least share of effective particles while young; 0 is off"),
    iterations: z.int().min(1).default(1).describe("more than 1 is particle Gibbs"),
    pick: z.enum(["argmax", "sample", "vote"]).default("argmax").describe("how the answer is chosen"),
    ...stepOptions,
    maxSteps: z.int().min(1).default(40).describe("steps of a trajectory at most; the last may run to the end"),
  }),
  candidates: (run, { temperature, actions, split, stepTokens, weightTemperature, pick, ...filter }) => {
    const search = particleWalk({ ...filter, temperature: weightTemperature, aggregation: run.verifiers.aggregation });
    const judged = run.verifiers.outcome || run.verifiers.process;
    const how = pick === "sample" ? { sample: run.random.fork("particle-filter", "pick") } : ("argmax" as const);
    return walk(run, {
      search,
      actions: actionSpace({ actions, split, stepTokens }),
      temperature,
      ...(judged && pick !== "vote"
        ? { pick: (state: ReturnType<typeof search.start>) => pickParticle(search, state, how) }
        : {}),
    });
  },
  select: () => walkPickElse(weighted()),
  cost: ({ particles, maxSteps, iterations, actions }) =>
    searchCost({ steps: particles * maxSteps * iterations, actions }),
});
