import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { thresholdStop as thresholdRule } from "../../src/engine/picking/stopping.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";

/**
 * Threshold stop: self-consistency that draws on only while more samples are likely enough to change the answer. The policy is SpecDec++'s (Huang et al. 2024,
 * arXiv:2405.19715): where going on costs the same each time and is worth less and less, the best moment to stop is when a probability crosses a threshold. There
 * it is the chance that a drafted token will be refused; here it is the posterior chance that the samples still allowed change the winner of the vote
 * (`changeProbability`, a Dirichlet posterior over answers). With a long way to go it asks for about what Adaptive-Consistency does; near `n` it
 * stops as soon as the runner-up can hardly catch up.
 *
 * Cost: at most `n` policy calls. The same stream and vote as self-consistency, so the same samples, only fewer.
 */
export const thresholdStop = defineStrategy({
  name: "threshold-stop",
  summary: "vote, until more samples would hardly change it",
  paper: "Huang et al. 2024, arXiv:2405.19715 (the threshold policy)",
  rewards: {
    outcome: "is not read by the vote",
    process: "is not read by the vote",
    none: "the votes of the samples themselves",
  },
  options: z.strictObject({
    n: z.int().min(1).default(16).describe("independent samples at most"),
    epsilon: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.05)
      .describe("stops when the samples still allowed change the answer with a smaller chance than this"),
    least: z.int().min(1).default(2).describe("samples before it may stop"),
    temperature: z.number().min(0).default(0.7),
  }),
  candidates: (run, { n, temperature }) => sampleSolutions(run, { n, temperature }),
  select: () => majority(),
  stop: ({ n, epsilon, least }) => thresholdRule(epsilon, n, least),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n }),
});
