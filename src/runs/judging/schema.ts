import { z } from "zod";

/** Instruction of a critique, in the manner of MR-GSM8K (verdict, first wrong step, reason). */
export const critiqueInstruction =
  "Check the solution step by step. Write three lines and nothing else:\nVerdict: correct or wrong\nFirst wrong step: its number, counted from 1, or none\nReason: why, in one sentence, or none";

const judgeVerifier = z.union([
  z.string().transform((name) => ({ name, options: {} as Record<string, unknown> })),
  z.strictObject({ name: z.string(), options: z.record(z.string(), z.unknown()).default({}) }),
]);

/** `grade:` by a model: a rubric or another verifier, a comparison with a baseline arm, or a critique. */
export const judgeSchema = z
  .strictObject({
    judge: judgeVerifier
      .optional()
      .describe(
        "critique, codes (a rating with error codes), or an outcome verifier by name: rubric (with criteria), judge, …; the pick is right from `threshold` on",
      ),
    against: z
      .string()
      .optional()
      .describe("label of a baseline arm: its answer and the arm's are compared in both orders, and winning is right"),
    tournament: z
      .enum(["elimination", "pairs"])
      .optional()
      .describe(
        "all arms against each other on every problem and seed: a bracket whose winner is right, or every pair, in which winning more than half is",
      ),
    model: z.string().min(1).default("judge").describe("the judge, one of `models`"),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe("least score of a right answer; against: it must be passed"),
    instruction: z
      .string()
      .min(1)
      .optional()
      .describe("what a comparison, a critique or a rating with codes asks, in place of its own"),
    labels: z
      .string()
      .optional()
      .describe('JSON lines {"problem", "answer", "correct"} to measure the judge by; default: the references'),
    maxTokens: z.int().min(1).default(512).describe("length limit of a judgement"),
  })
  .refine(
    ({ judge, against, tournament }) => [judge, against, tournament].filter((one) => one !== undefined).length === 1,
    {
      error: "takes one of `judge`, `against` and `tournament`",
    },
  );

export type JudgeSpec = z.output<typeof judgeSchema>;

export const isJudge = (grade: object | undefined): grade is JudgeSpec =>
  grade !== undefined && ("judge" in grade || "against" in grade || "tournament" in grade) && "threshold" in grade;
