import { defineStrategy } from "../../src/core/strategy.ts";
import { lastKept } from "./kit/kept.ts";
import { correctSteps, deleteAndResample, resumeCost, resumeOptions } from "./kit/resume.ts";

/**
 * Backtracking: the first wrong step of the attempt is located by a process reward model (its first score below `threshold`), or by a critic where there is none; that step
 * and all after it are deleted, and the policy goes on from the steps before (the first error as ProcessBench defines it, Zheng et al. 2024, arXiv:2412.06559,
 * section 4; deleting it is the hard form of step-level correction).
 *
 * An error at the first step, or one that is not located, gives a fresh solution. No error found: the attempt stands, after one call and one look. The notes of each
 * revision count the tokens `saved`: those of the steps kept. The same loop as `step-correction`, which leaves the wrong step standing and doubts it.
 *
 * Cost: at most `1 + 3 · rounds` policy calls: a critic's look, the continuation, and the fresh solution that the accept rule may ask for; with a process verifier
 * `1 + rounds`. With a temperature of 0 and a rejected continuation the next would be the same: it ends.
 */
export const backtrack = defineStrategy({
  name: "backtrack",
  summary: "deletes the attempt from its first wrong step on and samples on from there",
  paper: "Zheng et al. 2024, arXiv:2412.06559",
  rewards: {
    outcome: "locates the first wrong step by scoring prefixes, and accepts a continuation only if it scores higher",
    process: "locates the first wrong step, and accepts a continuation only if its aggregated score is higher",
    none: "the policy itself names the first wrong step; a continuation is accepted if a fresh solution agrees with it",
  },
  options: resumeOptions,
  candidates: (run, options) => correctSteps(run, options, deleteAndResample),
  select: ({ accept }) => lastKept(accept),
  cost: resumeCost,
});
