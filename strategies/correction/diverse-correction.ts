import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import { roleOption } from "../../src/core/roles.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { acceptCalls, acceptOption, acceptRule, correct, plainAttempt, rewrite } from "./kit/loop.ts";
import { amongStanding } from "./kit/panel.ts";
import { signalCalls, signalOf, signalOption, thresholdOption } from "./kit/signals.ts";

const options = z.strictObject({
  temperatures: z
    .array(z.number().min(0))
    .min(1)
    .max(16)
    .default([0.7, 0.9, 1.1])
    .describe("of the attempts: one chain each, the more diverse the further"),
  diverse: roleOption("diverse", "part of the model of the attempts after the first"),
  rounds: z.int().min(1).max(16).default(1).describe("revisions of each attempt at most"),
  feedbackTemperature: z.number().min(0).default(0),
  signal: signalOption("auto"),
  threshold: thresholdOption,
  accept: acceptOption,
});

/** One chain after the other; each is the loop of self-refine, at a higher temperature than the one before. */
async function* chains(run: Run, given: z.output<typeof options>): AsyncGenerator<Candidate> {
  let from: number | null = 0;
  for (const [chain, temperature] of given.temperatures.entries()) {
    from = yield* correct(run, {
      attempt: plainAttempt(temperature, chain === 0 ? undefined : given.diverse),
      signal: signalOf({ ...given, locates: false }),
      revise: rewrite(temperature),
      accept: acceptRule({ ...given, temperature }),
      rounds: given.rounds,
      varies: temperature > 0,
      from,
      notes: { chain },
    });
    if (from === null) return;
  }
}

/**
 * Generate, correct, diversify: several attempts at growing temperatures (from the model named "diverse" after the
 * first, where the set-up has one), each corrected by the loop of self-refine; what stands of every chain is then
 * scored or votes (the three stages of SPHERE, Singh et al. 2025, arXiv:2503.04813, which make training pairs there,
 * at inference).
 */
export const diverseCorrection = defineStrategy({
  name: "diverse-correction",
  summary: "diverse attempts, each corrected; what stands of them is scored or votes",
  paper: "Singh et al. 2025, arXiv:2503.04813",
  family: "correction",
  how:
    'Generate, correct, diversify: several attempts at growing temperatures (from the model named "diverse" after the ' +
    "first, where the set-up has one), each corrected by the loop of self-refine; what stands of every chain is then " +
    "scored or votes (the three stages of SPHERE, Singh et al. 2025, arXiv:2503.04813, which make training pairs " +
    "there, at inference).",
  costNote:
    "at most `k · (1 + 3 · rounds)` calls for `k` temperatures. Chains run one after the other, so that a budget ends " +
    "the last.",
  departures: [],
  rewards: {
    outcome: "says which attempts to correct, accepts revisions that score higher, and picks among the chains",
    process: "the same, aggregated over steps; it also points at the first wrong step",
    none: "own feedback; a revision is accepted if a fresh solution agrees, and the chains vote",
  },
  options,
  candidates: chains,
  select: ({ accept }) => amongStanding(accept),
  cost: ({ temperatures, rounds, signal, accept }) => ({
    calls: temperatures.length * (1 + rounds * (signalCalls(signal) + 1 + acceptCalls(accept))),
    scored: 2 * temperatures.length * (1 + rounds),
  }),
});
