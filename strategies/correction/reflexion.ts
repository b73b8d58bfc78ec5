import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { acceptCalls, acceptOption, acceptRule } from "./kit/accept.ts";
import { lastKept } from "./kit/kept.ts";
import { correct } from "./kit/loop.ts";
import { plainAttempt } from "./kit/rewrite.ts";
import { signalCalls, signalOf, signalOption, thresholdOption } from "./kit/signals.ts";
import { reflectAndRetry } from "./reflexion/memory.ts";
import { examiner } from "./reflexion/own-tests.ts";

/** Tests that a task may show; more are not expected. */
const mostShownTests = 20;

/**
 * Reflexion: an attempt that its evaluator finds wrong is reflected upon in words, and the next attempt is made with the lessons so far in view (Shinn et al. 2023,
 * arXiv:2303.11366, algorithm 1: `rounds` is the number of trials after the first, `memory` is Ω).
 *
 * The evaluator is the signal. For a programming task it is a test run: the tests that the task shows, else `tests` that the policy writes once, before its attempts are
 * looked at; the report is reflected upon, passing ends the trials, and a trial replaces the attempt if it passes more (section 4.3). Else it is an
 * outcome verifier where there is one, or the policy's own words. Departure: the published runs on question answering stop when the
 * answer equals the reference; no strategy here can see that. A trial replaces the attempt by the accept rule (`accept: always` is the paper's).
 *
 * Cost: at most `2 + 4 · rounds` policy calls: the tests once; evaluation in words, reflection, trial, and the fresh solution that the accept rule may ask for. Sandbox
 * runs for programs only: one a program, where no test hangs.
 */
export const reflexion = defineStrategy({
  name: "reflexion",
  summary: "tries again with lessons in words from the attempts that failed",
  paper: "Shinn et al. 2023, arXiv:2303.11366",
  rewards: {
    outcome: "is the evaluator that ends the trials, and accepts a trial only if it scores higher",
    process: "is the evaluator that ends the trials, and points at the first wrong step",
    none: "the policy evaluates itself; a trial is accepted if a fresh solution agrees with it",
  },
  options: z.strictObject({
    rounds: z.int().min(1).max(16).default(3).describe("trials after the first at most"),
    memory: z.int().min(1).max(16).default(3).describe("lessons kept in view"),
    temperature: z.number().min(0).default(0).describe("of the attempts"),
    feedbackTemperature: z.number().min(0).default(0).describe("of evaluation and reflection"),
    signal: signalOption("auto"),
    threshold: thresholdOption,
    accept: acceptOption,
    tests: z
      .int()
      .min(0)
      .max(16)
      .default(4)
      .describe("tests that the policy writes for programs whose task shows none"),
    timeoutMs: z.int().min(100).max(60_000).default(5_000).describe("wall time for one run of the tests"),
  }),
  candidates: (run, options) => {
    const { signal, worth } = examiner({ ...options, temperature: options.feedbackTemperature });
    const otherwise = signalOf({ ...options, locates: false });
    return correct(run, {
      attempt: plainAttempt(options.temperature),
      signal: options.signal === "auto" ? signal(otherwise) : otherwise,
      revise: reflectAndRetry({ ...options, reflectTemperature: options.feedbackTemperature }),
      accept: acceptRule({ ...options, worth }),
      rounds: options.rounds,
      varies: true,
    });
  },
  select: ({ accept }) => lastKept(accept),
  cost: ({ rounds, signal, accept, tests }) => ({
    calls: 2 + rounds * (signalCalls(signal) + 2 + acceptCalls(accept)),
    scored: 2 * (1 + rounds),
    runs: (1 + rounds) * (1 + Math.max(tests, mostShownTests)),
  }),
});
