import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { acceptCalls, acceptOption, acceptRule, correct, lastKept, plainAttempt, rewrite } from "./kit/loop.ts";
import { signalCalls, signalOf, signalOption, thresholdOption } from "./kit/signals.ts";

/**
 * Self-Refine: draft, feedback by the same model, revision, until the feedback finds nothing or the rounds end (Madaan
 * et al. 2023, arXiv:2303.17651).
 */
export const selfRefine = defineStrategy({
  name: "self-refine",
  summary: "draft, feedback, revision, until the feedback finds nothing",
  paper: "Madaan et al. 2023, arXiv:2303.17651",
  family: "correction",
  how:
    "Self-Refine: draft, feedback by the same model, revision, until the feedback finds nothing or the rounds end " +
    "(Madaan et al. 2023, arXiv:2303.17651). Every round is a candidate.",
  costNote:
    "at most `1 + 3 · rounds` policy calls: feedback, revision, and the fresh solution that the accept rule may draw. " +
    "The draft is the greedy solution of chain-of-thought. With `signal: none` it is the intrinsic self-correction of " +
    "Huang et al. 2023 (arXiv:2310.01798).",
  departures: [
    "The published feedback prompt for mathematics presumes an error; ours asks whether there is one, which costs " +
      "fewer right answers.",
    "A revision replaces the draft only by the accept rule (`accept: always` is the paper's), and the prompt holds " +
      "the draft that stands and the last feedback instead of the whole history.",
  ],
  rewards: {
    outcome: "accepts a revision only if it scores higher; with `signal: score` it is the feedback too",
    process: "points the feedback at the least trusted step, and accepts by the aggregated scores",
    none: "a revision is accepted if a fresh solution agrees with it",
  },
  options: z.strictObject({
    rounds: z.int().min(1).max(16).default(3).describe("revisions at most (the paper allows 4 attempts in all)"),
    temperature: z.number().min(0).default(0).describe("of the draft and the revisions"),
    feedbackTemperature: z.number().min(0).default(0),
    signal: signalOption("own"),
    threshold: thresholdOption,
    accept: acceptOption,
  }),
  candidates: (run, options) =>
    correct(run, {
      attempt: plainAttempt(options.temperature),
      signal: signalOf({ ...options, locates: false }),
      revise: rewrite(options.temperature),
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
