import { z } from "zod";
import { roleOption } from "../../src/core/roles.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";
import { roundRobin, verifyAll } from "./sampling-based-search/verifying.ts";

const options = z.strictObject({
  n: z.int().min(1).default(8).describe("independent samples"),
  temperature: z.number().min(0).default(0.8).describe("of the samples"),
  ...exemplarOptions,
  verifications: z.int().min(1).default(4).describe("of each sample"),
  ties: z.int().min(1).default(4).describe("comparisons of each pair of finalists"),
  margin: z.number().min(0).max(1).default(0.05).describe("finalists score at most so much below the best"),
  finalists: z.int().min(1).default(3).describe("at most"),
  judgeTemperature: z.number().min(0).default(1).describe("of verifications and comparisons"),
  model: roleOption("judge", "part of the model that verifies"),
});
type Options = z.output<typeof options>;

/** Sampling-based search with self-verification (Zhao et al. 2025, arXiv:2502.01839, algorithm 1). */
export const samplingBasedSearch = defineStrategy({
  name: "sampling-based-search",
  summary: "n solutions, each verified several times by the policy itself, ties compared in pairs",
  paper: "Zhao et al. 2025, arXiv:2502.01839",
  family: "sampling",
  how:
    "Sampling-based search with self-verification (Zhao et al. 2025, arXiv:2502.01839, algorithm 1): each of `n` " +
    "solutions is verified `verifications` times, rewritten as theorem, lemmas and proofs and searched for errors; its " +
    "score is the share that found it correct. Where the best `finalists` score within `margin` and disagree, each " +
    "two of different answers are compared `ties` times, by where they differ; the one that wins most pairs answers.",
  costNote:
    "`n · (1 + verifications)` calls, and `ties` for each pair of finalists, charged to the policy; none but `n` where " +
    "all agree. The majority is picked while the stream runs and where the budget has no room for the rest.",
  departures: [
    "8 samples, 4 verifications and 4 comparisons by default, in the paper 200, 50 and 100; no preliminary scoring, " +
      "which saves calls at that size; the samples' temperature is 0.8, there 1.5.",
    "Finalists of equal answers are not compared, which counts as even. Comparisons take turns in which solution stands first. Equally many " +
      "pairs won: the higher score, then the larger share of votes.",
  ],
  rewards: {
    outcome: "is not read: the policy verifies its solutions itself; `best-of-n` reads it",
    process: "is not read, for the same reason",
    none: "the policy verifies its solutions itself",
  },
  options,
  candidates: (run, { n, temperature, ...shown }) => sampleSolutions(run, { n, temperature, shown }),
  select: (given) => verified(given),
  keeps: () => "all",
  cost: ({ n, verifications, ties, finalists }) => ({
    calls: n * (1 + verifications) + (ties * finalists * (finalists - 1)) / 2,
  }),
});

function verified(given: Options): Selection {
  return {
    name: "verified",
    usesScores: false,
    interim: majority(),
    pick: async (candidates, run) => {
      const voted = await majority().pick(candidates, run);
      if (voted === null || voted.tally.length < 2) return voted;
      const entrants = await verifyAll(run, candidates, given);
      const best = Math.max(...entrants.map(({ score }) => score));
      const finalists = entrants.filter(({ score }) => score >= best - given.margin - 1e-9).slice(0, given.finalists);
      const { winner = finalists[0], pairs } = await roundRobin(run, finalists, given);
      if (winner === undefined) return voted;
      const { candidate, score } = winner;
      const compared = pairs === 0 ? "" : `, won most of ${pairs} ${pairs === 1 ? "pair" : "pairs"} compared`;
      return {
        ...voted,
        ...{ index: candidate.index, answer: candidate.answer?.text ?? null, support: score, tied: false },
        reason: `found correct by ${(100 * score).toFixed(0)} % of its verifications${compared}`,
      };
    },
  };
}
