import { z } from "zod";
import { rewardedSteps, sigmoid } from "../../../core/score.ts";
import { defineForm, type Graded, graded, reasons, sourceSchema } from "../form.ts";
import { scoresOf } from "../masks.ts";
import { sourceOf, stepsOf } from "../pool.ts";
import { solveRate } from "../rates.ts";
import { plain } from "./prefix-values.ts";

const options = z.strictObject({
  threshold: z.number().default(0.5).describe("η of Clip"),
  weight: z.number().default(1).describe("α: what a shaped reward weighs beside the success"),
});

const list = z.array(z.number());
const row = z.strictObject({
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

/** Shaped rewards of each step. */
export const rewards = defineForm({
  name: "rewards",
  summary: "rewards of every step: Clip, Delta, both with the success, and progress",
  papers: "Clip and Delta 2410.15115, MRT 2503.07572, Qwen2.5-Math 2409.12122",
  loads: "reinforcement learning with a reward a step; one number for each of completions",
  options,
  row,
  *rows(pool, { threshold, weight }, context) {
    const { leave } = context;
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

/** σ(0.5 · r) + (v − 1), v = 1 for a right answer (Qwen2.5-Math, Yang et al. 2024, arXiv:2409.12122). */
function mixedReward({ traced: { raw }, right }: Graded): number | null {
  return raw === undefined ? null : sigmoid(0.5 * raw) + Number(right) - 1;
}
