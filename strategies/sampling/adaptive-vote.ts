import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { adaptiveConsistency } from "../../src/engine/picking/stopping.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";

/**
 * Adaptive-Consistency: self-consistency that stops when the leading answer leads the runner-up with a probability of
 * at least `threshold`, by a uniform prior on its share between the two (Aggarwal et al. 2023, arXiv:2305.11860; Beta
 * rule, 0.95, at most 40 samples, as in the paper).
 */
export const adaptiveVote = defineStrategy({
  name: "adaptive-vote",
  summary: "vote, until the leading answer surely leads",
  paper: "Aggarwal et al. 2023, arXiv:2305.11860",
  family: "sampling",
  how:
    "Adaptive-Consistency: self-consistency that stops when the leading answer leads the runner-up with a probability " +
    "of at least `threshold`, by a uniform prior on its share between the two (Aggarwal et al. 2023, " +
    "arXiv:2305.11860; Beta rule, 0.95, at most 40 samples, as in the paper). The rule goes with any strategy as " +
    "`stop: adaptive-consistency`." +
    "\n\n" +
    "Samples are drawn in waves of as many as the leader needs at least: 4 at first, and so on. That stops at the " +
    "same sample as one by one.",
  costNote: "at most `n` policy calls.",
  departures: ["a sample without an answer votes for nothing."],
  rewards: {
    readBy: "rules",
    outcome: "is not read by the vote",
    process: "is not read by the vote",
    none: "the votes of the samples themselves",
  },
  options: z.strictObject({
    n: z.int().min(1).default(40).describe("independent samples at most"),
    threshold: z.number().gt(0).max(1).default(0.95).describe("probability of leading that is enough"),
    temperature: z.number().min(0).default(0.7),
    ...exemplarOptions,
  }),
  candidates: (run, { n, temperature, ...shown }) => sampleSolutions(run, { n, temperature, shown }),
  select: () => majority(),
  stop: ({ threshold }) => adaptiveConsistency(threshold),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n }),
});
