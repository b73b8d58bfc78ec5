import { defineStrategy } from "../../src/core/strategy.ts";
import { lastKept } from "./kit/kept.ts";
import { correctSteps, doubtAndGoOn, resumeCost, resumeOptions } from "./kit/resume.ts";

/**
 * Step-level correction: where a step is found wrong, the policy doubts it in its own voice, writes it again and goes on (the inference form of S3c-Math, Yan et al. 2024,
 * arXiv:2409.01524, where a model is trained to do so; here any model is made to). The wrong step stays in view; what was doubted once is not looked at
 * again. The same loop as `backtrack`, which deletes the wrong step instead; a step is wrong where a process verifier scores it below `threshold`, or where a critic says so.
 *
 * Departure: the policy is not stopped after every step to be checked. It runs on, and the check finds the first wrong step of what it wrote: the same text up to there, one call
 * instead of one a step, and there is a first attempt to compare with. Cost: at most `1 + 3 · rounds` policy calls, with a process verifier `1 + rounds`.
 */
export const stepCorrection = defineStrategy({
  name: "step-correction",
  summary: "doubts the first wrong step in the policy's own voice and goes on from there",
  paper: "Yan et al. 2024, arXiv:2409.01524",
  rewards: {
    outcome: "locates the first wrong step by scoring prefixes, and accepts a correction only if it scores higher",
    process: "is the check of the steps, and accepts a correction only if its aggregated score is higher",
    none: "the policy itself names the first wrong step; a correction is accepted if a fresh solution agrees with it",
  },
  options: resumeOptions,
  candidates: (run, options) => correctSteps(run, options, doubtAndGoOn),
  select: ({ accept }) => lastKept(accept),
  cost: resumeCost,
});
