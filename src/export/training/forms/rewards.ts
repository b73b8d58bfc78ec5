import { z } from "zod";
import { rewardedSteps, sigmoid } from "../../../core/score.ts";
import { defineForm, type FormContext, type Graded, graded, reasons, sourceSchema, wordsSchema } from "../form.ts";
import { scoresOf } from "../masks.ts";
import { type Pool, sourceOf, stepsOf } from "../pool.ts";
import { solveRate } from "../rates.ts";
import { plain } from "./prefix-values.ts";

const options = z.strictObject({
  rows: z
    .enum(["steps", "solutions"])
    .default("steps")
    .describe("a row with the rewards of every step, or one with the reward of the whole solution"),
  threshold: z.number().default(0.5).describe("η of Clip"),
  weight: z.number().default(1).describe("α: what a shaped reward weighs beside the success"),
});

const list = z.array(z.number());
const solutionRow = z.strictObject({
  prompt: wordsSchema,
  completion: wordsSchema,
  reward: z.number().describe("σ(r/2) + v - 1, v = 1 for a right answer"),
  reward_model: z.number().describe("r: the outcome verifier's own number"),
  right: z.boolean(),
  source: sourceSchema,
});

const stepRow = z.strictObject({
  prompt: z.string(),
  completions: z.array(z.string()).min(1).describe("the steps"),
  scores: list.describe("the process verifier's"),
  clip: list,
  delta: list,
  clip_delta: list,
  rewards: list.describe("Clip and Delta, with the success at the last step"),
  returns: list.describe("the sum of rewards from each step on"),
  progress: list
    .nullable()
    .describe(
      "what each step adds to the score before it, the first to the solve rate (MRT); null where it is unknown",
    ),
  mixed: z
    .number()
    .nullable()
    .describe("σ(r/2) + v - 1 of the outcome verifier's own number r; null where it is not known"),
  right: z.boolean(),
  source: sourceSchema,
});

const row = z.union([stepRow, solutionRow]);

/** Shaped rewards of each step, or of whole solutions. */
export const rewards = defineForm({
  name: "rewards",
  summary: "rewards of every step: Clip, Delta, both with the success, and progress",
  papers: "Clip and Delta 2410.15115, MRT 2503.07572, Qwen2.5-Math 2409.12122",
  loads: "reinforcement learning with a reward a step; one number for each of completions",
  options,
  row,
  *rows(pool, { rows, threshold, weight }, context) {
    const { leave } = context;
    if (rows === "solutions") {
      yield* solutionRows(pool, context);
      return;
    }
    const solved = solveRate(pool.candidates);
    for (const candidate of graded(pool.candidates, context)) {
      const steps = stepsOf(candidate);
      if (steps === null) {
        leave(reasons.steps);
        continue;
      }
      const scores = scoresOf(candidate, steps.length);
      if (scores === null) {
        leave(reasons.stepScores);
        continue;
      }
      const success = Number(candidate.right);
      const shaped = rewardedSteps(scores, success, { how: "clip-delta", threshold, weight });
      yield {
        prompt: plain(candidate),
        completions: steps.map(({ own, printed }) => own + printed),
        scores: [...scores],
        clip: [...rewardedSteps(scores, success, { how: "clip", threshold, weight }).steps],
        delta: [...rewardedSteps(scores, success, { how: "delta", weight }).steps],
        clip_delta: [...shaped.steps],
        rewards: [...shaped.rewards],
        returns: [...shaped.returns],
        progress: solved === null ? null : scores.map((score, t) => score - (scores[t - 1] ?? solved.rate)),
        mixed: mixedReward(candidate),
        right: candidate.right,
        source: sourceOf(candidate),
      };
    }
  },
});

/** One reward a solution, for reinforcement learning from an outcome verifier. */
function* solutionRows(pool: Pool, context: FormContext): Iterable<z.infer<typeof solutionRow>> {
  for (const candidate of graded(pool.candidates, context)) {
    const reward = mixedReward(candidate);
    if (reward === null || candidate.traced.raw === undefined) {
      context.leave("without the outcome verifier's own number");
      continue;
    }
    yield {
      prompt: context.wording.prompt(candidate.messages),
      completion: context.wording.completion(candidate.text),
      ...{ reward, reward_model: candidate.traced.raw, right: candidate.right, source: sourceOf(candidate) },
    };
  }
}

/** σ(0.5 · r) + (v − 1), v = 1 for a right answer (Qwen2.5-Math, Yang et al. 2024, arXiv:2409.12122). */
function mixedReward({ traced: { raw }, right }: Graded): number | null {
  return raw === undefined ? null : sigmoid(0.5 * raw) + Number(right) - 1;
}
