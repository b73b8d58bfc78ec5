import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { ask, askingRewards, prologueCost, prologueOptions, questionWith, writtenAbout } from "./kit/asking.ts";

/** Version 1. */
const REPHRASE_SYSTEM =
  "Restate the question so that it can be answered more easily: say plainly what is given and what is asked, and keep every fact and every number. Do not answer it.";

/**
 * Rephrase then solve: the policy restates the question, then answers the question with the restatement beside it
 * (two-step RaR: Deng et al. 2023, arXiv:2311.04205, section 3). `n` answers vote.
 */
export const rephraseThenSolve = defineStrategy({
  name: "rephrase-then-solve",
  summary: "restates the question, then answers both wordings together; n answers vote",
  paper: "Deng et al. 2023, arXiv:2311.04205",
  family: "prompting",
  how:
    "Rephrase then solve: the policy restates the question, then answers the question with the restatement beside it " +
    "(two-step RaR: Deng et al. 2023, arXiv:2311.04205, section 3). `n` answers vote.",
  costNote: "`2n` calls; `n + 1` where one restatement is shared. A blank restatement leaves the plain question.",
  departures: [],
  rewards: askingRewards,
  options: z.strictObject(prologueOptions),
  candidates: (run, choice) => {
    const { question } = run;
    const prologue = writtenAbout(question, REPHRASE_SYSTEM, "rephrase");
    const messages = (written: string) => questionWith(question, { after: `In other words:\n${written}` });
    return ask(run, [{ prologue, messages }], choice);
  },
  select: () => bestOrMajority(),
  cost: prologueCost,
});
