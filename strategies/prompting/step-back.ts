import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { ask, askingRewards, prologueCost, prologueOptions, questionWith, writtenAbout } from "./kit/asking.ts";

/** Version 1, with the paper's abstraction in general words and one example of it. */
const STEP_BACK_SYSTEM = `You see a problem. Take a step back: ask the more general question behind it, the concept or principle that problems of this kind rest on, and answer that general question in a few sentences. Do not solve the problem itself.

For example, behind "A pump fills 3 tanks in 2 hours; how long do 12 tanks take?" stands: How do amount, rate and time hang together? At a constant rate the amount is the rate times the time, so the time grows in proportion to the amount.`;

/**
 * Step-back: the policy asks and answers the more general question behind the problem, then solves the problem with
 * that principle beside it (Zheng et al. 2023, arXiv:2310.06117, section 2: abstraction, then reasoning grounded in
 * it). `n` answers vote.
 */
export const stepBack = defineStrategy({
  name: "step-back",
  summary: "states the principle behind the question first, then solves with it; n answers vote",
  paper: "Zheng et al. 2023, arXiv:2310.06117",
  family: "prompting",
  how:
    "Step-back: the policy asks and answers the more general question behind the problem, then solves the problem " +
    "with that principle beside it (Zheng et al. 2023, arXiv:2310.06117, section 2: abstraction, then reasoning " +
    "grounded in it). `n` answers vote.",
  costNote: "`2n` calls; `n + 1` where one principle is shared. A blank principle leaves the plain question.",
  departures: [],
  rewards: askingRewards,
  options: z.strictObject(prologueOptions),
  candidates: (run, choice) => {
    const { question } = run;
    const prologue = writtenAbout(question, STEP_BACK_SYSTEM, "step-back");
    const messages = (written: string) =>
      questionWith(question, { after: `Solve it with the help of this principle, where it applies:\n${written}` });
    return ask(run, [{ prologue, messages }], choice);
  },
  select: () => bestOrMajority(),
  cost: prologueCost,
});
