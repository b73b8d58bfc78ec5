import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { first } from "../../src/engine/picking/selections.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";

/**
 * Chain of thought: one solution, step by step (Wei et al. 2022, arXiv:2201.11903; zero-shot: Kojima et al. 2022,
 * arXiv:2205.11916).
 */
export const chainOfThought = defineStrategy({
  name: "chain-of-thought",
  summary: "one solution, reasoned step by step",
  paper: "Wei et al. 2022, arXiv:2201.11903",
  family: "sampling",
  how:
    "Chain of thought: one solution, step by step (Wei et al. 2022, arXiv:2201.11903; zero-shot: Kojima et al. 2022, " +
    'arXiv:2205.11916). With `exemplars` it is few-shot; `choose: "most-complex"` shows those with the most steps (Fu ' +
    "et al. 2022, arXiv:2210.00720, section 3.1).",
  costNote: "one policy call. Greedy by default.",
  departures: [],
  rewards: {
    readBy: "rules",
    outcome: "scores the one candidate, which gives the answer a confidence; there is nothing to choose between",
    process: "the same, aggregated over its steps",
    none: "one greedy solution",
  },
  options: z.strictObject({
    temperature: z.number().min(0).default(0).describe("0 is greedy"),
    ...exemplarOptions,
  }),
  candidates: (run, { temperature, ...shown }) => sampleSolutions(run, { n: 1, temperature, shown }),
  select: () => first(),
  keeps: () => "all",
  cost: () => ({ calls: 1 }),
});
