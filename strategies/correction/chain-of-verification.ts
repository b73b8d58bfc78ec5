import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { independentChecks } from "./chain-of-verification/verification.ts";
import { acceptCalls, acceptOption, acceptRule } from "./kit/accept.ts";
import { lastKept } from "./kit/kept.ts";
import { correct } from "./kit/loop.ts";
import { plainAttempt, rewrite } from "./kit/rewrite.ts";

/**
 * Chain-of-verification: after an attempt the policy plans questions that would expose a mistake, answers each of them without the attempt in view, and writes the solution
 * anew with the answers at hand (Dhuliawala et al. 2023, arXiv:2309.11495, section 3, the factored form).
 *
 * A plan in which no question can be read leaves the attempt as it is. Cost: at most `1 + rounds · (3 + questions)` calls: the plan, an answer for each question, the revision,
 * and the fresh solution that the accept rule may ask for. Departures: a revision replaces the attempt only by the accept rule (`accept: always` is the paper's); the
 * cross-check of each answer against the attempt is left to the revision.
 */
export const chainOfVerification = defineStrategy({
  name: "chain-of-verification",
  summary: "questions that would expose a mistake, answered without the attempt in view, then a revision",
  paper: "Dhuliawala et al. 2023, arXiv:2309.11495",
  rewards: {
    outcome: "accepts the revision only if it scores higher",
    process: "the same, aggregated over steps",
    none: "the revision is accepted if a fresh solution agrees with it",
  },
  options: z.strictObject({
    rounds: z.int().min(1).max(8).default(1).describe("revisions at most"),
    questions: z.int().min(1).max(16).default(4).describe("verification questions at most"),
    temperature: z.number().min(0).default(0).describe("of the attempt and the revision"),
    feedbackTemperature: z.number().min(0).default(0).describe("of questions and answers"),
    accept: acceptOption,
  }),
  candidates: (run, { feedbackTemperature, ...options }) =>
    correct(run, {
      attempt: plainAttempt(options.temperature),
      signal: independentChecks({ ...options, temperature: feedbackTemperature }),
      revise: rewrite(options.temperature),
      accept: acceptRule(options),
      rounds: options.rounds,
      varies: options.temperature > 0,
    }),
  select: ({ accept }) => lastKept(accept),
  cost: ({ rounds, questions, accept }) => ({
    calls: 1 + rounds * (2 + questions + acceptCalls(accept)),
    scored: 2 * (1 + rounds),
  }),
});
