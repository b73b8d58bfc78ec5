import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";

/**
 * Self-consistency: samples `n` independent solutions and keeps the answer that most of them agree on (Wang et al.
 * 2022, arXiv:2203.11171).
 */
export const selfConsistency = defineStrategy({
  name: "self-consistency",
  summary: "n independent solutions, majority vote",
  paper: "Wang et al. 2022, arXiv:2203.11171",
  family: "sampling",
  how:
    "Self-consistency: samples `n` independent solutions and keeps the answer that most of them agree on (Wang et al. " +
    "2022, arXiv:2203.11171).",
  costNote:
    "`n` policy calls. Equal answers are one class (0.5 and 1/2); candidates without an answer do not vote; ties go " +
    "to the class with the larger summed score, then the higher mean log-probability, then the earliest.",
  departures: [],
  rewards: {
    readBy: "rules",
    outcome: "is not read by the vote; `select: weighted` or `weighted-vote` lets it weigh the votes",
    process: "the same, aggregated over steps",
    none: "the votes of the samples themselves",
  },
  options: z.strictObject({
    n: z.int().min(1).default(16).describe("independent samples"),
    temperature: z.number().min(0).default(0.7),
    ...exemplarOptions,
  }),
  candidates: (run, { n, temperature, ...shown }) => sampleSolutions(run, { n, temperature, shown }),
  select: () => majority(),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n }),
});
