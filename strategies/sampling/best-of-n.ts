import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";

/**
 * Best-of-N: samples `n` independent solutions and keeps the one that the outcome verifier scores highest (Cobbe et
 * al. 2021, arXiv:2110.14168, section 4.2).
 */
export const bestOfN = defineStrategy({
  name: "best-of-n",
  summary: "n independent solutions, the verifier picks",
  paper: "Cobbe et al. 2021, arXiv:2110.14168, section 4.2",
  family: "sampling",
  how:
    "Best-of-N: samples `n` independent solutions and keeps the one that the outcome verifier scores highest (Cobbe " +
    "et al. 2021, arXiv:2110.14168, section 4.2). With a process verifier the step scores are aggregated.",
  costNote:
    "`n` policy calls and as many judgements, in one batch unless a budget is set: then it draws as many as there is " +
    "room to judge too. Ties go to the lowest index; an unscored candidate is chosen only when nothing was scored. " +
    "Without a verifier it falls back on the majority of the samples.",
  departures: [],
  rewards: {
    outcome: "picks: the highest score wins",
    process: "picks by its aggregated step scores",
    none: "majority vote of the samples",
  },
  options: z.strictObject({
    n: z.int().min(1).default(16).describe("independent samples"),
    temperature: z.number().min(0).default(0.7),
    ...exemplarOptions,
  }),
  candidates: (run, { n, temperature, ...shown }) => sampleSolutions(run, { n, temperature, shown }),
  select: () => bestOrMajority(),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n, scored: n }),
});
