import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { cappedAttempt, thinkOn } from "./budget-forcing/forcing.ts";
import { acceptCalls, acceptOption, acceptRule } from "./kit/accept.ts";
import { lastKept } from "./kit/kept.ts";
import { correct } from "./kit/loop.ts";
import { signalCalls, signalOf, signalOption, thresholdOption } from "./kit/signals.ts";

/**
 * Budget forcing: thinking that ends is made to go on with "Wait", up to `waits` times, and thinking that reaches `thinkingTokens` is cut and the answer asked
 * for (s1: Muennighoff et al. 2025, arXiv:2501.19393, section 3).
 *
 * The turn is continued as text, so it needs a policy that continues a prefix (chat servers without that are asked in words). A model with marked thoughts
 * ("</think>") has its end of thinking taken back; any other goes on after its answer, and the last box counts. Cost: at most `2 + waits · 3` calls: a cut text asks
 * once more for the answer, and the accept rule may ask for a fresh solution. Departures: `accept: always` is the paper's; a rejected extension at temperature 0
 * would come out the same, so it ends; with another `signal` than none, an attempt in which nothing is found is not extended.
 */
export const budgetForcing = defineStrategy({
  name: "budget-forcing",
  summary: 'thinking goes on after "Wait", or is cut at a limit',
  paper: "Muennighoff et al. 2025, arXiv:2501.19393",
  rewards: {
    outcome: "accepts an extension only if it scores higher; with `signal: score` it decides whether to go on",
    process: "the same, aggregated over steps",
    none: "an extension is accepted if a fresh solution agrees with it",
  },
  options: z.strictObject({
    waits: z.int().min(0).max(16).default(2).describe("times that thinking is made to go on"),
    thinkingTokens: z
      .int()
      .min(1)
      .optional()
      .describe("where each stretch of thinking is cut; default: the answer length"),
    cue: z.string().min(1).default("Wait").describe("what is put where thinking ended"),
    temperature: z.number().min(0).default(0),
    feedbackTemperature: z.number().min(0).default(0),
    signal: signalOption("none"),
    threshold: thresholdOption,
    accept: acceptOption,
  }),
  candidates: (run, options) => {
    const settings = { ...options, thinkingTokens: options.thinkingTokens };
    return correct(run, {
      attempt: cappedAttempt(settings),
      signal: signalOf({ ...options, locates: false }),
      revise: thinkOn(settings),
      accept: acceptRule(options),
      rounds: options.waits,
      varies: options.temperature > 0,
    });
  },
  select: ({ accept }) => lastKept(accept),
  cost: ({ waits, signal, accept }) => ({
    calls: 2 + waits * (signalCalls(signal) + 2 + acceptCalls(accept)),
    scored: 2 * (1 + waits),
  }),
});
