import { z } from "zod";
import type { Message } from "../src/core/policy.ts";
import type { Question } from "../src/core/question.ts";
import type { Score } from "../src/core/score.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { defineVerifier } from "../src/core/verifier.ts";

const INSTRUCTION =
  'Judge every step: is it right, given the problem and the steps before it? For each step write one line "Step k: p" where p from 0 to 10 says how sure you are that the step is right (10: certainly right, 0: certainly wrong). Write nothing else.';

function messagesFor(question: Question, steps: readonly string[]): Message[] {
  const numbered = steps.map((step, i) => `Step ${i + 1}: ${step.trim()}`).join("\n\n");
  return [
    { role: "system", content: "You are a strict examiner who checks solutions step by step." },
    { role: "user", content: `Problem:\n${question.text}\n\nSolution:\n${numbered}\n\n${INSTRUCTION}` },
  ];
}

/** Reads "Step k: p" lines; a step without a readable line is null. */
export function readVerdicts(text: string, count: number): Score[] {
  const found = new Map<number, number>();
  for (const [, k, p] of text.matchAll(/step\s*(\d+)\s*[:.)-]\s*\**(\d+(?:\.\d+)?)/gi)) {
    const [step, rating] = [Number(k), Number(p)];
    if (rating >= 0 && rating <= 10 && !found.has(step)) found.set(step, rating / 10);
  }
  return Array.from({ length: count }, (_, i) => {
    const value = found.get(i + 1);
    return value === undefined ? { value: null, reason: "no verdict for this step" } : { value };
  });
}

/**
 * A chat model as a process verifier: one call per trajectory, in which it rates every step (the critic form of ProcessBench, Zheng
 * et al. 2024, arXiv:2412.06559, with a rating per step instead of the first error's index). The steps sent are exactly those of
 * the trajectory.
 *
 * Cost: one call per trajectory. scores[i][t] is null where the reply names no rating for step t.
 */
export const stepJudge = defineVerifier({
  name: "step-judge",
  summary: "a chat model rates every step, one call per trajectory",
  paper: "Zheng et al. 2024, arXiv:2412.06559",
  options: z.strictObject({
    model: z.string().default("judge").describe("name of the model in the set-up; the policy when there is none"),
  }),
  process: ({ model }) => ({
    scoreSteps: (question, trajectories, run) =>
      Promise.all(
        trajectories.map(async (path: Trajectory) => {
          const steps = path.steps.map((step) => step.text);
          const [sample] = await run.sample({
            messages: messagesFor(question, steps),
            temperature: 0,
            from: 0,
            maxTokens: 12 * steps.length + 8,
            purpose: "step-judge",
            model,
          });
          return readVerdicts(sample?.text ?? "", steps.length);
        }),
      ),
  }),
});
