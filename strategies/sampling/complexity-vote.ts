import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { complexityMajority } from "../../src/engine/picking/selections.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";

/**
 * Complexity-based voting: self-consistency in which only the chains with the most steps vote (Fu et al. 2022,
 * arXiv:2210.00720, section 3.2; 50 chains, of which 30 to 40 vote), and worked examples with the most steps are shown
 * where there are any (section 3.1, 8 of them).
 */
export const complexityVote = defineStrategy({
  name: "complexity-vote",
  summary: "n independent solutions, the longest chains vote",
  paper: "Fu et al. 2022, arXiv:2210.00720",
  family: "sampling",
  how:
    "Complexity-based voting: self-consistency in which only the chains with the most steps vote (Fu et al. 2022, " +
    "arXiv:2210.00720, section 3.2; 50 chains, of which 30 to 40 vote), and worked examples with the most steps are " +
    "shown where there are any (section 3.1, 8 of them). It is self-consistency under another selection: `keep` equal " +
    "to `n` is the plain vote.",
  costNote:
    "`n` policy calls. A step is a non-empty line; chains without an answer are removed before ranking; all tied at " +
    "the last rank vote.",
  departures: [],
  rewards: {
    readBy: "rules",
    outcome: "is not read: the number of steps says who votes; `weighted-vote` reads it",
    process: "is not read, for the same reason",
    none: "the chains with the most steps vote",
  },
  options: z
    .strictObject({
      n: z.int().min(1).default(16).describe("independent samples"),
      keep: z.int().min(1).optional().describe("chains that vote; default three quarters of those with an answer"),
      temperature: z.number().min(0).default(0.7),
      ...exemplarOptions,
      choose: exemplarOptions.choose.unwrap().default("most-complex").describe("which worked examples to show"),
    })
    .refine(({ n, keep }) => keep === undefined || keep <= n, {
      path: ["keep"],
      message: "must not be above `n`",
    }),
  candidates: (run, { n, temperature, ...shown }) => sampleSolutions(run, { n, temperature, shown }),
  select: ({ keep }) => complexityMajority(keep),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n }),
});
