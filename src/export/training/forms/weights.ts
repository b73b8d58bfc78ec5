import { z } from "zod";
import type { AnswerKind } from "../../../core/question.ts";
import { defineForm, wordsSchema } from "../form.ts";
import { draws, isIndependent, type Pool } from "../pool.ts";
import { passWeight, solveRate } from "../rates.ts";

const options = z.strictObject({
  n: z.array(z.int().min(1)).min(1).default([1, 4, 16, 64]).describe("N of F(N, p) and of pass@N"),
  low: z.number().min(0).max(1).default(0).describe("solve rates below it are left out"),
  high: z.number().min(0).max(1).default(1).describe("solve rates above it are left out"),
});

const row = z.strictObject({
  prompt: wordsSchema,
  data_source: z.string(),
  ability: z.string().nullable().describe("math, code, choice or text; null where no kind of answer is on record"),
  reward_model: z.strictObject({ style: z.literal("rule"), ground_truth: z.string() }),
  extra_info: z.strictObject({ id: z.string() }),
  n: z.array(z.int().min(1)),
  weights: z.array(z.number().min(0)).describe("F(N, p) for each of n"),
  pass: z.array(z.number().min(0).max(1).nullable()).describe("pass@N, unbiased; null with fewer draws than N"),
  solve_rate: z.number().min(0).max(1),
  right: z.int().min(0),
  drawn: z.int().min(1),
  difficulty: z.number().nullable().describe("as the dataset says; null where it does not"),
  right_confidence: z.number().nullable().describe("mean probability a token of right draws; null where not known"),
  wrong_confidence: z.number().nullable(),
});

/** A row a problem: how hard it is, and what it weighs where pass@N is trained for. */
export const weights = defineForm({
  name: "weights",
  summary: "a row a problem: solve rate, difficulty, and its weight F(N, p) where pass@N is what is trained for",
  papers: "DCO 2502.07154, Big-Math 2502.17387",
  loads: "verl's columns for reinforcement learning (prompt, data_source, ability, reward_model, extra_info)",
  options,
  row,
  *rows(pool, { n, low, high }, { wording, leave }) {
    const solved = solveRate(pool.candidates);
    const [first] = pool.trials;
    if (solved === null || first === undefined) {
      leave("problems without an independent draw that is whole and graded");
      return;
    }
    if (solved.rate < low || solved.rate > high) {
      leave("problems outside the solve rates that are asked for");
      return;
    }
    const { reference, difficulty } = first.trial;
    if (reference === undefined) {
      leave("problems whose reference is not on record");
      return;
    }
    yield {
      prompt: wording.prompt(wording.question(pool.question)),
      data_source: pool.dataset,
      ability: abilityOf(first.kind),
      reward_model: { style: "rule" as const, ground_truth: reference },
      extra_info: { id: pool.problem },
      n,
      weights: n.map((N) => passWeight(N, solved.rate)),
      pass: n.map((N) => passAt(N, solved)),
      solve_rate: solved.rate,
      right: solved.right,
      drawn: solved.drawn,
      difficulty: difficulty ?? null,
      right_confidence: confidence(pool, true),
      wrong_confidence: confidence(pool, false),
    };
  },
});

/** By the kind of its answer: numbers and formulas are mathematics. */
const abilityOf = (kind: AnswerKind | undefined): string | null => (kind === "number" ? "math" : (kind ?? null));

/** 1 − C(wrong, N) / C(drawn, N) (Chen et al. 2021, arXiv:2107.03374). */
function passAt(n: number, { right, drawn }: { readonly right: number; readonly drawn: number }): number | null {
  if (n > drawn) return null;
  let none = 1;
  for (let i = 0; i < n; i++) none *= Math.max(0, drawn - right - i) / (drawn - i);
  return 1 - none;
}

/** exp of the mean log-probability a token, over the draws that have one. */
function confidence({ candidates }: Pool, right: boolean): number | null {
  const known = draws(candidates.filter(isIndependent)).flatMap((one) => {
    const mean = one.right === right ? one.traced.confidence?.[0] : undefined;
    return mean === undefined || mean === null ? [] : [Math.exp(mean)];
  });
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
