import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { ask, askingCost, askingOptions, askingRewards, questionWith } from "./kit/asking.ts";

/** Version 1: the two triggers of the paper's table 5, in our words. */
const TRIGGERS = {
  plan: "First understand the problem and make a plan that solves it. Then carry the plan out and solve the problem step by step.",
  detailed:
    "First understand the problem, list the quantities that matter with their numbers, and make a complete plan. Then carry the plan out: work out the intermediate quantities one by one, calculate with care and common sense, and give the answer.",
} as const;

/**
 * Plan-and-solve: the question with the request to plan first and then to carry the plan out, in one answer (Wang et
 * al. 2023, arXiv:2305.04091, sections 2 and 3; `trigger: plan` is their PS, `detailed` their PS+). `n` answers vote,
 * as in their section 5 on self-consistency.
 */
export const planAndSolve = defineStrategy({
  name: "plan-and-solve",
  summary: "asks for a plan and its execution in one answer; n of them vote",
  paper: "Wang et al. 2023, arXiv:2305.04091",
  family: "prompting",
  how:
    "Plan-and-solve: the question with the request to plan first and then to carry the plan out, in one answer (Wang " +
    "et al. 2023, arXiv:2305.04091, sections 2 and 3; `trigger: plan` is their PS, `detailed` their PS+). `n` answers " +
    "vote, as in their section 5 on self-consistency.",
  costNote: "`n` calls.",
  departures: ["The answer is read from its box, where the paper extracts it by a second call."],
  rewards: askingRewards,
  options: z.strictObject({
    ...askingOptions,
    trigger: z.enum(["plan", "detailed"]).default("detailed").describe("PS or PS+"),
  }),
  candidates: (run, { trigger, ...choice }) =>
    ask(run, [{ messages: () => questionWith(run.question, { after: TRIGGERS[trigger] }) }], choice),
  select: () => bestOrMajority(),
  cost: askingCost,
});
