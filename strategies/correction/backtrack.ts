import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { solutionMessages } from "../../src/engine/sampling.ts";
import {
  acceptCalls,
  acceptOption,
  acceptRule,
  correct,
  lastKept,
  plainAttempt,
  type Reviser,
  resumed,
  textUpTo,
} from "./kit/loop.ts";
import { signalCalls, signalOf, signalOption, thresholdOption } from "./kit/signals.ts";

/** Deletes the first wrong step and all after it, and samples on from the steps before. Cost: one call. */
const deleteAndResample =
  (temperature: number): Reviser =>
  async (run, { candidate }, { step }) => {
    const kept = step ?? 0;
    const prefix = textUpTo(candidate, kept) || undefined;
    const [sample] = await run.sample({
      messages: solutionMessages(run.question),
      prefix,
      temperature,
      purpose: "solve",
    });
    return sample === undefined ? null : resumed(run, candidate, kept, sample);
  };

/**
 * Backtracking: a process reward model locates the first wrong step of the attempt (the first score below
 * `threshold`), or a critic where there is none; that step and all after it are deleted, and the policy goes on from
 * the steps before (the first error as ProcessBench defines it, Zheng et al. 2024, arXiv:2412.06559, section 4;
 * deleting it is the hard form of step-level correction).
 */
export const backtrack = defineStrategy({
  name: "backtrack",
  summary: "deletes the attempt from its first wrong step on and samples on from there",
  paper: "Zheng et al. 2024, arXiv:2412.06559",
  family: "correction",
  how:
    "Backtracking: a process reward model locates the first wrong step of the attempt (the first score below " +
    "`threshold`), or a critic where there is none; that step and all after it are deleted, and the policy goes on " +
    "from the steps before (the first error as ProcessBench defines it, Zheng et al. 2024, arXiv:2412.06559, section " +
    "4; deleting it is the hard form of step-level correction)." +
    "\n\n" +
    "An error at the first step, or one that is not located, gives a fresh solution. No error found: the attempt " +
    "stands, after one call and one check. The notes of each revision count the tokens `saved`: those of the steps " +
    "kept. The same loop as `step-correction`, which leaves the wrong step standing and doubts it.",
  costNote:
    "at most `1 + 3 · rounds` policy calls: the critic, the continuation, and the fresh solution that the accept rule " +
    "may draw; with a process verifier `1 + rounds`. At temperature 0 a rejected continuation ends the loop, as the " +
    "next would be the same.",
  departures: [],
  rewards: {
    outcome: "locates the first wrong step by scoring prefixes, and accepts a continuation only if it scores higher",
    process: "locates the first wrong step, and accepts a continuation only if its aggregated score is higher",
    none: "the policy itself names the first wrong step; a continuation is accepted if a fresh solution agrees with it",
  },
  options: z.strictObject({
    rounds: z.int().min(1).max(16).default(3).describe("corrections at most"),
    temperature: z.number().min(0).default(0.7).describe("of the attempt and of what is sampled on from it"),
    feedbackTemperature: z.number().min(0).default(0),
    signal: signalOption("auto"),
    threshold: thresholdOption,
    accept: acceptOption,
  }),
  candidates: (run, options) =>
    correct(run, {
      attempt: plainAttempt(options.temperature),
      signal: signalOf({ ...options, locates: true }),
      revise: deleteAndResample(options.temperature),
      accept: acceptRule(options),
      rounds: options.rounds,
      varies: options.temperature > 0,
    }),
  select: ({ accept }) => lastKept(accept),
  cost: ({ rounds, signal, accept }) => ({
    calls: 1 + rounds * (signalCalls(signal) + 1 + acceptCalls(accept)),
    scored: 2 * (1 + rounds),
  }),
});
