import { z } from "zod";
import { defineVerifier } from "../src/core/verifier.ts";
import { cardOf } from "../src/learned/card.ts";
import { learnedNeeds, learnedProcess, shipped } from "./support/learned.ts";

const learned = shipped("default.prm");

/**
 * The process verifier of the default model: the mean log-odds of a ridge-logistic head over the model's own hidden
 * states and the text of every beginning of a solution, and of boosted trees over the text, learned from the outcomes
 * of its graded solutions. The value is the probability that it ends right (OVM, Yu et al. 2023, arXiv:2311.09724); a
 * solution's value is that of its last step. What holds of default-orm holds here: costs, other models, and where its
 * card is.
 */
export const defaultPrm = defineVerifier({
  name: "default-prm",
  summary: "the default model's own process verifier: how likely a beginning is to end right",
  paper: "Yu et al. 2023, arXiv:2311.09724",
  options: z.strictObject({}),
  needs: () => learnedNeeds(learned()),
  card: () => cardOf(learned()),
  process: () => ({ ...learnedProcess(learned()), aggregation: "last" }),
});
