import { z } from "zod";
import { readRatings } from "../src/answer/verdicts/ratings.ts";
import type { Reply } from "../src/answer/verdicts/spoken.ts";
import type { Message } from "../src/core/policy.ts";
import { roleOption } from "../src/core/roles.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";

/** What a solution to a problem with one right answer is rated by. */
const CRITERIA = [
  { text: "It understands what is asked and uses all the facts that matter.", weight: 1 },
  { text: "Every step follows from the ones before it.", weight: 1 },
  { text: "Every calculation is right.", weight: 2 },
  { text: "The final answer is what is asked for, and is correct.", weight: 4 },
] as const;
const INSTRUCTION =
  'Rate the solution on each criterion from 0 (not at all) to 10 (fully). For each write one line "Criterion k: rating". Write nothing else.';

const criterion = z.strictObject({ text: z.string().min(1), weight: z.number().positive().default(1) });

function messagesFor(question: string, solution: string, criteria: readonly { text: string }[], instruction: string) {
  const listed = criteria.map(({ text }, i) => `Criterion ${i + 1}: ${text}`).join("\n");
  const content = `Problem:\n${question}\n\nSolution:\n${solution.trim()}\n\n${listed}\n\n${instruction}`;
  const system = "You are a strict examiner of solutions to problems.";
  return [
    { role: "system", content: system },
    { role: "user", content },
  ] satisfies Message[];
}

/** The weighted mean of the ratings as a share; null unless every criterion has one from 0 to 10. */
export function rubricShare(reply: Reply, weights: readonly number[]): Score {
  const found = readRatings(reply, weights.length, "criterion", { min: 0, max: 10 });
  let [sum, total] = [0, 0];
  for (const [i, weight] of weights.entries()) {
    const rating = found[i]?.rating;
    if (rating === undefined) return { value: null, reason: `no rating from 0 to 10 for criterion ${i + 1}` };
    sum += (weight * rating) / 10;
    total += weight;
  }
  return { value: sum / total, reason: `ratings ${found.map((each) => each?.rating).join(", ")}` };
}

/**
 * A chat model rates a solution on each criterion of a rubric; the score is the weighted mean of the ratings. Any task
 * with a rubric can so be scored.
 *
 * Cost: one call per candidate. Null when a criterion has no readable rating.
 */
export const rubric = defineVerifier({
  name: "rubric",
  summary: "a chat model rates the solution on each criterion of a rubric",
  paper: "Kim et al. 2023, arXiv:2310.08491 (rating by a given rubric)",
  options: z.strictObject({
    criteria: z
      .array(criterion)
      .min(1)
      .default(CRITERIA.map((one) => ({ ...one })))
      .describe("texts with weights"),
    instruction: z.string().min(1).default(INSTRUCTION).describe("what is asked after the criteria"),
    model: roleOption("judge", "part of the model that is asked"),
  }),
  outcome: ({ criteria, instruction, model }) => ({
    score: (question, candidates, run) =>
      Promise.all(
        candidates.map(async ({ text }) => {
          const [sample] = await run.sample({
            messages: messagesFor(question.text, text, criteria, instruction),
            temperature: 0,
            from: 0,
            maxTokens: 12 * criteria.length + 8,
            purpose: "judge",
            model,
          });
          return rubricShare(
            sample ?? "",
            criteria.map(({ weight }) => weight),
          );
        }),
      ),
  }),
});
