import { z } from "zod";
import { defineVerifier } from "../src/core/verifier.ts";
import { cardOf } from "../src/learned/card.ts";
import { learnedNeeds, learnedOutcome, shipped } from "./support/learned.ts";

const learned = shipped("default.orm");

/**
 * The outcome verifier of the default model: the mean log-odds of a ridge-logistic head over the model's own hidden
 * states, its log-probabilities and the text, and of boosted trees over the latter two, learned from its graded
 * solutions of GSM8K, GSM-Hard, SVAMP, ASDiv and MATH problems (`ruminate verifier train`; the value head of Cobbe et
 * al. 2021, arXiv:2110.14168, in small). The value is the probability that the solution is right. Its card, with areas
 * on problems that it did not learn from, is shown by `ruminate verifiers show default-orm`.
 *
 * Costs nothing for what the default model sampled itself; a text from elsewhere is read by one call. Another model's
 * states mean something else: then the value is null and the reason says so.
 */
export const defaultOrm = defineVerifier({
  name: "default-orm",
  summary: "the default model's own outcome verifier, learned from its solutions",
  paper: "Cobbe et al. 2021, arXiv:2110.14168",
  options: z.strictObject({}),
  needs: () => learnedNeeds(learned()),
  card: () => cardOf(learned()),
  outcome: () => learnedOutcome(learned()),
});
