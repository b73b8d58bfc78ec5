import { z } from "zod";
import { defineStrategy } from "../core/strategy.ts";
import { best } from "./picking/selections.ts";
import { solutionCandidate } from "./sampling.ts";

/** A stream of texts from elsewhere, for verifiers to judge: nothing is sampled. */
export const givenTexts = defineStrategy({
  name: "given",
  summary: "solutions from elsewhere",
  family: "sampling",
  how: "Texts that are there already are the only candidates.",
  costNote: "no calls of the policy.",
  departures: [],
  rewards: { outcome: "scores them", process: "scores their steps, aggregated", none: "says nothing" },
  options: z.strictObject({ texts: z.array(z.string()).min(1) }),
  async *candidates(run, { texts }) {
    for (const text of texts) {
      yield solutionCandidate(run, {
        text,
        finish: "stop",
        seed: 0,
        promptTokens: 0,
        cachedPromptTokens: 0,
        completionTokens: 0,
        sharedPrompt: false,
        dollars: 0,
      });
    }
  },
  select: () => best(),
  cost: ({ texts }) => ({ calls: 0, scored: texts.length }),
});
