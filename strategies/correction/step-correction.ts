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

/** What the policy is made to say after a doubtful step. */
const doubt = (step: string): string =>
  `${/\n\n$/.test(step) ? "" : "\n\n"}Wait, the last step is not right. Let me redo it.\n\n`;

/**
 * Leaves the wrong step standing, doubts it in the policy's own voice, and lets the policy go on. Step and doubt are
 * then settled: a step is doubted once. Where no step is located the last one is doubted. Cost: one call.
 */
const doubtAndGoOn =
  (temperature: number): Reviser =>
  async (run, { candidate }, { step }) => {
    const kept = step === null ? candidate.trajectory.depth : step + 1;
    const bridge = doubt(candidate.trajectory.steps[kept - 1]?.text ?? "");
    const prefix = textUpTo(candidate, kept) + bridge;
    const [sample] = await run.sample({
      messages: solutionMessages(run.question),
      prefix,
      temperature,
      purpose: "solve",
    });
    return sample === undefined ? null : resumed(run, candidate, kept, sample, bridge);
  };

/**
 * Step-level correction: where a step is found wrong, the policy doubts it in its own voice, writes it again and goes
 * on (the inference form of S3c-Math, Yan et al. 2024, arXiv:2409.01524, where a model is trained to do so; here any
 * model is made to).
 */
export const stepCorrection = defineStrategy({
  name: "step-correction",
  summary: "doubts the first wrong step in the policy's own voice and goes on from there",
  paper: "Yan et al. 2024, arXiv:2409.01524",
  family: "correction",
  how:
    "Step-level correction: where a step is found wrong, the policy doubts it in its own voice, writes it again and " +
    "goes on (the inference form of S3c-Math, Yan et al. 2024, arXiv:2409.01524, where a model is trained to do so; " +
    "here any model is made to). The wrong step stays in view; what was doubted once is not checked again. The same " +
    "loop as `backtrack`, which deletes the wrong step instead; a step is wrong where a process verifier scores it " +
    "below `threshold`, or where a critic says so.",
  costNote: "at most `1 + 3 · rounds` policy calls, with a process verifier `1 + rounds`.",
  departures: [
    "The policy is not stopped after every step to be checked.",
    "It runs on, and the check finds the first wrong step of what it wrote: the same text up to there, one call " +
      "instead of one a step, and there is a first attempt to compare with.",
  ],
  rewards: {
    outcome: "locates the first wrong step by scoring prefixes, and accepts a correction only if it scores higher",
    process: "is the check of the steps, and accepts a correction only if its aggregated score is higher",
    none: "the policy itself names the first wrong step; a correction is accepted if a fresh solution agrees with it",
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
      revise: doubtAndGoOn(options.temperature),
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
