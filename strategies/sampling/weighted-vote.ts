import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";

/**
 * Weighted vote: samples `n` independent solutions; each answer's weight is the sum of its candidates' scores (Li et
 * al. 2022, arXiv:2206.02336; "weighted best-of-N" in Snell et al. 2024, arXiv:2408.03314).
 */
export const weightedVote = defineStrategy({
  name: "weighted-vote",
  summary: "n independent solutions, votes weighted by the verifier",
  paper: "Li et al. 2022, arXiv:2206.02336",
  family: "sampling",
  how:
    "Weighted vote: samples `n` independent solutions; each answer's weight is the sum of its candidates' scores (Li " +
    'et al. 2022, arXiv:2206.02336; "weighted best-of-N" in Snell et al. 2024, arXiv:2408.03314).',
  costNote:
    "`n` policy calls and one verifier batch of `n` candidates. A candidate without a score weighs as the mean scored " +
    "one; with no verifier it is the majority.",
  departures: [],
  rewards: {
    outcome: "weighs every vote",
    process: "weighs every vote by the aggregated step scores",
    none: "majority vote of the samples",
  },
  options: z.strictObject({
    n: z.int().min(1).default(16).describe("independent samples"),
    temperature: z.number().min(0).default(0.7),
    ...exemplarOptions,
  }),
  candidates: (run, { n, temperature, ...shown }) => sampleSolutions(run, { n, temperature, shown }),
  select: () => weighted(),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n, scored: n }),
});
