import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { beamWalk } from "./kit/beam.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

/**
 * Beam search over steps: every beam grows by `branching` continuations, the verifier keeps the best `width` (Snell et
 * al. 2024, arXiv:2408.03314, and search-and-learn: `width` is their n / M, `branching` their M = 4). With `finished:
 * "compete"` and an outcome value on prefixes it is OVM's value beam (Yu et al. 2023, arXiv:2311.09724: `width` b = 4,
 * `branching` K / b = 5, 10 steps).
 *
 * As in search-and-learn it stops when no beam is active, after 40 steps at the latest: stopping at the first few
 * finished beams favours short solutions. Departures: identical candidates are one by default (there an option), all
 * finished beams are candidates (there the first n, or the best n by an option), and ranking uses the run's aggregation
 * throughout (there the final vote always reads the last step).
 *
 * Cost: `width · branching` steps a depth; every new step is scored once.
 */
export const beamSearch = defineStrategy({
  name: "beam-search",
  summary: "keeps the best partial solutions after every step",
  paper: "Snell et al. 2024, arXiv:2408.03314; Yu et al. 2023, arXiv:2311.09724",
  rewards: {
    outcome:
      "picks among finished beams; without a process verifier it also ranks prefixes, as an outcome value model does",
    process: "ranks every step, and picks by the aggregate when there is no outcome verifier",
    none: "beams are ranked by the policy's own likelihood; finished beams vote",
  },
  options: z.strictObject({
    width: z.int().min(1).default(4).describe("beams kept after each step"),
    branching: z.int().min(1).default(4).describe("continuations per beam"),
    finished: z.enum(["aside", "compete"]).default("aside").describe("do finished beams leave the competition?"),
    duplicates: z.enum(["one", "each"]).default("one").describe("may identical beams take several places?"),
    enough: z.int().min(1).optional().describe("finished beams that end the search; default: when none is active"),
    ...stepOptions,
    maxSteps: z.int().min(1).default(40).describe("steps of a trajectory at most; the last may run to the end"),
  }),
  candidates: (run, options) => run.walk({ walk: beamWalk({ ...options, lookahead: 0 }), ...stepsOf(options) }),
  select: () => bestOrMajority(),
  cost: ({ width, branching, maxSteps, actions }) => searchCost({ steps: width * branching * maxSteps, actions }),
});
