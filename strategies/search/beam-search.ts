import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { walk } from "../../src/engine/walk.ts";
import { beam } from "./kit/beam.ts";
import { actionSpace, searchCost, stepOptions } from "./kit/search-options.ts";

/**
 * Beam search over steps: every beam grows by `branching` continuations, the verifier keeps the best `width` (Snell et al. 2024,
 * arXiv:2408.03314). With an outcome value on prefixes it is OVM's value beam (Yu et al. 2023, arXiv:2311.09724).
 *
 * Cost: `width · branching` steps a depth; every new step is scored once.
 */
export const beamSearch = defineStrategy({
  name: "beam-search",
  summary: "keeps the best partial solutions after every step",
  paper: "Snell et al. 2024, arXiv:2408.03314; Yu et al. 2023, arXiv:2311.09724",
  family: "search",
  how:
    "Beam search over steps: every beam grows by `branching` continuations, the verifier keeps the best `width` " +
    "(Snell et al. 2024, arXiv:2408.03314). With an outcome value on prefixes it is OVM's value beam (Yu et al. 2023, " +
    "arXiv:2311.09724).",
  costNote: "`width · branching` steps a depth; every new step is scored once.",
  departures: [],
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
    ...stepOptions,
  }),
  candidates: (run, { temperature, maxSteps, width, branching, finished, ...steps }) =>
    walk(run, {
      search: beam({ width, branching, maxSteps, finished, aggregation: run.verifiers.aggregation }),
      actions: actionSpace(steps),
      temperature,
    }),
  select: () => bestOrMajority(),
  cost: ({ width, branching, maxSteps, actions }) => searchCost({ steps: width * branching * maxSteps, actions }),
});
