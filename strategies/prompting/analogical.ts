import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { ask, askingCost, askingOptions, askingRewards, questionWith } from "./kit/asking.ts";

/**
 * Version 1, after section 4 of the paper: relevant and distinct problems, each described and solved, then the problem
 * itself.
 */
const TUTORIAL = "First name the core concepts of this problem and write a short tutorial on them.";
const RECALL = (count: number) =>
  `Recall ${count} other problems that are relevant to this one, each distinct from the rest. Describe each and solve it, without a box.`;
const SOLVE = "Then solve the initial problem step by step. Only its answer stands within \\boxed{}.";
const SOLVE_CODE = "Then give the program for the initial problem alone, in one block.";

/**
 * Analogical prompting: in one answer the policy recalls related problems, solves them, and then solves the question
 * (Yasunaga et al. 2023, arXiv:2310.01714, section 4; 3 to 5 of them; `tutorial` is their "knowledge + exemplars",
 * meant for code). `n` answers vote.
 */
export const analogical = defineStrategy({
  name: "analogical",
  summary: "recalls and solves related problems before the question, in one answer; n of them vote",
  paper: "Yasunaga et al. 2023, arXiv:2310.01714",
  family: "prompting",
  how:
    "Analogical prompting: in one answer the policy recalls related problems, solves them, and then solves the " +
    'question (Yasunaga et al. 2023, arXiv:2310.01714, section 4; 3 to 5 of them; `tutorial` is their "knowledge + ' +
    'exemplars", meant for code). `n` answers vote.',
  costNote: "`n` calls, each several times as long as a plain one. The last box counts as the answer.",
  departures: [],
  rewards: askingRewards,
  options: z.strictObject({
    ...askingOptions,
    recalled: z.int().min(2).max(8).default(3).describe("related problems"),
    tutorial: z.boolean().default(false).describe("a tutorial on the core concepts first"),
  }),
  candidates: (run, { recalled, tutorial, ...choice }) => {
    const code = run.question.kind === "code";
    const after = [...(tutorial ? [TUTORIAL] : []), RECALL(recalled), code ? SOLVE_CODE : SOLVE].join(" ");
    return ask(run, [{ messages: () => questionWith(run.question, { after }) }], choice);
  },
  select: () => bestOrMajority(),
  cost: askingCost,
});
