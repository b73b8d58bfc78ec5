import { z } from "zod";
import { grade } from "../../src/answer/grade.ts";
import { defineGrader } from "../../src/core/grader.ts";

const instruction =
  "Does the student name the same error as the reference? Other words for it are fine, another error is not. " +
  'Answer with "yes" or "no" first.';

/**
 * MR-GSM8K's three tasks: verdicts and steps by the reference, and by a model whether the reason that is given for an
 * error is the annotators' (Zeng et al. 2023, arXiv:2312.17080, section 3.3, where GPT-4 compares the two; the prompt
 * is our own). With it `mr-score` has all three parts.
 */
export const mrGsm8kGrader = defineGrader({
  name: "mr-gsm8k",
  summary: "verdict and step by the reference, the reason of an error by a model that compares it with the annotators'",
  paper: "Zeng et al. 2023, arXiv:2312.17080",
  options: z.strictObject({
    instruction: z.string().min(1).default(instruction).describe("what is asked of a reason"),
  }),
  async judge({ problem: { question, reference, tags = [] }, answer, text }, options, ask) {
    if (!tags.includes("task:reason")) {
      const { verdict, rule } = grade(answer, reference, question);
      return { value: verdict === "undecided" ? null : verdict === "correct" ? 1 : 0, reason: rule };
    }
    const said = await ask(
      `${question.text}\n\nReference, the error in that solution:\n${reference.answer}\n\n` +
        `The student's answer:\n${text}\n\n${options.instruction}`,
    );
    const same = /^\W*(yes|no)\b/i.exec(said)?.[1]?.toLowerCase();
    if (same === undefined) return { value: null, reason: `neither yes nor no in "${said.slice(0, 60)}"` };
    return { value: same === "yes" ? 1 : 0, reason: same === "yes" ? "the same error" : "another error" };
  },
});
