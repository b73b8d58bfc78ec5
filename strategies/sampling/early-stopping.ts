import { z } from "zod";
import { AnswerClasses } from "../../src/core/answer-classes.ts";
import type { ScoredCandidate } from "../../src/core/candidate.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { earlyStoppingWindow } from "../../src/engine/picking/stopping.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";

/**
 * Early-stopping self-consistency (ESC: Li et al. 2024, arXiv:2401.10480): samples in windows; the first window whose
 * answers are all equal ends it, and its answer is picked, whatever came before; else the majority of all (window 5,
 * at most 40 samples, as in the authors' code).
 */
export const earlyStopping = defineStrategy({
  name: "early-stopping",
  summary: "vote, until a whole window of samples agrees",
  paper: "Li et al. 2024, arXiv:2401.10480",
  family: "sampling",
  how:
    "Early-stopping self-consistency (ESC: Li et al. 2024, arXiv:2401.10480): samples in windows; the first window " +
    "whose answers are all equal ends it, and its answer is picked, whatever came before; else the majority of all " +
    "(window 5, at most 40 samples, as in the authors' code). The rule alone goes with any strategy as `stop: " +
    "early-stopping-window`, which leaves the pick to the strategy.",
  costNote: "at most `n` policy calls, one window at a time.",
  departures: [
    'a window with a sample without an answer is not unanimous (the code takes "no answer" for an answer); samples ' +
      "left over after the last whole window vote too.",
  ],
  rewards: {
    readBy: "rules",
    outcome: "is not read by the vote",
    process: "is not read by the vote",
    none: "the votes of the samples themselves",
  },
  options: z.strictObject({
    n: z.int().min(1).default(40).describe("independent samples at most"),
    window: z.int().min(1).default(5).describe("samples drawn together, and that must agree"),
    temperature: z.number().min(0).default(0.7),
    ...exemplarOptions,
  }),
  candidates: (run, { n, temperature, ...shown }) => sampleSolutions(run, { n, temperature, shown }),
  select: ({ window }) => unanimousWindow(window),
  stop: ({ window }) => earlyStoppingWindow(window),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n }),
});

/** The answer of the first window that agrees, else the majority of all. */
function unanimousWindow(window: number): Selection {
  return {
    name: `unanimous-window(${window})`,
    usesScores: false,
    pick: async (candidates, run) => {
      const byWindow = new Map<number, ScoredCandidate[]>();
      for (const candidate of candidates) {
        const at = Math.floor(candidate.index / window);
        byWindow.set(at, [...(byWindow.get(at) ?? []), candidate]);
      }
      const voted = await majority().pick(candidates, run);
      for (const members of byWindow.values()) {
        if (members.length < window || !AnswerClasses.of(run, members).unanimous) continue;
        const agreed = await majority().pick(members, run);
        return agreed && { ...agreed, tally: voted?.tally ?? [], reason: `a window of ${window} samples agrees` };
      }
      return voted;
    },
  };
}
