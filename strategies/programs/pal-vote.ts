import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { programOptions, samplePrograms } from "./program-aided.ts";

/**
 * Voting on executed answers (PAL with self-consistency: Gao et al. 2022, arXiv:2211.10435, section 5: 40 programs at
 * temperature 0.7).
 */
export const palVote = defineStrategy({
  name: "pal-vote",
  summary: "many programs vote on what they compute",
  paper: "Gao et al. 2022, arXiv:2211.10435, section 5",
  family: "programs",
  how:
    "Voting on executed answers (PAL with self-consistency: Gao et al. 2022, arXiv:2211.10435, section 5: 40 programs " +
    "at temperature 0.7). The loop of `program-aided` with the paper's numbers; the votes are weighed where there is " +
    "a verifier." +
    "\n\n" +
    "Equal values are one answer whatever their type (18 and 18.0); programs that fail, run out of time or return " +
    "nothing do not vote.",
  costNote: "`n` policy calls and up to `n` sandbox runs.",
  departures: [],
  rewards: {
    outcome: "weighs the votes of the executed programs",
    process: "the same, aggregated (a program is one step)",
    none: "the executed answers vote",
  },
  options: z.strictObject({ n: z.int().min(1).default(40).describe("programs"), ...programOptions }),
  candidates: samplePrograms,
  select: () => weighted(),
  cost: ({ n }) => ({ calls: n, scored: n, runs: n }),
});
