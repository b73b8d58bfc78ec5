import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { beamWalk } from "./kit/beam.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

/**
 * Lookahead search: beam search in which a step is judged by where a greedy rollout of `lookahead` further steps from
 * it ends; only the step itself is kept (Snell et al. 2024, arXiv:2408.03314, section 5.2: k of 1 and 3, at n (k + 1)
 * steps for n). Otherwise as beam search, up to 40 steps. A rollout judges its step; that its end is a candidate too is
 * an option, off as published.
 *
 * Cost: `width · branching · (1 + lookahead)` steps a depth. Where nothing is judged, a rollout has no score of its own
 * and steps rank by likelihood.
 */
export const lookahead = defineStrategy({
  name: "lookahead",
  summary: "beam search that judges a step by where it leads",
  paper: "Snell et al. 2024, arXiv:2408.03314, section 5.2",
  rewards: {
    outcome: "picks among finished beams; without a process verifier it also judges the ends of lookaheads",
    process: "judges the end of every lookahead, and picks by the aggregate when there is no outcome verifier",
    none: "as beam search: ranked by the policy's own likelihood, the lookaheads are wasted; finished beams vote",
  },
  options: z.strictObject({
    width: z.int().min(1).default(4).describe("beams kept after each step"),
    branching: z.int().min(1).default(4).describe("continuations per beam"),
    lookahead: z.int().min(1).default(1).describe("steps of greedy rollout by which a step is judged"),
    offerRollouts: z.boolean().default(false).describe("are rollouts that reach an end candidates?"),
    duplicates: z.enum(["one", "each"]).default("one").describe("may identical beams take several places?"),
    enough: z.int().min(1).optional().describe("finished beams that end the search; default: when none is active"),
    ...stepOptions,
    maxSteps: z.int().min(1).default(40).describe("steps of a trajectory at most; the last may run to the end"),
  }),
  candidates: (run, options) => run.walk({ walk: beamWalk({ ...options, finished: "aside" }), ...stepsOf(options) }),
  select: () => bestOrMajority(),
  cost: ({ width, branching, maxSteps, lookahead: ahead, actions }) => {
    const kept = width * branching * maxSteps;
    return searchCost({ steps: kept * (1 + ahead), completions: kept, actions });
  },
});
