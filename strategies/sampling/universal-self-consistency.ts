import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";
import { mostConsistent } from "./universal-self-consistency/most-consistent.ts";

/**
 * Universal self-consistency: `n` independent solutions, then the policy is shown all of them and names the one most consistent with the
 * majority, which needs no rule for equal answers (Chen et al. 2023, arXiv:2311.17311, section 3). 8 solutions, as in the paper.
 *
 * Cost: `n + 1` calls. The majority is picked while the stream runs and where no call is left. See {@link mostConsistent} for ties and edge cases.
 */
export const universalSelfConsistency = defineStrategy({
  name: "universal-self-consistency",
  summary: "n independent solutions, the policy itself names the most consistent one",
  paper: "Chen et al. 2023, arXiv:2311.17311",
  rewards: {
    outcome: "is not read: the policy chooses by agreement; `select: weighted` lets it weigh the votes",
    process: "is not read, for the same reason",
    none: "the policy chooses by agreement",
  },
  options: z.strictObject({
    n: z.int().min(1).max(64).default(8).describe("independent samples"),
    temperature: z.number().min(0).default(0.7),
    shuffle: z.boolean().default(true).describe("show them in a random order, so that no place is favoured"),
    excerpt: z.int().min(40).default(4000).describe("characters of each solution shown at most; its end is kept"),
  }),
  candidates: (run, { n, temperature }) => sampleSolutions(run, { n, temperature }),
  select: ({ shuffle, excerpt }) => mostConsistent({ shuffle, excerpt }),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n + 1 }),
});
